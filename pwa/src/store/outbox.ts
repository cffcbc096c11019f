// The outbox: what was written here and is not safely with the provider yet.
import { signal } from "@preact/signals-core";
import type { Bytes } from "../domain/bytes.ts";
import { randomBytes, sha256, toBase64url, toHex, utf8 } from "../domain/bytes.ts";
import { entryKey, makeBody, rank } from "../domain/entry.ts";
import type { NewEntry } from "../domain/entry.ts";
import type { Outcome } from "../domain/outcome.ts";
import { changed } from "./changes.ts";
import { withDatabase } from "./database.ts";
import type { OutboxPhotoRow, OutboxRow } from "./database.ts";
import { settled } from "./draft.ts";
import { entryRow } from "./entry.ts";
import { home } from "./home.ts";
import { photo } from "./photo.ts";
import { seal } from "./seal.ts";
import { vault } from "./vault.ts";
import { sign, unlocked } from "./worker.ts";

export interface OutboxItem {
  key: string;
  worker: string;
  writtenBy: string;
  savedAt: string;
  /** A photo is on its way while its text is already sent. */
  kind: "entry" | "photo";
  trouble: string;
}

/** Everything that waits on this phone, whoever wrote it. */
export const outbox = signal<readonly OutboxItem[]>([]);
/** The keys that are being sent just now. */
export const sending = signal<ReadonlySet<string>>(new Set());

const APP_VERSION = "1";
const SIGNED = "heed/entry/1\n";

export async function loadOutbox(): Promise<void> {
  const [rows, photos] = await withDatabase((open) => Promise.all([open.getAll("outbox"), open.getAll("outboxPhoto")]));
  const waiting = rows.map(({ key, worker, writtenBy, savedAt, trouble }): OutboxItem => ({ key, worker, writtenBy, savedAt, kind: "entry", trouble }));
  const keys = new Set(rows.map(({ key }) => key));
  const alone = photos.filter(({ key }) => !keys.has(key));
  outbox.value = [
    ...waiting.sort((one, other) => one.savedAt.localeCompare(other.savedAt)),
    ...alone.map(({ key, savedAt, trouble }): OutboxItem => ({ key, worker: "", writtenBy: "", savedAt, kind: "photo", trouble })),
  ];
}

/**
 * Make an entry, sign it, seal it, and keep it. When this answers, it is on the disk of this phone: the item to send,
 * a readable copy, its photos and its place in the device's chain, and the draft is gone, all in one commit.
 */
export async function write(entry: NewEntry, draftId: string | null): Promise<string> {
  // One at a time over all tabs, since each entry names the one before it.
  return navigator.locks.request("heed-write", () => writeNext(entry, draftId));
}

async function writeNext(entry: NewEntry, draftId: string | null): Promise<string> {
  const me = unlocked.value;
  const intake = home.value?.intake_key;
  if (!me || !intake) throw new Error("Nothing can be written before somebody has signed in here");
  const { worker } = vault();
  const device = await withDatabase((open) => open.get("device", "device"));
  if (!device) throw new Error("This phone does not know yet which device it is");
  const now = new Date();
  const made = makeBody(entry, { seq: device.seq + 1, previous: device.previous }, now, randomBytes(32), APP_VERSION);
  const key = entryKey(me.device, made.id);
  const signed = new Uint8Array([...utf8(SIGNED), ...made.body]);
  const [signature, ciphertext, hash] = await Promise.all([
    sign(signed),
    seal(made.body, intake.public_key, `heed/entry/1|${me.provider}|${me.keyId}|${made.id}`),
    sha256(made.body),
  ]);
  const item: OutboxRow = {
    key,
    worker,
    writtenBy: me.name,
    rank: rank(entry.form),
    savedAt: now.toISOString(),
    item: { id: made.id, key_id: me.keyId, seal: intake.id, signature: toBase64url(signature), ciphertext: toBase64url(ciphertext) },
    attempts: 0,
    trouble: "",
  };
  const thread = threadOf(entry, key);
  const copy = await entryRow(
    key,
    thread,
    "waiting",
    {
      form: entry.form,
      version: entry.version,
      service: entry.service,
      person: made.person,
      about: entry.about,
      replaces: entry.replaces,
      observedAt: made.observedAt,
      recordedAt: made.recordedAt,
      receivedAt: null,
      clockSkewMs: 0,
      author: { id: me.worker, name: me.name },
      answers: entry.answers,
      photos: entry.photos.map((each) => ({ hash: each.hash, here: false })),
      lang: "en",
    },
    null,
    "",
  );
  const photos = await Promise.all(entry.photos.map((each) => sealedPhoto(each.hash, key, made.id, me, intake, now)));
  if (draftId) await settled(draftId);
  await withDatabase(async (open) => {
    const commit = open.transaction(["outbox", "outboxPhoto", "entry", "device", "draft"], "readwrite", { durability: "strict" });
    const current = await commit.objectStore("device").get("device");
    if (current?.seq !== device.seq) {
      commit.abort();
      throw new Error("Two entries wanted the same place in the chain");
    }
    await commit.objectStore("device").put({ ...current, seq: device.seq + 1, previous: toHex(hash) });
    await commit.objectStore("outbox").put(item);
    for (const each of photos) await commit.objectStore("outboxPhoto").put(each);
    await commit.objectStore("entry").put(copy);
    if (draftId) await commit.objectStore("draft").delete([worker, draftId]);
    await commit.done;
  });
  changed("written");
  changed("outbox");
  changed("entry");
  changed("draft");
  return key;
}

