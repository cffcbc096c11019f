// Who is on this phone, and who has unlocked it.
import { signal } from "@preact/signals-core";
import type { Bytes } from "../domain/bytes.ts";
import { randomBytes, toBase64url } from "../domain/bytes.ts";
import { changed } from "./changes.ts";
import { inOneCommit, withDatabase } from "./database.ts";
import type { Box, DeviceRow, WorkerRow } from "./database.ts";
import { dropDrafts } from "./draft.ts";
import { Locked, close, decryptBytes, encryptBytes, keepOpen, vault } from "./vault.ts";
import type { OpenVault } from "./vault.ts";
import { derive, makeDataKey, stretch, unwrapDataKey } from "./wrap.ts";
import type { PasskeyWrap, Wrap } from "./wrap.ts";

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
  /** The passkeys that unlock what is theirs here. */
  passkeys: PasskeyWrap[];
  /** Whether a passphrase unlocks it too. */
  hasPassphrase: boolean;
  /** Why they must sign in again before they read, in plain words; empty when they need not. */
  closed: string;
  /** They have left, so signing in again opens nothing. */
  hasLeft: boolean;
}

/** What somebody showed that opens what is theirs here, and what it opened. Nobody has unlocked with it yet. */
export interface Opened {
  row: WorkerRow;
  wrap: Wrap;
  wrapping: CryptoKey;
  key: CryptoKey;
}

/** A passkey that was shown on this phone: which it was, and what it answered to our question. */
export interface ShownPasskey {
  credential: string;
  host: string;
  /** Null where the passkey cannot answer: it signs in and does not unlock. */
  answer: Bytes | null;
}

/** What the server says to somebody who has just signed in. */
export interface Welcome {
  access_token: string;
  expires_in: number;
  worker: { id: string; name: string; sign_in_name: string };
  provider: { id: string; name: string; demo: boolean };
  device: { id: string };
  key_id: string;
  scope: "full" | "upload";
  second_step: SecondStep;
}

/** How somebody stands with the second step of signing in. `needed_by` is null where they may do without. */
export interface SecondStep {
  set_up: boolean;
  needed_by: string | null;
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
  return rows.map(({ worker, name, signInName, wraps, closed, hasLeft }) => ({
    worker,
    name,
    signInName,
    passkeys: wraps.filter((wrap) => wrap.by === "passkey"),
    hasPassphrase: wraps.some((wrap) => wrap.by === "passphrase"),
    closed,
    hasLeft: hasLeft ?? false,
  }));
}

/** The worker on this phone whom this passkey may unlock, or null. */
export async function withPasskey(credential: string): Promise<WorkerOnPhone | null> {
  const all = await workersOnPhone();
  return all.find(({ passkeys }) => passkeys.some((wrap) => wrap.credential === credential)) ?? null;
}

