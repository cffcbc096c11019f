// What is fetched: kept page by page with its cursor, for whoever asked, and forgotten when they may not read it any more.
import assert from "node:assert/strict";
import { test } from "node:test";
import { entries, loadEntries, standings } from "../../src/store/entry.ts";
import { cursor, keepPage } from "../../src/store/fetched.ts";
import type { Fetched, Page } from "../../src/store/fetched.ts";
import { vault } from "../../src/store/vault.ts";
import { unlock } from "../../src/store/worker.ts";
import { PASSPHRASE, SERVICE, failingPuts, settleIn } from "../phone.ts";

await settleIn("amina");

const page = (at: string, items: Fetched[]): Page => ({ items, cursor: at, more: false, epoch: 1, server_time: "2026-11-24T10:00:00Z" });

const entry = (key: string, thread = key): Fetched => ({
  kind: "entry", key, thread, form: "concern", version: 1, service: SERVICE, person: null, about: null, replaces: null,
  observed_at: "2026-11-24T09:00:00Z", recorded_at: "2026-11-24T09:05:00Z", received_at: "2026-11-24T09:06:00Z", clock_skew_ms: 0,
  author: { id: "amina", name: "Amina" }, answers: { what_happened: `About ${key}` }, photos: [], lang: "en", effect: "counted", reason: null, words: "",
});

const standing = (thread: string): Fetched => ({
  kind: "standing", thread, form: "concern", service: SERVICE, person: null, state: "recorded", severity: "red", why: [], restricted: false,
  deadlines: [], due: null, seen_by: null, decided: null, flags: [], balance: null, readers: [],
  times: { observed_at: "", recorded_at: "", received_at: "", seen_at: null },
});

const read = async (): Promise<{ entries: string[]; standings: string[] }> => {
  await loadEntries();
  return { entries: [...entries.value.keys()].sort(), standings: [...standings.value.keys()].sort() };
};

test("a page and its cursor are one commit: when the phone is full neither is kept", async () => {
  await keepPage(page("first", [entry("a.1")]), vault());
  for (const store of ["setting", "standing"] as const)
    await failingPuts([store], async () => {
      await assert.rejects(keepPage(page("second", [entry("a.2"), standing("a.2")]), vault()));
    });
  assert.equal(await cursor(), "first");
  assert.deepEqual(await read(), { entries: ["a.1"], standings: [] });

  await keepPage(page("second", [entry("a.2"), standing("a.2")]), vault());
  assert.equal(await cursor(), "second");
  assert.deepEqual(await read(), { entries: ["a.1", "a.2"], standings: ["a.2"] });
});

test("the same page again changes nothing", async () => {
  const before = await read();
  await keepPage(page("second", [entry("a.2"), standing("a.2")]), vault());
  assert.deepEqual(await read(), before);
});

test("a thread that is to be forgotten goes whole, and nothing else goes with it", async () => {
  await keepPage(page("third", [entry("b.1"), entry("b.2", "b.1"), standing("b.1"), entry("c.1")]), vault());
  await keepPage(page("fourth", [{ kind: "forget", thread: "b.1" }]), vault());
  assert.deepEqual(await read(), { entries: ["a.1", "a.2", "c.1"], standings: ["a.2"] });
});

test("within one page what comes later counts", async () => {
  await keepPage(page("fifth", [{ kind: "forget", thread: "c.1" }, entry("c.1"), entry("d.1"), { kind: "forget", thread: "d.1" }]), vault());
  assert.deepEqual((await read()).entries, ["a.1", "a.2", "c.1"]);
});

test("what was on its way to one worker is not kept for the next who unlocks", async () => {
  const hers = vault();
  await settleIn("ben");
  await assert.rejects(keepPage(page("sixth", [entry("e.1")]), hers), { message: "This phone is locked" });
  assert.equal(await cursor(), null);
  assert.deepEqual((await read()).entries, []);
  assert.equal(await unlock("amina", PASSPHRASE), true);
  assert.equal(await cursor(), "fifth");
});
