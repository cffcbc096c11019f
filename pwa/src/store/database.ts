// The one database on this phone. Of what people wrote only ciphertext goes in; this is the only file that names
// its stores.
import { signal } from "@preact/signals-core";
import { openDB } from "idb";
import type { DBSchema, IDBPDatabase, IDBPObjectStore, IDBPTransaction, StoreNames } from "idb";
import type { Bytes } from "../domain/bytes.ts";
import type { Schema } from "../domain/form.ts";
import { NotKept } from "./not-kept.ts";
import type { PassphraseWrap, Wrap } from "./wrap.ts";

/** Something encrypted under a worker's data key. */
export interface Box {
  iv: Bytes;
  sealed: ArrayBuffer;
}

/** What this device is to one provider, and how far its chain of entries goes there. */
export interface DeviceRow {
  provider: string;
  id: string;
  seq: number;
  previous: string | null;
}

export interface WorkerRow {
  worker: string;
  name: string;
  signInName: string;
  provider: string;
  providerName: string;
  isDemo: boolean;
  device: string;
  keyId: string;
  /** The public half of the signing key, as the server knows it. */
  point: string;
  /** Each opens the same data key. */
  wraps: Wrap[];
  signingKey: Box;
  /** Why reading is closed until somebody signs in again, in plain words; empty while it is not. */
  closed: string;
  /** They have left, so signing in again opens nothing. */
  hasLeft?: boolean;
}

/** What is known here of the session whose cookie this browser holds. */
export interface SessionRow {
  name: "ours";
  /** Whose it is. */
  worker: string;
  /** They signed out without signal: the server must hear of it before the cookie is used for anything else. */
  isSignOutOwed: boolean;
}

export type Place = "waiting" | "sent" | "kept_apart";

/** An entry, written here or fetched. What is not in the box is known without unlocking. */
export interface EntryRow {
  worker: string;
  key: string;
  thread: string;
  place: Place;
  effect: "counted" | "none" | null;
  words: string;
  box: Box;
  /** Fetched ahead of the rest by a new phone; it goes again when the rest does not bring it. */
  ahead?: true;
}

/** A sealed item that waits to be sent. Nobody on this phone can read it, and anybody's signal carries it. */
export interface OutboxRow {
  key: string;
  worker: string;
  /** Whose it is to open: only a session with this provider carries it. */
  provider: string;
  writtenBy: string;
  rank: number;
  savedAt: string;
  item: { id: string; key_id: string; seal: string; signature: string; ciphertext: string };
  /** How often the server could not take it while it took others. */
  refusals: number;
  trouble: string;
  /** Its rank again while it can be handed in without a session; once the server said nothing of it, it waits for one. */
  toHandIn?: number;
}

export interface OutboxPhotoRow {
  key: string;
  provider: string;
  hash: string;
  entry: string;
  keyId: string;
  seal: string;
  savedAt: string;
  sealed: ArrayBuffer;
  trouble: string;
}

/** What a copy of something sent is kept with: when that was, and what the server gave for it. */
interface Copied {
  sentAt: string;
  receipt: string;
}

/** A sealed item that was sent, kept until the provider's server says that a backup has it. */
export type CopyRow = OutboxRow & Copied;

export type CopyPhotoRow = OutboxPhotoRow & Copied & { size: number };

export interface BoxRow {
  worker: string;
  key: string;
  box: Box;
  ahead?: true;
}

export interface FormRow {
  form: string;
  version: number;
  title: string;
  sha256: string;
  schema: Schema;
}

interface Stores extends DBSchema {
  device: { key: string; value: DeviceRow };
  worker: { key: string; value: WorkerRow };
  session: { key: string; value: SessionRow };
  form: { key: [string, number]; value: FormRow };
  outbox: {
    key: string;
    value: OutboxRow;
    indexes: { turn: [string, number, number, string]; savedAt: string; toHandIn: [number, string] };
  };
  outboxPhoto: { key: [string, string]; value: OutboxPhotoRow; indexes: { beside: [string, string, string, string] } };
  copy: { key: string; value: CopyRow; indexes: { receipt: [string, string]; sentAt: string } };
  copyPhoto: { key: [string, string]; value: CopyPhotoRow; indexes: { receipt: [string, string]; sentAt: [string, number] } };
  entry: { key: [string, string]; value: EntryRow; indexes: { key: string; thread: [string, string] } };
  standing: { key: [string, string]; value: BoxRow };
  notice: { key: [string, string]; value: BoxRow };
  draft: { key: [string, string]; value: BoxRow };
  setting: { key: [string, string]; value: BoxRow };
  photo: { key: [string, string]; value: BoxRow };
}

