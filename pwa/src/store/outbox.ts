// The outbox: what was written here and is not safely with the provider yet.
import { batch, signal } from "@preact/signals-core";
import { APP_VERSION } from "../domain/app-version.ts";
import type { Bytes } from "../domain/bytes.ts";
import { randomBytes, sha256, toBase64url, toHex, utf8 } from "../domain/bytes.ts";
import { entryKey, makeBody, rank } from "../domain/entry.ts";
import type { NewEntry } from "../domain/entry.ts";
import type { Outcome } from "../domain/outcome.ts";
import { changed } from "./changes.ts";
import { lookIfCleared } from "./cleared.ts";
import { copyOf, copyOfPhoto, loadCopies } from "./copy.ts";
import { inOneCommit, withDatabase } from "./database.ts";
import type { CopyPhotoRow, OutboxPhotoRow, OutboxRow } from "./database.ts";
import { lettingGo } from "./draft.ts";
import { entryRow } from "./entry.ts";
import { home } from "./home.ts";
import { NotKept } from "./not-kept.ts";
import { photo } from "./photo.ts";
import { seal } from "./seal.ts";
import { besidePhoto, oldestItems, photosToSend, unsent } from "./turn.ts";
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

/** The oldest of what waits on this phone, whoever wrote it. */
export const outbox = signal<readonly OutboxItem[]>([]);
/** How much waits on this phone. */
export const waitingCount = signal(0);
/** The keys that are being sent just now. */
export const sending = signal<ReadonlySet<string>>(new Set());

const SIGNED = "heed/entry/1\n";

/** As many as somebody looks through; the rest are a number. */
export const SHOWN = 50;

let loading: Promise<void> | null = null;
let again = false;

/** Look at what waits. One look at a time: whoever asks meanwhile gets what is seen once more after it. */
export function loadOutbox(): Promise<void> {
  again = true;
  loading ??= lookUntilNothingChanged().finally(() => {
    loading = null;
  });
  return loading;
}

async function lookUntilNothingChanged(): Promise<void> {
  while (again) {
    again = false;
    await look();
  }
}

async function look(): Promise<void> {
  await loadCopies();
  const [count, rows, photos] = await Promise.all([unsent(), oldestItems(SHOWN), photosToSend()]);
  const alone = photos.slice(0, SHOWN - rows.length);
  const beside = await Promise.all(alone.map(besidePhoto));
  await lookIfCleared(count + photos.length);
  batch(() => {
    waitingCount.value = count + photos.length;
    outbox.value = [
      ...rows.map(({ key, worker, writtenBy, savedAt, trouble }): OutboxItem => ({ key, worker, writtenBy, savedAt, kind: "entry", trouble })),
      ...beside.map((photo, at): OutboxItem => ({ key: alone[at]?.[0] ?? "", worker: "", writtenBy: "", kind: "photo", ...photo })),
    ];
  });
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
    toHandIn: rank(entry.form),
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

/** Note what was handed in, and what nothing was said of. */
export async function noteHandedIn(keys: readonly string[], words: string): Promise<void> {
  await inOneCommit(["outbox"], async (commit) => {
    for (const key of keys) {
      const row = await commit.objectStore("outbox").get(key);
      if (!row) continue;
      const { toHandIn, ...rest } = row;
      await commit.objectStore("outbox").put({ ...rest, trouble: words });
    }
  });
  changed("outbox");
}

/**
 * Let go of what the server has named in an outcome, and of nothing else. A sealed copy stays under the receipt that
 * came with the outcomes, when there is room for one. Whoever calls says that entries changed: after many batches
 * once, since everything that is read is read again then.
 */
export async function settle(rows: readonly OutboxRow[], outcomes: readonly Outcome[], receipt: string | null): Promise<void> {
  try {
    await letGoOf(rows, outcomes, receipt);
  } catch (failure) {
    if (!(failure instanceof NotKept) || receipt === null) throw failure;
    await letGoOf(rows, outcomes, null);
  }
  changed("outbox");
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
      // Said already: without signal the same is tried again and again, and a disk wears out.
      if (!row || (row.trouble === trouble && !refused)) continue;
      await commit.objectStore("outbox").put({ ...row, refusals: row.refusals + (refused ? 1 : 0), trouble });
    }
  });
  changed("outbox");
}

/** Write why everything waits, or everything that is not this provider's: beside those that are shown, which is all that is read. */
export async function noteForAll(trouble: string, exceptOf: string | null): Promise<void> {
  const shown = await oldestItems(SHOWN);
  const keys = shown.filter(({ provider }) => provider !== exceptOf).map(({ key }) => key);
  if (keys.length) await noteTrouble(keys, trouble, false);
}

export async function notePhotoTrouble(row: OutboxPhotoRow, trouble: string): Promise<void> {
  await withDatabase((open) => open.put("outboxPhoto", { ...row, trouble }));
  changed("outbox");
}
