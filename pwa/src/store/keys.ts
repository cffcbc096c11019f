// What opens the place of whoever unlocked: their passphrase, and each passkey that can.
import type { Bytes } from "../domain/bytes.ts";
import { randomBytes } from "../domain/bytes.ts";
import { changed } from "./changes.ts";
import { inOneCommit, withDatabase } from "./database.ts";
import { vault } from "./vault.ts";
import type { Opened } from "./worker.ts";
import { derive, stretch, wrapAgain } from "./wrap.ts";
import type { PassphraseWrap, PasskeyWrap, Wrap } from "./wrap.ts";

/** The data key that was opened, wrapped under a passphrase. */
export async function passphraseWrap({ wrap, wrapping }: Opened, passphrase: string): Promise<PassphraseWrap> {
  const salt = randomBytes(16);
  return { by: "passphrase", salt, wrappedKey: await wrapAgain(wrap.wrappedKey, wrapping, await stretch(passphrase, salt)) };
}

/** The data key that was opened, wrapped under what a passkey answers. */
export async function passkeyWrap({ wrap, wrapping }: Opened, credential: string, host: string, answer: Bytes, passkey: string | null): Promise<PasskeyWrap> {
  const salt = randomBytes(32);
  return { by: "passkey", credential, host, passkey, salt, wrappedKey: await wrapAgain(wrap.wrappedKey, wrapping, await derive(answer, salt)) };
}

/** These wraps, with this one in the place of what it replaces: a passkey's own, or every passphrase. */
export const withOnly = (wraps: readonly Wrap[], next: Wrap): Wrap[] => [...wraps.filter((each) => !takesPlaceOf(next, each)), next];

const takesPlaceOf = (next: Wrap, each: Wrap): boolean =>
  next.by === "passphrase" ? each.by === "passphrase" : each.by === "passkey" && each.credential === next.credential;

/** Let a passkey unlock what is whose it is. */
export const addPasskey = (wrap: PasskeyWrap): Promise<void> => changeWraps((wraps) => withOnly(wraps, wrap));

/** Let a passphrase unlock what a passkey alone unlocked. */
export const addPassphrase = (wrap: PassphraseWrap): Promise<void> => changeWraps((wraps) => withOnly(wraps, wrap));

/** Let a passkey that the server no longer takes, by the name that the server gave it, unlock nothing here either. */
export const removePasskey = (passkey: string): Promise<void> =>
  changeWraps((wraps) => wraps.filter((each) => each.by !== "passkey" || each.passkey !== passkey));

/** The passkeys that open what somebody has here. */
export async function passkeysOf(worker: string): Promise<string[]> {
  const row = await withDatabase((open) => open.get("worker", worker));
  return (row?.wraps ?? []).flatMap((wrap) => (wrap.by === "passkey" ? [wrap.credential] : []));
}

/**
 * Let those of `asked` that are not among the passkeys with which the server lets somebody in open nothing here either:
 * they were taken away on another phone. The last way in stays, since nothing else opens what is not finished.
 */
export async function dropPasskeys(worker: string, asked: readonly string[], known: readonly string[]): Promise<void> {
  const over = asked.filter((credential) => !known.includes(credential));
  if (over.length === 0) return;
  await changeWraps((wraps) => {
    const left = wraps.filter((wrap) => wrap.by !== "passkey" || !over.includes(wrap.credential));
    return left.length > 0 ? left : [...wraps];
  }, worker);
}

/**
 * Change the passphrase here while `ask` changes it at the server. From before the question until its answer both
 * passphrases unlock, so that whichever the server knows unlocks this phone, whatever is cut off in between. When
 * `ask` fails in a way that `isRefusal` says is the server's no, the old one stays alone.
 */
export async function changePassphrase(opened: Opened, passphrase: string, ask: () => Promise<void>, isRefusal: (failure: unknown) => boolean): Promise<void> {
  const next = await passphraseWrap(opened, passphrase);
  await changeWraps((wraps) => [...wraps, next]);
  try {
    await ask();
  } catch (failure) {
    if (isRefusal(failure)) await changeWraps((wraps) => wraps.filter((each) => !isSame(each, next)));
    throw failure;
  }
  await changeWraps((wraps) => withOnly(wraps, next));
}

const isSame = (one: Wrap, other: Wrap): boolean => one.salt.length === other.salt.length && one.salt.every((byte, place) => byte === other.salt[place]);

async function changeWraps(change: (wraps: readonly Wrap[]) => Wrap[], worker = vault().worker): Promise<void> {
  await inOneCommit(["worker"], async (commit) => {
    const row = await commit.objectStore("worker").get(worker);
    if (row) await commit.objectStore("worker").put({ ...row, wraps: change(row.wraps) });
  });
  changed("worker");
}
