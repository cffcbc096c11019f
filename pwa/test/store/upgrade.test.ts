// A phone whose database an earlier version made: what waits in its outbox is still there, and is sent.
import assert from "node:assert/strict";
import { test } from "node:test";
import "fake-indexeddb/auto";
import { openDB } from "idb";

const ROW = {
  key: "device.entry",
  worker: "amina",
  provider: "meadow",
  writtenBy: "Amina",
  rank: 0,
  savedAt: "2026-11-20T10:00:00.000Z",
  item: { id: "entry", key_id: "key", seal: "seal", signature: "c2ln", ciphertext: "Y2lwaGVy" },
  refusals: 2,
  trouble: "Waiting for signal.",
};
const HANDED_IN = { ...ROW, key: "device.another", savedAt: "2026-11-19T10:00:00.000Z", item: { ...ROW.item, id: "another" }, refusals: 3, isHandedIn: true };
const PHOTO = { key: ROW.key, provider: "meadow", hash: "a".repeat(64), entry: "entry", keyId: "key", seal: "seal", savedAt: ROW.savedAt, sealed: new Uint8Array([1, 2]).buffer, trouble: "" };

test("an upgrade keeps every outbox, and makes room for copies", async () => {
  const old = await openDB("heed", 1, {
    upgrade(made) {
      made.createObjectStore("device", { keyPath: "provider" });
      made.createObjectStore("worker", { keyPath: "worker" });
      made.createObjectStore("form", { keyPath: ["form", "version"] });
      made.createObjectStore("outbox", { keyPath: "key" });
      made.createObjectStore("outboxPhoto", { keyPath: ["key", "hash"] });
      const entry = made.createObjectStore("entry", { keyPath: ["worker", "key"] });
      entry.createIndex("key", "key");
      entry.createIndex("thread", ["worker", "thread"]);
      for (const name of ["standing", "notice", "draft", "setting", "photo"]) made.createObjectStore(name, { keyPath: ["worker", "key"] });
    },
  });
  await old.put("outbox", ROW);
  await old.put("outbox", HANDED_IN);
  await old.put("outboxPhoto", PHOTO);
  await old.put("device", { provider: "meadow", id: "device", seq: 7, previous: "00" });
  old.close();
  const { withDatabase } = await import("../../src/store/database.ts");
  const { settle } = await import("../../src/store/outbox.ts");
  const { nextItems, nextToHandIn, oldestUnsent } = await import("../../src/store/turn.ts");
  const [row] = await nextItems("meadow", 10, new Set());
  assert.deepEqual(row, { ...ROW, toHandIn: 0 });
  // What was handed in already waits for a session.
  assert.deepEqual((await nextItems("meadow", 10, new Set())).map(({ key }) => key), [ROW.key, HANDED_IN.key]);
  assert.deepEqual(await nextToHandIn(10), [row]);
  assert.equal(await oldestUnsent(), HANDED_IN.savedAt);
  assert.deepEqual(await withDatabase((open) => open.getAll("outboxPhoto")), [PHOTO]);
  assert.equal((await withDatabase((open) => open.get("device", "meadow")))?.seq, 7);
  assert.ok(row);
  await settle([row], [{ id: "entry", key_id: "key", outcome: "accepted", effect: "counted", reason: null, words: "" }], "receipt");
  assert.deepEqual(await withDatabase((open) => open.getAllKeys("outbox")), [HANDED_IN.key]);
  const [copy] = await withDatabase((open) => open.getAll("copy"));
  assert.deepEqual([copy?.item, copy?.receipt], [ROW.item, "receipt"]);
});
