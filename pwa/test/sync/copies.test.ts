// What was sent is kept here, sealed, until a backup has it, and offered again to a server that lost it.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { withDatabase } from "../../src/store/database.ts";
import { copies, tidyCopies } from "../../src/store/copy.ts";
import { entries, loadEntries } from "../../src/store/entry.ts";
import { loadOutbox, outbox, write } from "../../src/store/outbox.ts";
import { keepPhoto } from "../../src/store/photo.ts";
import { askSoon, settleCopies } from "../../src/sync/copies.ts";
import { sendPhotos, sendWaiting } from "../../src/sync/send.ts";
import { forgetToken } from "../../src/sync/session.ts";
import { syncOnce } from "../../src/sync/sync-once.ts";
import { OURS, accept, emptyOutbox, everythingStored, failingPuts, json, note, settleIn, startServer, writeNote } from "../phone.ts";
import type { Batch } from "../phone.ts";

const RECEIPTS = "/api/sync/receipts";
const server = await startServer();
await settleIn("amina");

/** How many batches the server has taken, which names their receipts. */
let taken = 0;

beforeEach(async () => {
  await emptyOutbox();
  server.asFresh();
  askSoon();
  taken = 0;
  server.instead.set("/api/sync/send", ({ body }, answer) => json(answer, 200, { ...accept(JSON.parse(body.toString()) as Batch), receipt: `receipt-${++taken}` }));
  server.instead.set("/api/sync/photo/", (_, answer) => json(answer, 200, { outcome: "accepted", words: "", receipt: "receipt-photo" }));
});

const judged = (safe: string[], again: string[] = []): void => void server.instead.set(RECEIPTS, (_, answer) => json(answer, 200, { safe, again }));

const kept = async (): Promise<number> => {
  await loadOutbox();
  return copies.value;
};

const photosKept = (): Promise<number> => withDatabase((open) => open.count("copyPhoto"));

async function sendWithPhoto(bytes = new Uint8Array([1, 2, 3])): Promise<void> {
  await keepPhoto({ bytes, hash: "a".repeat(64) });
  await write({ ...note({ note: "with a photo" }), photos: [{ hash: "a".repeat(64), type: "image/jpeg", size: bytes.length }] }, null);
  await sendWaiting();
  await sendPhotos();
}

test("what was sent stays, sealed, until a backup has it", async () => {
  await writeNote("canary of the kitchen");
  await sendWaiting();
  assert.equal(await kept(), 1);
  assert.equal(outbox.value.length, 0);
  assert.doesNotMatch(await everythingStored(), /canary of the kitchen/);
  judged([]);
  await settleCopies();
  assert.equal(await kept(), 1);
  askSoon();
  judged(["receipt-1"]);
  assert.equal(await settleCopies(), false);
  assert.equal(await kept(), 0);
});

test("a photo stays too, and goes with its receipt", async () => {
  await sendWithPhoto();
  assert.equal(await photosKept(), 1);
  judged(["receipt-photo"]);
  await settleCopies();
  assert.deepEqual([await kept(), await photosKept()], [1, 0]);
});

test("what the server may have lost is offered again as it was, words and photos, and says sent all the while", async () => {
  await sendWithPhoto();
  const first = server.batches[0]?.items;
  judged([], ["receipt-1", "receipt-photo"]);
  assert.equal(await settleCopies(), true);
  await loadOutbox();
  assert.match(outbox.value[0]?.trouble ?? "", /sending this again/);
  await sendWaiting();
  await sendPhotos();
  assert.deepEqual(server.batches[1]?.items, first);
  assert.equal(server.to("/api/sync/photo/").length, 2);
  assert.deepEqual([await kept(), await photosKept(), outbox.value.length], [1, 1, 0]);
  await loadEntries();
  assert.deepEqual([...entries.value.values()].map(({ place }) => place), ["sent"]);
  judged(["receipt-2"]);
  askSoon();
  await settleCopies();
  assert.equal(await kept(), 0, "the new receipt counts, not the old one");
});

test("another epoch in an answer is asked about at once, and otherwise the server is asked now and then", async () => {
  judged([]);
  await writeNote("one");
  await sendWaiting();
  await settleCopies();
  await settleCopies();
  assert.equal(server.to(RECEIPTS).length, 1);
  server.instead.set("/api/sync/send", ({ body }, answer) => json(answer, 200, { ...accept(JSON.parse(body.toString()) as Batch), epoch: 77, receipt: "receipt-new" }));
  await writeNote("two");
  await sendWaiting();
  judged([], ["receipt-1"]);
  assert.equal(await settleCopies(), true);
  const [asked] = server.to(RECEIPTS).slice(-1);
  assert.deepEqual((JSON.parse(String(asked?.body)) as { receipts: string[] }).receipts.sort(), ["receipt-1", "receipt-new"]);
});

