// What other apps let go of when a server refused it: docs/losses.md says which. Here nothing goes that no server named.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadOutbox, outbox } from "../../src/store/outbox.ts";
import { sendWaiting } from "../../src/sync/send.ts";
import { emptyOutbox, refuse, settleIn, startServer, writeNote } from "../phone.ts";

const SEND = "/api/sync/send";
/** Some of them an app elsewhere took for "already gone" or "never mind". */
const REFUSALS = [400, 403, 404, 405, 409, 410, 413, 422, 429, 500, 502, 503, 504, 507];
const server = await startServer();
await settleIn("amina");

async function waiting(): Promise<Map<string, string>> {
  await loadOutbox();
  return new Map(outbox.value.map(({ key, trouble }) => [key, trouble]));
}

test("no refusal of any kind deletes what was written, and each says why", async () => {
  for (const status of REFUSALS) {
    await emptyOutbox();
    server.asFresh();
    const key = await writeNote(`refused with ${status}`);
    server.instead.set(SEND, refuse(status, "Not now."));
    await sendWaiting();
    const left = await waiting();
    assert.deepEqual([...left.keys()], [key], `${status}`);
    assert.notEqual(left.get(key), "", `${status} says no reason`);
  }
});

test("however often it is refused, it is tried again and goes in the end", async () => {
  await emptyOutbox();
  server.asFresh();
  await writeNote("refused again and again");
  server.instead.set(SEND, refuse(503, "Not now."));
  for (let time = 0; time < 10; time++) await sendWaiting();
  assert.equal((await waiting()).size, 1);
  server.instead.delete(SEND);
  const sent = await sendWaiting();
  assert.equal(sent.count, 1);
  assert.equal((await waiting()).size, 0);
});

test("words that are put back to what they were are sent again, and not taken for a repeat", async () => {
  await emptyOutbox();
  server.asFresh();
  for (const words of ["She ate.", "She did not eat.", "She ate.", "She did not eat."]) await writeNote(words);
  const sent = await sendWaiting();
  assert.equal(sent.count, 4);
  assert.equal(new Set(server.batches.flatMap(({ items }) => items.map(({ id }) => id))).size, 4);
});
