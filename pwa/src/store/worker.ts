// Who is on this phone, and who has unlocked it.
import { signal } from "@preact/signals-core";
import type { Bytes } from "../domain/bytes.ts";
import { randomBytes, toBase64url } from "../domain/bytes.ts";
import { changed } from "./changes.ts";
import { inOneCommit, withDatabase } from "./database.ts";
import type { DeviceRow, WorkerRow } from "./database.ts";
import { dropDrafts } from "./draft.ts";
import { Locked, close, decryptBytes, encryptBytes, keepOpen, makeDataKey, stretch, unwrapDataKey, vault } from "./vault.ts";

export interface Unlocked {
  worker: string;
  name: string;
  signInName: string;
  provider: string;
  providerName: string;
  isDemo: boolean;
  device: string;
  keyId: string;
}

export interface WorkerOnPhone {
  worker: string;
  name: string;
  signInName: string;
}

/** What the server says to somebody who has just signed in. */
export interface Welcome {
  access_token: string;
  expires_in: number;
  worker: { id: string; name: string; sign_in_name: string };
  provider: { id: string; name: string; demo: boolean };
  device: { id: string };
  key_id: string;
}

export interface NewSigningKey {
  point: string;
  pair: CryptoKeyPair;
}

/** What somebody can read here once they have unlocked. What waits to be sent is not among it: that is sealed. */
const READABLE = ["entry", "standing", "notice", "draft", "setting", "photo"] as const;

const everythingOf = (worker: string): IDBKeyRange => IDBKeyRange.bound([worker, ""], [worker, "\uffff"]);

const SIGNING = { name: "ECDSA", namedCurve: "P-256" } as const;

/** Who unlocked this phone, if anybody has. */
export const unlocked = signal<Unlocked | null>(null);

interface DeviceStore {
  get: (provider: string) => Promise<DeviceRow | undefined>;
  put: (row: DeviceRow) => Promise<unknown>;
}

let signing: CryptoKey | null = null;

export async function workersOnPhone(): Promise<WorkerOnPhone[]> {
  const rows = await withDatabase((open) => open.getAll("worker"));
  return rows.map(({ worker, name, signInName }) => ({ worker, name, signInName }));
}

/**
 * The device that this browser is to the provider whose name follows the @ of a sign-in name, once somebody signed in
 * here; without a sign-in name, the device that it is to the only provider it knows.
 */
export async function deviceId(signInName: string | null): Promise<string | null> {
  const [workers, devices] = await withDatabase((open) => Promise.all([open.getAll("worker"), open.getAll("device")]));
  const handle = signInName?.trim().toLowerCase().split("@")[1];
  const colleague = handle && workers.find((each) => each.signInName.endsWith(`@${handle}`));
  if (colleague) return colleague.device;
  return devices.length === 1 ? (devices[0]?.id ?? null) : null;
}

/** A key pair for somebody who signs in here for the first time. */
export async function prepareSigningKey(): Promise<NewSigningKey> {
  const pair = await crypto.subtle.generateKey(SIGNING, true, ["sign", "verify"]);
  return { pair, point: toBase64url(new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey))) };
}

/** The public half of the signing key that somebody has here already. */
export async function knownPoint(signInName: string): Promise<{ worker: string; point: string } | null> {
  const rows = await withDatabase((open) => open.getAll("worker"));
  const row = rows.find((each) => each.signInName === signInName.trim().toLowerCase());
  return row ? { worker: row.worker, point: row.point } : null;
}

/** Unlock with a passphrase. False when it was another. */
export async function unlock(worker: string, passphrase: string): Promise<boolean> {
  const row = await withDatabase((open) => open.get("worker", worker));
  if (!row || !passphrase) return false;
  const wrapping = await stretch(passphrase, row.salt);
  let key: CryptoKey;
  try {
    key = await unwrapDataKey(row.wrappedKey, wrapping);
  } catch {
    return false;
  }
  const opened = { worker, key };
  signing = await importSigningKey(await decryptBytes(row.signingKey, "signing", opened));
  keepOpen(opened);
  unlocked.value = shown(row);
  // The bench reads from here how long it takes until the list is on the screen.
  performance.mark("unlocked");
  return true;
}

