// Writing: what is signed and sealed, how entries hang together, and that all of it is kept or none.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromBase64url, sha256, toHex, utf8 } from "../../src/domain/bytes.ts";
import { withDatabase } from "../../src/store/database.ts";
import type { OutboxRow } from "../../src/store/database.ts";
import { drafts, loadDrafts, saveDraft } from "../../src/store/draft.ts";
import { keepPhoto } from "../../src/store/photo.ts";
import { write } from "../../src/store/outbox.ts";
import { withOffset } from "../../src/domain/entry.ts";
import { unlocked } from "../../src/store/worker.ts";
import { bodyBytes, opened } from "../opening.ts";
import type { Body } from "../opening.ts";
import { DEVICE, PROVIDER, SERVICE, draftOf, emptyOutbox, failingPuts, note, settleIn, writeNote } from "../phone.ts";

const intake = await settleIn("amina");

const waiting = async (): Promise<OutboxRow[]> =>
  (await withDatabase((open) => open.getAll("outbox"))).sort((one, other) => one.item.id.localeCompare(other.item.id));
const bodyOf = async (row: OutboxRow): Promise<Body> => JSON.parse(new TextDecoder().decode(await bodyBytes(row, intake))) as Body;

test("the keys of a body stand in the one order that the server reads", async () => {
  await emptyOutbox();
  await writeNote("Ate all her porridge.");
  const [row] = await waiting();
  assert.ok(row);
  assert.deepEqual(Object.keys(await bodyOf(row)), [
    "id", "form", "version", "service", "person", "about", "replaces", "observed_at", "recorded_at", "device_seq", "previous",
    "answers", "photos", "lang", "app_version", "salt",
  ]);
});

test("each entry names the one before it on this device by the hash of its exact bytes", async () => {
  await emptyOutbox();
  // All at once, as two tabs would.
  await Promise.all(["one", "two", "three"].map((words) => writeNote(words)));
  const rows = await waiting();
  const bodies = await Promise.all(rows.map(async (row) => ({ body: await bodyOf(row), hash: toHex(await sha256(await bodyBytes(row, intake))) })));
  bodies.sort((one, other) => one.body.device_seq - other.body.device_seq);
  assert.equal(bodies.length, 3);
  for (let place = 1; place < bodies.length; place++) {
    assert.equal(bodies[place]?.body.device_seq, (bodies[place - 1]?.body.device_seq ?? 0) + 1);
    assert.equal(bodies[place]?.body.previous, bodies[place - 1]?.hash);
  }
});

test("the signature is that of whoever unlocked, over the bytes that were sealed", async () => {
  await emptyOutbox();
  await writeNote("She was quiet today.");
  const [row] = await waiting();
  assert.ok(row);
  const point = (await withDatabase((open) => open.get("worker", "amina")))?.point ?? "";
  const key = await crypto.subtle.importKey("raw", fromBase64url(point), { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]);
  const body = await bodyBytes(row, intake);
  const signed = (bytes: Uint8Array) => new Uint8Array([...utf8("heed/entry/1\n"), ...bytes]);
  const verify = (bytes: Uint8Array) =>
    crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, fromBase64url(row.item.signature), signed(bytes) as Uint8Array<ArrayBuffer>);
  assert.equal(await verify(body), true);
  assert.equal(await verify(body.map((byte, place) => (place === 40 ? byte ^ 1 : byte))), false);
});

test("a photo is sealed for its own entry and no other", async () => {
  await emptyOutbox();
  const bytes = crypto.getRandomValues(new Uint8Array(5_000));
  const hash = toHex(await sha256(bytes));
  await keepPhoto({ bytes, hash });
  await write({ ...note({ receipt_photo: [hash] }, "transaction-receipt"), photos: [{ hash, type: "image/jpeg", size: bytes.length }] }, null);
  const [photo] = await withDatabase((open) => open.getAll("outboxPhoto"));
  assert.ok(photo);
  const context = (entry: string) => `heed/photo/1|${PROVIDER}|${photo.keyId}|${entry}|${hash}`;
  assert.deepEqual(await opened(new Uint8Array(photo.sealed), intake, context(photo.entry)), bytes);
  await assert.rejects(opened(new Uint8Array(photo.sealed), intake, context("another")));
});

test("an entry and the end of its draft are one commit: when the phone is full both stay as they were", async () => {
  await emptyOutbox();
  await saveDraft(draftOf("full", { note: "She is on the floor" }));
  const before = await withDatabase((open) => open.getAll("device"));
  await failingPuts(["entry"], async () => {
    await assert.rejects(write(note({ note: "She is on the floor" }), "full"), { name: "NotKept" });
  });
  assert.deepEqual(await waiting(), []);
  assert.deepEqual(await withDatabase((open) => open.getAll("device")), before);
  await loadDrafts();
  assert.deepEqual(drafts.value.map(({ id, answers }) => [id, answers]), [["full", { note: "She is on the floor" }]]);

  // There is room again.
  await write(note({ note: "She is on the floor" }), "full");
  assert.equal((await waiting()).length, 1);
  await loadDrafts();
  assert.deepEqual(drafts.value, []);
});

test("an entry says whose device it is from, which service it is for, and when in this phone's own time", async () => {
  await emptyOutbox();
  const key = await writeNote("All well.");
  const [row] = await waiting();
  assert.ok(row);
  const body = (await bodyOf(row)) as unknown as Record<string, string>;
  assert.equal(key, `${DEVICE}.${body["id"]}`);
  assert.equal(body["service"], SERVICE);
  assert.match(body["recorded_at"] ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d$/);
  assert.equal(new Date(withOffset(new Date(0))).getTime(), 0);
  assert.equal(unlocked.value?.worker, "amina");
});
