// The one database on this phone. Of what people wrote only ciphertext goes in; this is the only file that names
// its stores.
import { openDB } from "idb";
import type { DBSchema, IDBPDatabase } from "idb";
import type { Bytes } from "../domain/bytes.ts";
import type { Schema } from "../domain/form.ts";

/** Something encrypted under a worker's data key. */
export interface Box {
  iv: Bytes;
  sealed: ArrayBuffer;
}

/** What this device is to its provider, and how far its chain of entries goes. */
export interface DeviceRow {
  name: "device";
  id: string;
  provider: string;
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
  salt: Bytes;
  wrappedKey: ArrayBuffer;
  signingKey: Box;
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
}

/** A sealed item that waits to be sent. Nobody on this phone can read it, and anybody's signal carries it. */
export interface OutboxRow {
  key: string;
  worker: string;
  writtenBy: string;
  rank: number;
  savedAt: string;
  item: { id: string; key_id: string; seal: string; signature: string; ciphertext: string };
  attempts: number;
  trouble: string;
}

export interface OutboxPhotoRow {
  key: string;
  hash: string;
  entry: string;
  keyId: string;
  seal: string;
  savedAt: string;
  sealed: ArrayBuffer;
  trouble: string;
}

export interface BoxRow {
  worker: string;
  key: string;
  box: Box;
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
  form: { key: [string, number]; value: FormRow };
  outbox: { key: string; value: OutboxRow };
  outboxPhoto: { key: [string, string]; value: OutboxPhotoRow };
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

/** The open database. A connection that was lost while the app slept is opened again. */
export function database(): Promise<Database> {
  opening ??= openDB<Stores>("heed", 1, {
    upgrade(made) {
      made.createObjectStore("device", { keyPath: "name" });
      made.createObjectStore("worker", { keyPath: "worker" });
      made.createObjectStore("form", { keyPath: ["form", "version"] });
      made.createObjectStore("outbox", { keyPath: "key" });
      made.createObjectStore("outboxPhoto", { keyPath: ["key", "hash"] });
      const entry = made.createObjectStore("entry", { keyPath: ["worker", "key"] });
      entry.createIndex("key", "key");
      entry.createIndex("thread", ["worker", "thread"]);
      for (const name of ["standing", "notice", "draft", "setting", "photo"] as const) made.createObjectStore(name, { keyPath: ["worker", "key"] });
    },
    blocking() {
      forgetConnection();
    },
    terminated() {
      opening = null;
    },
  }).catch((failure: unknown) => {
    opening = null;
    throw failure;
  });
  return opening;
}

/** Close, so that the next question opens a fresh connection. */
export function forgetConnection(): void {
  const old = opening;
  opening = null;
  void old?.then((open) => open.close()).catch(() => undefined);
}

/** Do something with the database, once more with a fresh connection when the old one went bad. */
export async function withDatabase<Answer>(work: (open: Database) => Promise<Answer>): Promise<Answer> {
  try {
    return await work(await database());
  } catch (failure) {
    if (!(failure instanceof DOMException) || !WENT_BAD.has(failure.name)) throw failure;
    forgetConnection();
    return await work(await database());
  }
}

const WENT_BAD = new Set(["InvalidStateError", "UnknownError"]);