export type Database = IDBPDatabase<Stores>;
export type BoxStore = "standing" | "notice" | "draft" | "setting" | "photo";

let opening: Promise<Database> | null = null;

const CLOSE_THE_OTHER = "Heed is open in another tab, in an older version. Close that tab. What you wrote is safe.";
const CANNOT_KEEP = "This browser does not let Heed keep anything just now. Close Heed and open it again. If that does not help, start the phone again.";

/** Why nothing can be read or kept on this phone now, in plain words; empty while it can. */
export const databaseTrouble = signal("");

/** How often the browser took the database away from under this page. */
export const connectionsLost = signal(0);

const VERSION = 4;

/** The open database. A connection that was lost while the app slept is opened again. */
export function database(): Promise<Database> {
  opening ??= openAs(VERSION)
    // A newer page has been here. Versions only ever add, so this one goes on with what it knows.
    .catch((failure: unknown) => (isCalled(failure, "VersionError") ? openAs(undefined) : Promise.reject(failure)))
    .then(
      (open) => {
        databaseTrouble.value = "";
        return open;
      },
      (failure: unknown) => {
        opening = null;
        databaseTrouble.value = CANNOT_KEEP;
        throw failure;
      },
    );
  return opening;
}

/** Async, since a browser that forbids databases throws at once. */
const openAs = async (wanted: number | undefined): Promise<Database> =>
  openDB<Stores>("heed", wanted, {
    upgrade(made, version, _, commit) {
      if (version < 1) makeFirstStores(made);
      if (version < 2) made.createObjectStore("session", { keyPath: "name" });
      if (version < 3) makeStoresOfCopies(made);
      if (version === 1) void letSeveralWraps(commit.objectStore("worker"));
      if (version < 4) void orderOutbox(commit.objectStore("outbox"), commit.objectStore("outboxPhoto"), version > 0);
    },
    blocked() {
      databaseTrouble.value = CLOSE_THE_OTHER;
    },
    blocking() {
      forgetConnection();
    },
    terminated() {
      opening = null;
      connectionsLost.value++;
    },
  });

function makeFirstStores(made: Database): void {
  made.createObjectStore("device", { keyPath: "provider" });
  made.createObjectStore("worker", { keyPath: "worker" });
  made.createObjectStore("form", { keyPath: ["form", "version"] });
  made.createObjectStore("outbox", { keyPath: "key" });
  made.createObjectStore("outboxPhoto", { keyPath: ["key", "hash"] });
  const entry = made.createObjectStore("entry", { keyPath: ["worker", "key"] });
  entry.createIndex("key", "key");
  entry.createIndex("thread", ["worker", "thread"]);
  for (const name of ["standing", "notice", "draft", "setting", "photo"] as const) made.createObjectStore(name, { keyPath: ["worker", "key"] });
}

function makeStoresOfCopies(made: Database): void {
  const copy = made.createObjectStore("copy", { keyPath: "key" });
  copy.createIndex("receipt", ["provider", "receipt"]);
  copy.createIndex("sentAt", "sentAt");
  const photo = made.createObjectStore("copyPhoto", { keyPath: ["key", "hash"] });
  photo.createIndex("receipt", ["provider", "receipt"]);
  // With the size in it the keys alone say how much room the photos take.
  photo.createIndex("sentAt", ["sentAt", "size"]);
}

