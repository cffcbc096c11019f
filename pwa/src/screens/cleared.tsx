import { Button, ButtonLink } from "../elements/button";
import { when } from "../elements/when";
import { Entrance } from "./entrance";
import { to } from "./route";

interface ClearedProps {
  unsent: number;
  at: string;
  now: Date;
  onRead: () => void;
}

/** The browser has thrown away what was here: said before anything else, with what to do about it. */
export function ClearedHere({ unsent, at, now, onRead }: ClearedProps) {
  return (
    <Entrance title="This browser has cleared Heed">
      <p>The browser threw away everything that Heed kept on this phone. What was sent is safe at the office.</p>
      <p>{lostWords(unsent, when(at, now))}</p>
      {unsent > 0 && <p>Please write it again, and tell your manager that it was lost.</p>}
      <ButtonLink href={to("sign-in")} wide>Sign in again</ButtonLink>
      <p class="soft">So that it does not happen again: put Heed on the Home Screen, and keep some space free on the phone.</p>
      <Button kind="plain" onPress={onRead}>I have read this</Button>
    </Entrance>
  );
}

export function lostWords(unsent: number, at: string): string {
  if (unsent === 0) return `When this phone was last looked at, ${at}, everything had been sent.`;
  return `When this phone was last looked at, ${at}, ${unsent === 1 ? "1 thing was" : `${unsent} things were`} not sent. ${unsent === 1 ? "It is" : "They are"} gone.`;
}
