import { useEffect, useState } from "preact/hooks";
import { useActs } from "./acts";
import type { SecurityActs } from "./security-acts";
import { useAct, type Acting } from "./use-act";

export interface Fetched<Found> {
  found: Found | null;
  acting: Acting;
  look: () => void;
  /** Do something about it, then look again. */
  change: (act: (security: SecurityActs) => Promise<void>) => void;
}

/** What only the server knows, asked for when the screen opens and after each change. */
export function useFetched<Found>(ask: (security: SecurityActs) => Promise<Found>): Fetched<Found> {
  const acts = useActs();
  const acting = useAct();
  const [found, setFound] = useState<Found | null>(null);
  const change = (act: (security: SecurityActs) => Promise<void>): void =>
    void acting.run(async () => {
      const security = await acts.security();
      await act(security);
      setFound(await ask(security));
    });
  const look = (): void => change(async () => undefined);
  useEffect(look, []);
  return { found, acting, look, change };
}