/** Forget the keys. What waits to be sent is sealed and goes on being sent. */
export function lock(): void {
  close();
  signing = null;
  unlocked.value = null;
}

/** Make a place for somebody who has just signed in here for the first time, and unlock it. */
export async function moveIn(welcome: Welcome, passphrase: string, made: NewSigningKey): Promise<void> {
  const salt = randomBytes(16);
  const { key, wrappedKey } = await makeDataKey(await stretch(passphrase, salt));
  const opened = { worker: welcome.worker.id, key };
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey("pkcs8", made.pair.privateKey));
  const row: WorkerRow = { ...described(welcome), point: made.point, salt, wrappedKey, signingKey: await encryptBytes(pkcs8, "signing", opened) };
  const fresh = await importSigningKey(pkcs8);
  await inOneCommit(["worker", "device", ...READABLE], async (commit) => {
    // Whatever this worker had here before was under a key that is gone, so it is fetched again.
    for (const name of READABLE) await commit.objectStore(name).delete(everythingOf(row.worker));
    await keepDevice(commit.objectStore("device"), row);
    await commit.objectStore("worker").put(row);
  });
  signing = fresh;
  keepOpen(opened);
  unlocked.value = shown(row);
  changed("worker");
}

/**
 * Take whoever unlocked off this phone: the key to everything of theirs first, then all that it opened. What they
 * wrote and is not sent yet stays, sealed so that nobody here can read it, and is sent with anybody's session.
 */
export async function moveOut(): Promise<void> {
  const { worker } = vault();
  await dropDrafts();
  await inOneCommit(["worker", ...READABLE], async (commit) => {
    await commit.objectStore("worker").delete(worker);
    for (const name of READABLE) await commit.objectStore(name).delete(everythingOf(worker));
  });
  lock();
  changed("worker");
}

/** Note what the server says of somebody who was here before and has signed in again. */
export async function welcomeBack(welcome: Welcome): Promise<void> {
  const row = await inOneCommit(["worker", "device"], async (commit) => {
    const known = await commit.objectStore("worker").get(welcome.worker.id);
    const now = known && { ...known, ...described(welcome) };
    if (now) {
      await keepDevice(commit.objectStore("device"), now);
      await commit.objectStore("worker").put(now);
    }
    return now;
  });
  if (row && unlocked.value?.worker === row.worker) unlocked.value = shown(row);
}

/** A device that the provider knows by a new name begins a new chain; one that it knows goes on with its own. */
async function keepDevice(devices: DeviceStore, { provider, device }: WorkerRow): Promise<void> {
  const known = await devices.get(provider);
  if (known?.id !== device) await devices.put({ provider, id: device, seq: 0, previous: null });
}

/** How whoever unlocked signs, for as long as it takes to finish what they began, even when they lock meanwhile. */
export function signer(): (bytes: Bytes) => Promise<Bytes> {
  const key = signing;
  if (!key) throw new Locked();
  return async (bytes) => new Uint8Array(await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, key, bytes));
}

const importSigningKey = (pkcs8: Bytes): Promise<CryptoKey> => crypto.subtle.importKey("pkcs8", pkcs8, SIGNING, false, ["sign"]);

function described(welcome: Welcome) {
  return {
    worker: welcome.worker.id,
    name: welcome.worker.name,
    signInName: welcome.worker.sign_in_name,
    provider: welcome.provider.id,
    providerName: welcome.provider.name,
    isDemo: welcome.provider.demo,
    device: welcome.device.id,
    keyId: welcome.key_id,
  };
}

const shown = ({ worker, name, signInName, provider, providerName, isDemo, device, keyId }: WorkerRow): Unlocked => ({
  worker,
  name,
  signInName,
  provider,
  providerName,
  isDemo,
  device,
  keyId,
});
