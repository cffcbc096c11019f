// The outbox: what was written here and is not safely with the provider yet.
import { signal } from "@preact/signals-core";
import { APP_VERSION } from "../domain/app-version.ts";
import type { Bytes } from "../domain/bytes.ts";
import { randomBytes, sha256, toBase64url, toHex, utf8 } from "../domain/bytes.ts";
import { entryKey, makeBody, rank } from "../domain/entry.ts";
import type { NewEntry } from "../domain/entry.ts";
import type { Outcome } from "../domain/outcome.ts";
import { changed } from "./changes.ts";
import { copyOf, copyOfPhoto, loadCopies } from "./copy.ts";
import { inOneCommit, withDatabase } from "./database.ts";
import type { CopyPhotoRow, OutboxPhotoRow, OutboxRow } from "./database.ts";
import { lettingGo } from "./draft.ts";
import { entryRow } from "./entry.ts";
import { home } from "./home.ts";
import { NotKept } from "./not-kept.ts";
import { photo } from "./photo.ts";
import { seal } from "./seal.ts";
import { vault } from "./vault.ts";
import type { OpenVault } from "./vault.ts";
import { signer, unlocked } from "./worker.ts";

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

const SIGNED = "heed/entry/1\n";

export async function loadOutbox(): Promise<void> {
  await loadCopies();
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
  const mine = vault();
  const sign = signer();
  const { worker } = mine;
  const device = await withDatabase((open) => open.get("device", me.provider));
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
    provider: me.provider,
    writtenBy: me.name,
    rank: rank(entry.form),
    savedAt: now.toISOString(),
    item: { id: made.id, key_id: me.keyId, seal: intake.id, signature: toBase64url(signature), ciphertext: toBase64url(ciphertext) },
    refusals: 0,
    trouble: "",
  };
  const thread = threadOf(entry, key);
  const copy = await entryRow(
    mine,
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
  const photos = await Promise.all(entry.photos.map((each) => sealedPhoto(mine, each.hash, key, made.id, me, intake, now)));
  await lettingGo(draftId, () => inOneCommit(["outbox", "outboxPhoto", "entry", "device", "draft"], async (commit) => {
    // Asked once more after the connection was lost: the first time may have gone well.
    if (await commit.objectStore("outbox").count(key)) return;
    const current = await commit.objectStore("device").get(me.provider);
    if (current?.seq !== device.seq) throw new Error("Two entries wanted the same place in the chain");
    await commit.objectStore("device").put({ ...current, seq: device.seq + 1, previous: toHex(hash) });
    await commit.objectStore("outbox").put(item);
    for (const each of photos) await commit.objectStore("outboxPhoto").put(each);
    await commit.objectStore("entry").put(copy);
    if (draftId) await commit.objectStore("draft").delete([worker, draftId]);
  }));
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
  mine: OpenVault,
  hash: string,
  key: string,
  entry: string,
  me: { provider: string; keyId: string },
  intake: { id: string; public_key: string },
  now: Date,
): Promise<OutboxPhotoRow> {
  const plain = await photo(hash, mine);
  if (!plain) throw new Error("The photo is not on this phone any more");
  const sealed: Bytes = await seal(plain, intake.public_key, `heed/photo/1|${me.provider}|${me.keyId}|${entry}|${hash}`);
  return { key, provider: me.provider, hash, entry, keyId: me.keyId, seal: intake.id, savedAt: now.toISOString(), sealed: sealed.buffer, trouble: "" };
}

/**
 * The next items that a session with this provider can carry: concerns first, then the oldest. What was refused before
 * comes after the rest, so that it holds nothing up.
 */
export async function nextItems(provider: string, most: number, skip: ReadonlySet<string>): Promise<OutboxRow[]> {
  const rows = await withDatabase((open) => open.getAll("outbox"));
  return rows
    .filter((row) => row.provider === provider && !skip.has(row.key))
    .sort((one, other) => one.refusals - other.refusals || one.rank - other.rank || one.savedAt.localeCompare(other.savedAt))
    .slice(0, most);
}

/** The next items to hand in without a session: each once. */
export async function nextToHandIn(most: number, skip: ReadonlySet<string>): Promise<OutboxRow[]> {
  const rows = await withDatabase((open) => open.getAll("outbox"));
  const waiting = rows.filter((row) => !row.isHandedIn && !skip.has(row.key)).sort((one, other) => one.rank - other.rank || one.savedAt.localeCompare(other.savedAt));
  return waiting.filter(({ provider }) => provider === waiting[0]?.provider).slice(0, most);
}

