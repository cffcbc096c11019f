// A session that is over: reading ends where somebody ended it, and what was written goes all the same.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { withDatabase } from "../../src/store/database.ts";
import { loadOutbox, outbox, write } from "../../src/store/outbox.ts";
import { keepPhoto } from "../../src/store/photo.ts";
import { home } from "../../src/store/home.ts";
import { holdSession } from "../../src/store/session.ts";
import { isUnlocked } from "../../src/store/vault.ts";
import { unlock } from "../../src/store/worker.ts";
import { sendPhotos, sendWaiting } from "../../src/sync/send.ts";
import { syncOnce } from "../../src/sync/sync-once.ts";
import { PASSPHRASE, PROVIDER, accept, emptyOutbox, json, note, refuse, settleIn, startServer, writeNote } from "../phone.ts";
import type { Batch } from "../phone.ts";

const server = await startServer();

beforeEach(async () => {
  server.asFresh();
  await emptyOutbox();
  await settleIn("amina");
  await holdSession("amina");
});

const over = (reason: string) => server.instead.set("/api/session/refresh", (_, answer) => json(answer, 401, { code: 401, status: "", message: "Sign in again.", reason }));
const handedIn = (): Batch[] => server.to("/api/sync/hand-in").filter(({ path }) => path === "/api/sync/hand-in").map(({ body }) => JSON.parse(body.toString()) as Batch);

test("what waits is handed in when the session is over, twenty at a time, concerns first", async () => {
  over("expired");
  for (let count = 0; count < 21; count++) await writeNote(`note ${count}`);
  const concern = await writeNote("She is on the floor", "concern");
  const sent = await sendWaiting();
  assert.equal(sent.count, 22);
  assert.equal(sent.mustSignIn, true);
  assert.deepEqual(handedIn().map(({ items }) => items.length), [20, 2]);
  assert.ok(concern.endsWith(handedIn()[0]?.items[0]?.id ?? "nothing"));
  assert.equal(await withDatabase((open) => open.count("outbox")), 0);
  assert.equal(isUnlocked(), true);
});

test("what the server says nothing of stays, is not handed in again, and goes with the next session", async () => {
  over("expired");
  await writeNote("note");
  server.instead.set("/api/sync/hand-in", (_, answer) => json(answer, 200, accept({ items: [] })));
  await sendWaiting();
  await sendWaiting();
  assert.equal(handedIn().length, 1);
  await loadOutbox();
  assert.deepEqual(outbox.value.map(({ trouble }) => trouble), ["It is safe on this phone. Sign in again, then it is sent."]);
  server.instead.clear();
  assert.equal((await sendWaiting()).count, 1);
  assert.equal(await withDatabase((open) => open.count("outbox")), 0);
});

test("what the server keeps apart is with the provider, and says so", async () => {
  over("revoked");
  await writeNote("note");
  server.instead.set("/api/sync/hand-in", ({ body }, answer) => json(answer, 200, accept(JSON.parse(body.toString()) as Batch, "quarantined")));
  assert.equal((await sendWaiting()).count, 1);
  assert.deepEqual((await withDatabase((open) => open.getAll("entry"))).map(({ place }) => place), ["kept_apart"]);
});

test("without signal nothing is handed in, and everything stays", async () => {
  over("expired");
  await writeNote("note");
  server.instead.set("/api/sync/hand-in", refuse(503, "Heed cannot reach its records just now."));
  const sent = await sendWaiting();
  assert.equal(sent.trouble, "The server has a problem. I will keep trying.");
  assert.equal(await withDatabase((open) => open.count("outbox")), 1);
});

test("a session that somebody ended closes reading at the next contact, and what was written is still sent", async () => {
  over("revoked");
  await writeNote("note");
  const result = await syncOnce();
  assert.equal(result.mustSignIn, true);
  assert.equal(isUnlocked(), false);
  assert.equal(handedIn().length, 1);
  await assert.rejects(unlock("amina", PASSPHRASE), { name: "Closed" });
});

test("a session that ran out closes nothing: whoever is out goes on reading and writing", async () => {
  over("expired");
  await syncOnce();
  assert.equal(isUnlocked(), true);
  assert.equal(await unlock("amina", PASSPHRASE), true);
});

test("a session that may only send sends, asks for nothing else, and says so", async () => {
  server.scope = "upload";
  await writeNote("note");
  const result = await syncOnce();
  assert.deepEqual([result.sent.count, result.mayOnlySend, result.mustSignIn], [1, true, false]);
  assert.equal(server.to("/api/sync/fetch").length + server.to("/api/home").length, 0);
});

const HASH = "b".repeat(64);
const photosWaiting = (): Promise<number> => withDatabase((open) => open.count("outboxPhoto"));

async function writeWithPhoto(size: number): Promise<string> {
  await keepPhoto({ bytes: crypto.getRandomValues(new Uint8Array(Math.min(size, 65_536))), hash: HASH });
  const key = await write({ ...note({ note: "with a photo" }), photos: [{ hash: HASH, type: "image/jpeg", size }] }, null);
  return typeof key === "string" ? key : "";
}

test("a photo is handed in after its words, and without a session", async () => {
  over("revoked");
  const key = await writeWithPhoto(3_000);
  await sendPhotos();
  assert.equal(server.to("/api/sync/hand-in/photo/").length, 0);
  await sendWaiting();
  const asked: string[] = [];
  server.instead.set("/api/sync/hand-in/photo/", ({ path, method }, answer) => {
    asked.push(`${method} ${path}`);
    json(answer, 200, { outcome: "accepted", words: "", receipt: "receipt-photo" });
  });
  const sent = await sendPhotos();
  assert.deepEqual([sent.count, sent.mustSignIn, await photosWaiting()], [1, true, 0]);
  assert.deepEqual(asked, [`PUT /api/sync/hand-in/photo/${PROVIDER}/key-amina/${key.split(".")[1] ?? ""}/${HASH}/part/0`]);
});

test("a photo that nothing waits for stays, and goes with the next session", async () => {
  over("expired");
  await writeWithPhoto(3_000);
  await sendWaiting();
  server.instead.set("/api/sync/hand-in/photo/", refuse(404, "Nothing here waits for this photo."));
  await sendPhotos();
  await loadOutbox();
  assert.deepEqual(outbox.value.map(({ trouble }) => trouble), ["It is safe on this phone. Sign in again, then it is sent."]);
  server.instead.clear();
  assert.equal((await sendPhotos()).count, 1);
  assert.equal(await photosWaiting(), 0);
});

test("without signal no photo is handed in, and it stays", async () => {
  over("expired");
  await writeWithPhoto(3_000);
  await sendWaiting();
  server.instead.set("/api/sync/hand-in/photo/", (_, answer) => answer.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Welcome</h1>"));
  assert.equal((await sendPhotos()).trouble, "Waiting for signal.");
  assert.equal(await photosWaiting(), 1);
});

test("whoever left is shut out of a shared tablet when a colleague's session hears of it", async () => {
  await settleIn("dean");
  server.session = "dean";
  await holdSession("dean");
  server.instead.set("/api/home", (_, answer) => json(answer, 200, { ...home.value, left: ["amina"] }));
  server.instead.set("/api/sync/fetch", (_, answer) => json(answer, 200, { items: [], cursor: "", more: false, epoch: 1 }));
  await syncOnce();
  assert.equal(isUnlocked(), true);
  await assert.rejects(unlock("amina", PASSPHRASE), { name: "Closed" });
});
