// The part of the composition root that is rarely needed: what people do about passphrases, passkeys and devices.
import { Refused } from "./screens/acts";
import { proving } from "./screens/proving";
import type { Missing, SecurityActs } from "./screens/security-acts";
import { addPasskey, addPassphrase, changePassphrase, passkeyWrap, passphraseWrap, removePasskey } from "./store/keys";
import { makePasskey, showOneOf, showPasskey } from "./store/passkey";
import { keepSecondStep } from "./store/second-step";
import { openWith, openWithPasskey, placeOf, unlocked, type Opened } from "./store/worker";
import { passkeyOptions, proveFresh } from "./sync/api-client";
import * as api from "./sync/security-client";
import { forgetToken, withOwnToken } from "./sync/session";
import * as entering from "./sync/sign-in";
import { syncNow, syncSoon } from "./sync/scheduler";

interface Root {
  told: <Answer>(asked: Promise<Answer>) => Promise<Answer>;
  enter: (coming: Promise<Missing | null>) => Promise<void>;
  goIn: () => Promise<void>;
}

const OTHER = "That is not the passphrase of before. Try again.";
const WRONG = "That is not your passphrase on this phone. Try again.";

export function securityActs({ told, enter, goIn }: Root): SecurityActs {
  const ask = <Answer,>(work: (token: string) => Promise<Answer>): Promise<Answer> => told(withOwnToken(work));

  const prove = (passphrase: string, code: string | null): Promise<void> =>
    ask((token) => proveFresh(token, { password: passphrase, ...(code ? { code } : {}) }));

  /** Do it; when the server wants to know again who asks, ask them, and then do it. */
  async function surely<Answer>(work: (token: string) => Promise<Answer>, passphrase: string | null = null): Promise<Answer> {
    try {
      return await ask(work);
    } catch (failure) {
      if (!(failure instanceof Refused) || failure.reason !== "fresh_needed") throw failure;
    }
    await proveAgain(passphrase);
    return ask(work);
  }

  async function proveAgain(passphrase: string | null): Promise<void> {
    if (passphrase !== null) {
      try {
        return await prove(passphrase, null);
      } catch (failure) {
        if (!(failure instanceof Refused) || failure.reason !== "second_step") throw failure;
      }
    }
    await new Promise<void>((resolve, reject) => {
      const over = (go: () => void) => () => {
        proving.value = null;
        go();
      };
      proving.value = { passphrase, done: over(resolve), calledOff: over(() => reject(new Refused("Nothing was changed."))) };
    });
  }

  /** What the passphrase opens here. Throws Refused when it is another. */
  async function opened(passphrase: string, field = "password"): Promise<Opened> {
    const found = await openWith(me(), passphrase);
    if (!found) throw new Refused(WRONG, { [field]: [WRONG] });
    return found;
  }

  return {
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
    usePasswordCode: (code, passphrase, secondStep) => enter(entering.usePasswordCode(code, passphrase, secondStep)),
    proveByPassphrase: prove,
    proveByPasskey: async () => {
      const { challenge_id, options } = await told(passkeyOptions());
      const { forServer } = await showPasskey(options);
      await ask((token) => proveFresh(token, { challenge_id, credential: forServer }));
    },
    look: async () => {
      const [found, place] = await Promise.all([ask(api.security), placeOf(me())]);
      await keepSecondStep(found.second_step);
      return {
        codeApp: found.code,
        recoveryCodesLeft: found.recovery_codes_left,
        passkeys: found.passkeys.map(({ id, name, made_at: madeAt, last_used_at: lastUsedAt }) => ({ id, name, madeAt, lastUsedAt })),
        secondStep: { isSetUp: found.second_step.set_up, neededBy: found.second_step.needed_by },
        here: { passphrase: place?.hasPassphrase ?? false, passkey: Boolean(place?.passkeys.length) },
      };
    },
    beginCodeApp: () => surely(api.beginCodeApp),
    confirmCodeApp: async (code) => {
      const { recovery_codes: codes } = await ask((token) => api.confirmCodeApp(token, code));
      readAgain();
      return codes;
    },
    removeCodeApp: () => surely(api.removeCodeApp),
    addPasskey: async (passphrase) => {
      const mine = await opened(passphrase);
      const { challenge_id, options } = await surely(api.newPasskeyOptions, passphrase);
      const made = await makePasskey(options);
      // A passkey that was here already signs in already: it only learns to open this phone.
      const kept = made.isNew ? await ask((token) => api.addPasskey(token, { challenge_id, credential: made.forServer, name: entering.deviceName() })) : null;
      if (made.answer) await addPasskey(await passkeyWrap(mine, made.credential, made.host, made.answer, kept?.id ?? null));
      readAgain();
      return { opensPhone: made.answer !== null, recoveryCodes: kept?.recovery_codes ?? [] };
    },
    removePasskey: async (id) => {
      await surely((token) => api.removePasskey(token, id));
      await removePasskey(id);
    },
    letPassphraseIn: async (passphrase) => {
      await proveAgain(passphrase);
      const place = await placeOf(me());
      const mine = place && (await openWithPasskey(place.worker, await showOneOf(place.passkeys)));
      if (!mine) throw new Refused("That passkey does not open this phone.");
      await addPassphrase(await passphraseWrap(mine, passphrase));
    },
    changePassphrase: async (old, next) => {
      const change = (): Promise<void> => surely((token) => api.changePassword(token, { old, new: next }), old);
      if (!(await placeOf(me()))?.hasPassphrase) return change();
      await changePassphrase(await opened(old, "old"), next, change, (failure) => failure instanceof Refused);
    },
    ownDevices: async () =>
      (await ask(api.ownDevices)).map(({ id, name, this: isThis, last_seen_at: lastSeenAt, signed_in: signedIn, unsent }) => ({ id, name, isThis, lastSeenAt, signedIn, unsent })),
    signOutDevice: (id) => surely((token) => api.signOutDevice(token, id)),
    worker: async (id) => {
      const { sign_in_name: signInName, left_at: leftAt, devices, ...found } = await surely((token) => api.managedWorker(token, id));
      return {
        ...found, signInName, leftAt,
        devices: devices.map(({ last_seen_at: lastSeenAt, signed_in: signedIn, ...device }) => ({ ...device, lastSeenAt, signedIn })),
      };
    },
    giveRole: async (worker, service, role) => {
      await surely((token) => api.giveRole(token, worker, { service, role }));
      await syncNow();
    },
    endRole: async (worker, grant) => {
      await surely((token) => api.endRole(token, worker, grant));
      await syncNow();
    },
    revokeDevice: (worker, device) => surely((token) => api.revokeDevice(token, worker, device)),
    leave: async (worker) => {
      await surely((token) => api.leave(token, worker));
      await syncNow();
    },
    passwordCode: async (worker, withoutSecondStep) => {
      const { expires_at: expiresAt, ...code } = await surely((token) => api.passwordCode(token, worker, withoutSecondStep ? { second_step: "remove" } : {}));
      return { ...code, expiresAt };
    },
  };
}

/** A session that could only send, for want of a second step, may read from its next token on. */
function readAgain(): void {
  forgetToken();
  syncSoon();
}

function me(): string {
  const worker = unlocked.value?.worker;
  if (!worker) throw new Refused("This phone is locked. Open it again.");
  return worker;
}
