// The part of the composition root that is rarely needed: what people do about passphrases, passkeys and devices.
import { Refused } from "./screens/acts";
import type { Missing, SecurityActs } from "./screens/security-acts";
import * as entering from "./sync/sign-in";

interface Root {
  told: <Answer>(asked: Promise<Answer>) => Promise<Answer>;
  enter: (coming: Promise<Missing | null>) => Promise<void>;
  goIn: () => Promise<void>;
}

const OTHER = "That is not the passphrase of before. Try again.";

export const securityActs = ({ told, enter, goIn }: Root): SecurityActs => ({
  bringPassphrase: async (passphrase) => {
    if (!(await entering.bringPassphrase(passphrase))) throw new Refused(OTHER, { password: [OTHER] });
    await goIn();
  },
  bringPasskey: async () => {
    if (!(await entering.bringPasskey())) throw new Refused("That passkey does not open this. Write your passphrase.");
    await goIn();
  },
  beginAgain: () => enter(entering.beginAgain()),
  beginWithPassphrase: async (passphrase, code) => {
    await told(entering.beginWithPassphrase(passphrase, code));
    await goIn();
  },
  usePasswordCode: (code, passphrase) => enter(entering.usePasswordCode(code, passphrase)),
});
