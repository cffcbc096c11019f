import { useState } from "preact/hooks";
import { Button } from "../elements/button";
import { useActs } from "./acts";
import { Entrance } from "./entrance";

/** Between signing in and having everything at hand, which takes signal once. */
export function GettingReady() {
  const acts = useActs();
  const [busy, setBusy] = useState(false);
  const again = (): void => {
    setBusy(true);
    void acts.sendNow().catch(() => undefined).finally(() => setBusy(false));
  };
  return (
    <Entrance title="Getting ready…">
      <p role="status">Heed is fetching the names and numbers you need. Keep it open until it is done. Afterwards it works without signal.</p>
      <Button kind="quiet" busy={busy} onPress={again}>Try again</Button>
      <Button kind="plain" onPress={acts.lock}>Lock</Button>
    </Entrance>
  );
}
