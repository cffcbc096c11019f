// A phone whose place in the list the server cannot read any more: it fetches from the beginning and keeps nothing old.
import assert from "node:assert/strict";
import { test } from "node:test";
import { entries, loadEntries, standings } from "../../src/store/entry.ts";
import { cursor, keepPage } from "../../src/store/fetched.ts";
import type { Fetched } from "../../src/store/fetched.ts";
import { vault } from "../../src/store/vault.ts";
import { fetchNew } from "../../src/sync/fetch.ts";
import { SERVICE, json, settleIn, startServer, writeNote } from "../phone.ts";

const server = await startServer();

const standing = (thread: string): Fetched => ({
  kind: "standing", thread, form: "concern", service: SERVICE, person: null, state: "recorded", severity: "red", why: [], restricted: false,
  deadlines: [], due: null, seen_by: null, decided: null, flags: [], balance: null, readers: [],
  times: { observed_at: "", recorded_at: "", received_at: "", seen_at: null },
});

const page = (at: string, items: Fetched[]) => ({ items, cursor: at, more: false, epoch: 1, server_time: "2026-11-24T10:00:00Z" });

test("what may not be read any more goes, what is new comes, and what waits to be sent stays", async () => {
  server.asFresh();
  await settleIn("amina");
  const waiting = await writeNote("not sent yet");
  await keepPage(page("old", [standing("taken-away"), standing("still-there")]), vault());
  server.instead.set("/api/sync/fetch", ({ path }, answer) => {
    if (path.includes("cursor=")) json(answer, 422, { code: 422, status: "Unprocessable Entity", message: "Fetch from the beginning." });
    else json(answer, 200, page("new", [standing("still-there")]));
  });

  await fetchNew();
  await loadEntries();
  assert.deepEqual([...standings.value.keys()], ["still-there"]);
  assert.deepEqual([...entries.value.keys()], [waiting]);
  assert.equal(await cursor(), "new");
});

test("a phone that began at the beginning and is refused all the same does not ask for ever", async () => {
  server.asFresh();
  await settleIn("ben");
  server.session = "ben";
  server.instead.set("/api/sync/fetch", (_, answer) => json(answer, 422, { code: 422, status: "Unprocessable Entity", message: "No." }));
  await assert.rejects(fetchNew());
  assert.equal(server.asked.filter(({ path }) => path.startsWith("/api/sync/fetch")).length, 1);
});
