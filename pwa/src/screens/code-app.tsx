import { useEffect, useState } from "preact/hooks";
import { Banner } from "../elements/banner";
import { Button, ButtonLink } from "../elements/button";
import { PlainInput } from "../elements/plain-input";
import { Qr } from "../elements/qr";
import { useActs } from "./acts";
import type { NewCodeApp } from "./security-acts";
import { useAct } from "./use-act";

interface CodeAppProps {
  onCodes: (codes: readonly string[]) => void;
  onBack: () => void;
}

/** Setting up a code app: scan or type the secret, then show that the app has it. */
export function CodeApp({ onCodes, onBack }: CodeAppProps) {
  const acts = useActs();
  const acting = useAct();
  const [made, setMade] = useState<NewCodeApp | null>(null);
  const [code, setCode] = useState("");
  const begin = (): void => void acting.run(async () => setMade(await (await acts.security()).beginCodeApp()));
  useEffect(begin, []);
  const confirm = (): void => {
    if (!/^\d{6}$/.test(code.replaceAll(" ", ""))) return acting.refuse({ app_code: "Write the 6 numbers that the app shows" });
    void acting.run(async () => onCodes(await (await acts.security()).confirmCodeApp(code.replaceAll(" ", ""))));
  };
  return (
    <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); if (!acting.busy) confirm(); }}>
      {acting.trouble && !acting.errors["code"] && <Banner kind="amber">{acting.trouble}</Banner>}
      {!made && !acting.busy && <Button kind="quiet" onPress={begin}>Try again</Button>}
      {made && (
        <>
          <p>1. If your code app is on this phone, press this. If you have none, get one first. Any one will do.</p>
          <ButtonLink kind="quiet" icon="key" href={made.uri}>Open my code app</ButtonLink>
          <p>If it is on another phone, scan this picture there. Or type these letters into the app.</p>
          <Qr rows={made.qr} label="QR code for your code app" />
          <p class="secret-letters">{spaced(made.secret)}</p>
          <PlainInput at="app_code" title="2. What 6 numbers does it show?" exact autocomplete="one-time-code" kind="tel" value={code} error={acting.errors["app_code"] ?? acting.errors["code"] ?? null} onInput={setCode} />
          <Button submits busy={acting.busy}>Check</Button>
        </>
      )}
      <Button kind="plain" onPress={onBack}>Not now</Button>
    </form>
  );
}

/** In fours, as people read letters to each other. */
const spaced = (secret: string): string => secret.replace(/(.{4})(?=.)/g, "$1 ");
