// A new phone: what it needs first is there at once, and what the rest does not bring goes again.
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadEntries, standings } from "../../src/store/entry.ts";
import { cursor } from "../../src/store/fetched.ts";
import type { Fetched } from "../../src/store/fetched.ts";
import { fetchNew } from "../../src/sync/fetch.ts";
import { SERVICE, json, refuse, settleIn, startServer } from "../phone.ts";

const server = await startServer();

const standing = (thread: string, state = "recorded"): Fetched => ({
  kind: "standing", thread, form: "concern", service: SERVICE, person: null, state, severity: "red", why: [], restricted: false,
  deadlines: [], due: null, seen_by: null, decided: null, flags: [], balance: null, readers: [],
  times: { observed_at: "", recorded_at: "", received_at: "", seen_at: null },
});
const page = (at: string, items: Fetched[], more: boolean) => ({ items, cursor: at, more, epoch: 1, server_time: "2026-11-24T10:00:00Z" });
const states = async (): Promise<Record<string, string>> => {
  await loadEntries();
  return Object.fromEntries([...standings.value.values()].map(({ thread, state }) => [thread, state]));
};

test("what is needed first is on the screen before the rest has come, and the rest decides", async () => {
  server.asFresh();
  await settleIn("amina");
  server.instead.set("/api/sync/first", (_, answer) => json(answer, 200, { items: [standing("open"), standing("taken-away")], epoch: 1, server_time: "" }));
  server.instead.set("/api/sync/fetch", refuse(503, "Not now."));
  await assert.rejects(fetchNew());
  assert.deepEqual(await states(), { open: "recorded", "taken-away": "recorded" });
  assert.equal(await cursor(), null);

  const pages = [page("one", [standing("old")], true), page("two", [standing("open", "acknowledged")], false)];
  server.instead.set("/api/sync/fetch", (_, answer) => json(answer, 200, pages.shift()));
  await fetchNew();
  assert.deepEqual(await states(), { old: "recorded", open: "acknowledged" });
});

test("a phone that has fetched before does not look first", async () => {
  server.asked.length = 0;
  server.instead.set("/api/sync/fetch", (_, answer) => json(answer, 200, page("three", [], false)));
  await fetchNew();
  assert.equal(server.to("/api/sync/first").length, 0);
});