/** Note what was handed in, and what nothing was said of. */
export async function noteHandedIn(keys: readonly string[], words: string): Promise<void> {
  await inOneCommit(["outbox"], async (commit) => {
    for (const key of keys) {
      const row = await commit.objectStore("outbox").get(key);
      if (row) await commit.objectStore("outbox").put({ ...row, isHandedIn: true, trouble: words });
    }
  });
  changed("outbox");
}

/** What waits, and whose it is to open. */
export async function waitingItems(): Promise<{ key: string; provider: string }[]> {
  const rows = await withDatabase((open) => open.getAll("outbox"));
  return rows.map(({ key, provider }) => ({ key, provider }));
}

/** The photos whose text has been sent: a photo never goes before its words. All of them, or those for one provider. */
export async function waitingPhotos(provider: string | null): Promise<OutboxPhotoRow[]> {
  const [photos, texts] = await withDatabase((open) => Promise.all([open.getAll("outboxPhoto"), open.getAllKeys("outbox")]));
  return photos.filter((row) => !texts.includes(row.key) && (provider === null || row.provider === provider)).sort((one, other) => one.savedAt.localeCompare(other.savedAt));
}

/** When the oldest of what waits was saved, or null when nothing waits. */
export async function oldestUnsent(): Promise<string | null> {
  const rows = await withDatabase((open) => open.getAll("outbox"));
  return rows.map(({ savedAt }) => savedAt).sort()[0] ?? null;
}

export const unsent = (): Promise<number> => withDatabase((open) => open.count("outbox"));

/**
 * Let go of what the server has named in an outcome, and of nothing else. A sealed copy stays under the receipt that
 * came with the outcomes, when there is room for one.
 */
export async function settle(rows: readonly OutboxRow[], outcomes: readonly Outcome[], receipt: string | null): Promise<void> {
  try {
    await letGoOf(rows, outcomes, receipt);
  } catch (failure) {
    if (!(failure instanceof NotKept) || receipt === null) throw failure;
    await letGoOf(rows, outcomes, null);
  }
  changed("outbox");
  changed("entry");
}

async function letGoOf(rows: readonly OutboxRow[], outcomes: readonly Outcome[], receipt: string | null): Promise<void> {
  const byId = new Map(outcomes.map((outcome) => [`${outcome.key_id}|${outcome.id}`, outcome]));
  await inOneCommit(["outbox", "entry", "copy"], async (commit) => {
    for (const row of rows) {
      const outcome = byId.get(`${row.item.key_id}|${row.item.id}`);
      if (!outcome) continue;
      await commit.objectStore("outbox").delete(row.key);
      if (receipt !== null) await commit.objectStore("copy").put(copyOf(row, receipt, new Date()));
      const copy = await commit.objectStore("entry").get([row.worker, row.key]);
      if (copy?.place !== "waiting") continue;
      const keptApart = outcome.outcome === "quarantined";
      await commit.objectStore("entry").put({ ...copy, place: keptApart ? "kept_apart" : "sent", effect: outcome.effect, words: outcome.words });
    }
  });
}

/** Let go of a photo that is with the provider. A sealed copy stays when there is room for one. */
export async function settlePhoto(row: OutboxPhotoRow, receipt: string | null): Promise<void> {
  const settled = (copied: CopyPhotoRow | null): Promise<void> =>
    inOneCommit(["outboxPhoto", "copyPhoto"], async (commit) => {
      await commit.objectStore("outboxPhoto").delete([row.key, row.hash]);
      if (copied) await commit.objectStore("copyPhoto").put(copied);
    });
  try {
    await settled(receipt === null ? null : copyOfPhoto(row, receipt, new Date()));
  } catch (failure) {
    if (!(failure instanceof NotKept)) throw failure;
    await settled(null);
  }
  changed("outbox");
}

/** Write beside items why they are still here, in plain words, and whether the server refused just these. */
export async function noteTrouble(keys: readonly string[], trouble: string, refused: boolean): Promise<void> {
  await inOneCommit(["outbox"], async (commit) => {
    for (const key of keys) {
      const row = await commit.objectStore("outbox").get(key);
      if (row) await commit.objectStore("outbox").put({ ...row, refusals: row.refusals + (refused ? 1 : 0), trouble });
    }
  });
  changed("outbox");
}

export async function notePhotoTrouble(row: OutboxPhotoRow, trouble: string): Promise<void> {
  await withDatabase((open) => open.put("outboxPhoto", { ...row, trouble }));
  changed("outbox");
}