test("without signal, without an answer of ours and without anything kept nothing changes", async () => {
  assert.equal(await settleCopies(), false);
  assert.equal(server.asked.length, 0);
  await writeNote("one");
  await sendWaiting();
  for (const page of ["<h1>Welcome</h1>", "{}", '{"safe":"all","again":[]}']) {
    askSoon();
    server.instead.set(RECEIPTS, (_, answer) => answer.writeHead(200, { ...OURS, "Content-Type": "application/json" }).end(page));
    assert.equal(await settleCopies(), false);
    assert.equal(await kept(), 1);
  }
});

test("without a session what was lost is handed in again, with its photo, and what is safe goes", async () => {
  await sendWithPhoto();
  await writeNote("two");
  await sendWaiting();
  server.instead.set("/api/session/refresh", (_, answer) => json(answer, 401, { code: 401, status: "", message: "Sign in again.", reason: "expired" }));
  forgetToken();
  const handedIn: string[] = [];
  server.instead.set("/api/sync/hand-in/receipts", (_, answer) => json(answer, 200, { safe: ["receipt-2"], again: ["receipt-1", "receipt-photo"] }));
  server.instead.set("/api/sync/hand-in/photo/", (_, answer) => json(answer, 200, { outcome: "accepted", words: "", receipt: "receipt-photo-again" }));
  server.instead.set("/api/sync/hand-in", ({ body }, answer) => {
    const batch = JSON.parse(body.toString()) as Batch;
    handedIn.push(...batch.items.map(({ id }) => id));
    json(answer, 200, { ...accept(batch, "quarantined"), receipt: "receipt-again" });
  });
  askSoon();
  await syncOnce();
  await sendPhotos();
  assert.equal(handedIn.length, 1);
  assert.deepEqual(await withDatabase((open) => open.getAll("copy")).then((rows) => rows.map(({ receipt }) => receipt)), ["receipt-again"]);
  assert.deepEqual(await withDatabase((open) => open.getAll("copyPhoto")).then((rows) => rows.map(({ receipt }) => receipt)), ["receipt-photo-again"]);
});

test("a server of an earlier version gives no receipt, and the phone does as it did then", async () => {
  server.instead.delete("/api/sync/send");
  await writeNote("one");
  await sendWaiting();
  assert.deepEqual([await kept(), outbox.value.length], [0, 0]);
});

test("a full phone lets copies go before anything that was not sent", async () => {
  await sendWithPhoto();
  await writeNote("still waiting");
  let full = 1;
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...row) {
    if (this.name === "outbox" && full-- > 0) throw new DOMException("The disk is full", "QuotaExceededError");
    return put.apply(this, row);
  };
  try {
    await writeNote("just written");
  } finally {
    IDBObjectStore.prototype.put = put;
  }
  assert.deepEqual([await photosKept(), await kept(), outbox.value.length], [0, 1, 2]);
});

test("a phone with no room for a copy lets go of what was sent all the same", async () => {
  await writeNote("one");
  await failingPuts(["copy"], async () => void (await sendWaiting()));
  assert.deepEqual([await kept(), outbox.value.length], [0, 0]);
});

test("where nobody takes backups a copy goes after 35 days, and the oldest photos when they take too much room", async () => {
  await sendWithPhoto();
  await withDatabase(async (open) => {
    const [photo] = await open.getAll("copyPhoto");
    assert.ok(photo);
    for (const day of [1, 2, 3]) await open.put("copyPhoto", { ...photo, hash: String(day).repeat(64), sentAt: `2026-01-0${day}T00:00:00.000Z`, size: 100 });
  });
  await tidyCopies(new Date("2026-01-04T00:00:00Z"), 250 + 84);
  const hashes = (await withDatabase((open) => open.getAll("copyPhoto"))).map(({ hash }) => hash[0]);
  assert.deepEqual(hashes.sort(), ["2", "3", "a"]);
  await tidyCopies(new Date(Date.now() + 36 * 86_400_000));
  assert.deepEqual([await kept(), await photosKept()], [0, 0]);
});