/** What waits is found by its turn, its age and its kind, so that a long outbox is never read as a whole. */
async function orderOutbox(outbox: Upgraded<"outbox">, photos: Upgraded<"outboxPhoto">, isFilled: boolean): Promise<void> {
  outbox.createIndex("turn", ["provider", "refusals", "rank", "savedAt"]);
  outbox.createIndex("savedAt", "savedAt");
  outbox.createIndex("toHandIn", ["toHandIn", "savedAt"]);
  // All that a screen says of a photo, so that no photo is read to say it.
  photos.createIndex("beside", ["key", "hash", "savedAt", "trouble"]);
  if (!isFilled) return;
  for (let at = await outbox.openCursor(); at; at = await at.continue()) {
    const { isHandedIn, ...row } = at.value as OutboxRow & { isHandedIn?: true };
    await at.update(isHandedIn ? row : { ...row, toHandIn: row.rank });
  }
}

type Upgraded<Name extends StoreNames<Stores>> = IDBPObjectStore<Stores, StoreNames<Stores>[], Name, "versionchange">;

/** A worker's row of the first version had one wrap, under the passphrase. */
async function letSeveralWraps(workers: Upgraded<"worker">): Promise<void> {
  for (const row of await workers.getAll()) {
    const { salt, wrappedKey, ...rest } = row as WorkerRow & Omit<PassphraseWrap, "by">;
    await workers.put({ ...rest, wraps: [{ by: "passphrase", salt, wrappedKey }], closed: "" });
  }
}

/** Close, so that the next question opens a fresh connection. */
export function forgetConnection(): void {
  const old = opening;
  opening = null;
  void old?.then((open) => open.close()).catch(() => undefined);
}

/**
 * Do something with the database, once more with a fresh connection when the old one went bad. When there is no room,
 * copies of what was sent make some. Throws NotKept when there is still none.
 */
export async function withDatabase<Answer>(work: (open: Database) => Promise<Answer>): Promise<Answer> {
  try {
    return await withRoom(work);
  } catch (failure) {
    // A commit that the browser gave up, with its connection, never was.
    if (!isCalled(failure, "InvalidStateError", "UnknownError", "AbortError")) throw failure;
    forgetConnection();
    return await withRoom(work);
  }
}

async function withRoom<Answer>(work: (open: Database) => Promise<Answer>): Promise<Answer> {
  try {
    return await work(await database());
  } catch (failure) {
    if (!isCalled(failure, "QuotaExceededError")) throw failure;
    if (await makeRoom()) return withRoom(work);
    throw new NotKept();
  }
}

/** How many copies go at a time when there is no room. */
const AT_A_TIME = { copyPhoto: 5, copy: 200 } as const;

/**
 * Let go of copies of what was sent, photos first and the oldest first: those are in a backup most likely. What was
 * not sent yet is never touched. Answers whether anything went.
 */
async function makeRoom(): Promise<boolean> {
  const open = await database();
  for (const name of ["copyPhoto", "copy"] as const) {
    const keys = await open.getAllKeysFromIndex(name, "sentAt", null, AT_A_TIME[name]);
    if (!keys.length) continue;
    const commit = open.transaction(name, "readwrite");
    await Promise.all([...keys.map((key) => commit.store.delete(key)), commit.done]);
    return true;
  }
  return false;
}

/** Change several stores in one commit: when this answers all of it is on the disk of this phone, else none of it. */
export function inOneCommit<Names extends StoreNames<Stores>[], Answer>(
  names: Names,
  work: (commit: IDBPTransaction<Stores, Names, "readwrite">) => Promise<Answer>,
): Promise<Answer> {
  return withDatabase(async (open) => {
    const commit = open.transaction(names, "readwrite", { durability: "strict" });
    const ended = commit.done.then(() => null, (failure: unknown) => failure ?? new DOMException("The commit was given up", "AbortError"));
    try {
      const answer = await work(commit);
      const failure = await ended;
      if (failure) throw failure;
      return answer;
    } catch (failure) {
      // Without this, what came before the failure would be kept.
      if (!commit.error) abandon(commit);
      await ended;
      throw failure;
    }
  });
}

function abandon(commit: { abort: () => void }): void {
  try {
    commit.abort();
  } catch {
    // It has ended already.
  }
}

const isCalled = (failure: unknown, ...names: string[]): boolean => failure instanceof Error && names.includes(failure.name);