function threadOf(entry: NewEntry, key: string): string {
  return entry.replaces ?? entry.about ?? key;
}

async function sealedPhoto(
  hash: string,
  key: string,
  entry: string,
  me: { provider: string; keyId: string },
  intake: { id: string; public_key: string },
  now: Date,
): Promise<OutboxPhotoRow> {
  const plain = await photo(hash);
  if (!plain) throw new Error("The photo is not on this phone any more");
  const sealed: Bytes = await seal(plain, intake.public_key, `heed/photo/1|${me.provider}|${me.keyId}|${entry}|${hash}`);
  return { key, hash, entry, keyId: me.keyId, seal: intake.id, savedAt: now.toISOString(), sealed: sealed.buffer, trouble: "" };
}

/** The next items to send: concerns first, then the oldest. */
export async function nextItems(most: number, skip: ReadonlySet<string>): Promise<OutboxRow[]> {
  const rows = await withDatabase((open) => open.getAll("outbox"));
  return rows
    .filter(({ key }) => !skip.has(key))
    .sort((one, other) => one.rank - other.rank || one.savedAt.localeCompare(other.savedAt))
    .slice(0, most);
}

export const waitingPhotos = (): Promise<OutboxPhotoRow[]> => withDatabase((open) => open.getAll("outboxPhoto"));

export const unsent = (): Promise<number> => withDatabase((open) => open.count("outbox"));

/** Let go of what the server has named in an outcome, and of nothing else. */
export async function settle(rows: readonly OutboxRow[], outcomes: readonly Outcome[]): Promise<void> {
  const byId = new Map(outcomes.map((outcome) => [`${outcome.key_id}|${outcome.id}`, outcome]));
  await withDatabase(async (open) => {
    const commit = open.transaction(["outbox", "entry"], "readwrite", { durability: "strict" });
    for (const row of rows) {
      const outcome = byId.get(`${row.item.key_id}|${row.item.id}`);
      if (!outcome) continue;
      await commit.objectStore("outbox").delete(row.key);
      const copy = await commit.objectStore("entry").get([row.worker, row.key]);
      if (copy?.place !== "waiting") continue;
      const keptApart = outcome.outcome === "quarantined";
      await commit.objectStore("entry").put({ ...copy, place: keptApart ? "kept_apart" : "sent", effect: outcome.effect, words: outcome.words });
    }
    await commit.done;
  });
  changed("outbox");
  changed("entry");
}

export async function settlePhoto(row: OutboxPhotoRow): Promise<void> {
  await withDatabase((open) => open.delete("outboxPhoto", [row.key, row.hash]));
  changed("outbox");
}

/** Write beside items why they are still here, in plain words. */
export async function noteTrouble(keys: readonly string[], trouble: string): Promise<void> {
  await withDatabase(async (open) => {
    const commit = open.transaction("outbox", "readwrite");
    for (const key of keys) {
      const row = await commit.store.get(key);
      if (row) await commit.store.put({ ...row, attempts: row.attempts + 1, trouble });
    }
    await commit.done;
  });
  changed("outbox");
}