/** What a worker has here, and how many drafts of theirs only their own key opens; null when they have nothing. */
export async function placeOf(worker: string): Promise<(WorkerOnPhone & { unfinished: number }) | null> {
  const known = (await workersOnPhone()).find((each) => each.worker === worker);
  return known ? { ...known, unfinished: await withDatabase((open) => open.count("draft", everythingOf(worker))) } : null;
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

/** What a passphrase opens, or null when it was another. */
export async function openWith(worker: string, passphrase: string): Promise<Opened | null> {
  const row = await withDatabase((open) => open.get("worker", worker));
  if (!row || !passphrase) return null;
  for (const wrap of row.wraps) {
    if (wrap.by !== "passphrase") continue;
    const opened = await opening(row, wrap, await stretch(passphrase, wrap.salt));
    if (opened) return opened;
  }
  return null;
}

/** What a passkey opens, or null when it is another's, or one that cannot answer. */
export async function openWithPasskey(worker: string, { credential, answer }: ShownPasskey): Promise<Opened | null> {
  const row = await withDatabase((open) => open.get("worker", worker));
  const wrap = row?.wraps.find((each) => each.by === "passkey" && each.credential === credential);
  return row && wrap && answer ? opening(row, wrap, await derive(answer, wrap.salt)) : null;
}

async function opening(row: WorkerRow, wrap: Wrap, wrapping: CryptoKey): Promise<Opened | null> {
  try {
    return { row, wrap, wrapping, key: await unwrapDataKey(wrap.wrappedKey, wrapping) };
  } catch {
    return null;
  }
}

/** Reading is closed until somebody signs in again; the message says why. */
export class Closed extends Error {
  override readonly name = "Closed";
}

/** Unlock with a passphrase. False when it was another. Throws Closed when they must sign in first. */
export const unlock = async (worker: string, passphrase: string): Promise<boolean> => enter(await openWith(worker, passphrase));

/** Unlock with a passkey, without signal too. False when it does not open this. Throws Closed like `unlock`. */
export const unlockWithPasskey = async (worker: string, shown: ShownPasskey): Promise<boolean> => enter(await openWithPasskey(worker, shown));

async function enter(opened: Opened | null): Promise<boolean> {
  if (!opened) return false;
  if (opened.row.closed) throw new Closed(opened.row.closed);
  await begin(opened.row, { worker: opened.row.worker, key: opened.key });
  return true;
}

async function begin(row: WorkerRow, opened: OpenVault): Promise<void> {
  signing = await importSigningKey(await decryptBytes(row.signingKey, "signing", opened));
  keepOpen(opened);
  unlocked.value = shown(row);
  // The bench reads from here how long it takes until the list is on the screen.
  performance.mark("unlocked");
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
  await makePlace(welcome, { by: "passphrase", salt, wrappedKey }, key, made);
}

/** The same for somebody who signed in with a passkey that can unlock. */
export async function moveInWithPasskey(welcome: Welcome, credential: string, host: string, answer: Bytes, made: NewSigningKey): Promise<void> {
  const salt = randomBytes(32);
  const { key, wrappedKey } = await makeDataKey(await derive(answer, salt));
  await makePlace(welcome, { by: "passkey", credential, host, passkey: null, salt, wrappedKey }, key, made);
}

async function makePlace(welcome: Welcome, wrap: Wrap, key: CryptoKey, made: NewSigningKey): Promise<void> {
  const opened = { worker: welcome.worker.id, key };
  const row: WorkerRow = { ...described(welcome), point: made.point, wraps: [wrap], signingKey: await keptSigningKey(made, opened), closed: "" };
  await inOneCommit(["worker", "device", ...READABLE], async (commit) => {
    // Whatever this worker had here before was under a key that is gone, so it is fetched again.
    for (const name of READABLE) await commit.objectStore(name).delete(everythingOf(row.worker));
    await keepDevice(commit.objectStore("device"), row);
    await commit.objectStore("worker").put(row);
  });
  await begin(row, opened);
  changed("worker");
}

const keptSigningKey = async (made: NewSigningKey, opened: OpenVault): Promise<Box> =>
  encryptBytes(new Uint8Array(await crypto.subtle.exportKey("pkcs8", made.pair.privateKey)), "signing", opened);

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

/**
 * Unlock for somebody who was here before and has signed in again: with what they showed, with these wraps from now on,
 * and with a new signing key when they made one.
 */
export async function comeBack(welcome: Welcome, { row, key }: Opened, wraps: Wrap[], made: NewSigningKey | null): Promise<void> {
  const opened = { worker: row.worker, key };
  const signs = made ? { point: made.point, signingKey: await keptSigningKey(made, opened) } : {};
  const now: WorkerRow = { ...row, ...described(welcome), ...signs, wraps, closed: "", hasLeft: false };
  await inOneCommit(["worker", "device"], async (commit) => {
    await keepDevice(commit.objectStore("device"), now);
    await commit.objectStore("worker").put(now);
  });
  await begin(now, opened);
  changed("worker");
}

/** Note what the server says of whoever unlocked, now that the session is theirs. */
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

/** What ended: one session, every session on this phone, or somebody's work with the provider. */
export type Ended = "session" | "phone" | "work";

/**
 * Close reading for somebody until they sign in again, and for everybody of the same provider where the whole phone is
 * meant. What they wrote goes on being sent.
 */
export async function closeReading(worker: string, why: string, ended: Ended): Promise<void> {
  const closed = await inOneCommit(["worker"], async (commit) => {
    const rows = await commit.objectStore("worker").getAll();
    const provider = rows.find((row) => row.worker === worker)?.provider;
    const meant = rows.filter((row) => row.worker === worker || (ended === "phone" && row.provider === provider));
    for (const row of meant) await commit.objectStore("worker").put({ ...row, closed: why, hasLeft: ended === "work" });
    return meant.map((row) => row.worker);
  });
  if (unlocked.value && closed.includes(unlocked.value.worker)) lock();
  changed("worker");
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
