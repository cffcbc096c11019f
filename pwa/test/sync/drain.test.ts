// A fortnight without signal: everything goes in bounded batches, and neither sending nor looking reads it all each time.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inOneCommit, withDatabase } from "../../src/store/database.ts";
import type { OutboxRow } from "../../src/store/database.ts";
import { SHOWN, loadOutbox, outbox, waitingCount } from "../../src/store/outbox.ts";
import { oldestUnsent, photosToSend } from "../../src/store/turn.ts";
import { reportHealth } from "../../src/sync/report.ts";
import { sendWaiting } from "../../src/sync/send.ts";
import { OURS, accept, DEVICE, emptyOutbox, json, PROVIDER, refuse, settleIn, startServer, writeNote } from "../phone.ts";
import type { Batch } from "../phone.ts";

const SEND = "/api/sync/send";
const MANY = process.env["HEED_TEST_ALL"] ? 10_000 : 2000;
const BEGAN = Date.parse("2026-11-10T08:00:00Z");
const server = await startServer();
await settleIn("amina");

const idOf = (number: number): string => `entry-${String(number).padStart(6, "0")}`;

/** Every twentieth is a concern, and the newest is saved first: neither the order of keys nor of ages is that of turns. */
async function fill(count: number): Promise<void> {
  await emptyOutbox();
  server.asFresh();
  await inOneCommit(["outbox"], async (commit) => {
    for (let number = count - 1; number >= 0; number--) await commit.objectStore("outbox").put(rowOf(number));
  });
}

function rowOf(number: number): OutboxRow {
  const rank = number % 20 === 7 ? 0 : 2;
  const item = { id: idOf(number), key_id: "key-amina", seal: "intake", signature: "c2ln", ciphertext: "c2VhbGVk".repeat(100) };
  const savedAt = new Date(BEGAN + number * 60_000).toISOString();
  return { key: `${DEVICE}.${idOf(number)}`, worker: "amina", provider: PROVIDER, writtenBy: "Amina", rank, savedAt, item, refusals: 0, trouble: "", toHandIn: rank };
}

/** How many rows of the outbox come out of the database meanwhile. */
async function rowsRead(meanwhile: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const was = [IDBObjectStore.prototype, IDBIndex.prototype].map((of) => ({ of, get: of.get, getAll: of.getAll }));
  const storeOf = (asked: IDBObjectStore | IDBIndex): string => ("objectStore" in asked ? asked.objectStore.name : asked.name);
  for (const { of, get, getAll } of was) {
    of.get = function (this: IDBObjectStore & IDBIndex, ...asked: Parameters<typeof get>) {
      if (storeOf(this) === "outbox") count++;
      return get.apply(this, asked);
    };
    of.getAll = function (this: IDBObjectStore & IDBIndex, ...asked: Parameters<typeof getAll>) {
      const request = getAll.apply(this, asked);
      if (storeOf(this) === "outbox") request.addEventListener("success", () => (count += (request.result as unknown[]).length));
      return request;
    };
  }
  try {
    await meanwhile();
  } finally {
    for (const { of, get, getAll } of was) Object.assign(of, { get, getAll });
  }
  return count;
}

test("a long outbox is sent whole, a hundred at a time, concerns first and then the oldest, and each is read once", async () => {
  await fill(MANY);
  const shownBefore = rowsRead(loadOutbox);
  assert.equal(await shownBefore, SHOWN);
  const read = await rowsRead(sendWaiting);
  const ids = server.batches.flatMap(({ items }) => items.map(({ id }) => id));
  const numbers = Array.from({ length: MANY }, (_, number) => number);
  const isConcern = (number: number): boolean => rowOf(number).rank === 0;
  assert.deepEqual(ids, [...numbers.filter(isConcern), ...numbers.filter((number) => !isConcern(number))].map(idOf));
  assert.ok(server.batches.every(({ items }) => items.length <= 100));
  assert.ok(read <= MANY + 4 * SHOWN, `${read} rows were read to send ${MANY}`);
  assert.equal(await withDatabase((open) => open.count("outbox")), 0);
});

test("a concern that is written while much else is being sent goes with the next batch", async () => {
  await fill(500);
  let batches = 0;
  let written: Promise<string> | null = null;
  server.instead.set(SEND, ({ body }, answer) => {
    const batch = JSON.parse(body.toString()) as Batch;
    if (++batches !== 2) return json(answer, 200, accept(batch));
    written = writeNote("She is on the floor.", "concern");
    void written.then(() => json(answer, 200, accept(batch)));
  });
  await sendWaiting();
  const key = await (written ?? Promise.reject(new Error("nothing was written")));
  assert.equal(`${DEVICE}.${server.batches[2]?.items[0]?.id}`, key);
  assert.equal(await withDatabase((open) => open.count("outbox")), 0);
});

test("the screen shows the oldest and says how many there are, and without signal it says why beside each", async () => {
  await fill(MANY);
  server.instead.set("/api/session/refresh", (_, answer) => answer.destroy());
  const read = await rowsRead(async () => {
    await sendWaiting();
    await loadOutbox();
  });
  assert.equal(waitingCount.value, MANY);
  assert.deepEqual(outbox.value.map(({ key }) => key), Array.from({ length: SHOWN }, (_, number) => `${DEVICE}.${idOf(number)}`));
  assert.ok(outbox.value.every(({ trouble }) => trouble === "Waiting for signal."));
  assert.ok(read <= 4 * SHOWN, `${read} rows were read to say that there is no signal`);
});

test("what is handed in without a session, what is reported and what photos wait for need no reading of everything", async () => {
  await fill(400);
  server.instead.set("/api/session/refresh", refuse(401, "Sign in again."));
  const read = await rowsRead(sendWaiting);
  assert.equal(server.to("/api/sync/hand-in").length, 20);
  assert.ok(read <= 400, `${read} rows were read to hand in 400`);
  await fill(400);
  server.instead.set("/api/devices/mine", (_, answer) => answer.writeHead(204, OURS).end());
  const looked = await rowsRead(async () => {
    assert.equal(await oldestUnsent(), rowOf(0).savedAt);
    assert.deepEqual(await photosToSend(), []);
    await reportHealth();
  });
  assert.equal(looked, 0);
});
