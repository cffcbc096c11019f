// Sending with no page open: the browser is to come again exactly while something still waits.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sendInBackground } from "../../src/service-worker/background-sync.ts";
import { lock } from "../../src/store/worker.ts";
import { refuse, settleIn, startServer, writeNote } from "../phone.ts";

const server = await startServer();
await settleIn("amina");

test("the browser is asked to come again while something waits, and not when all is sent", async () => {
  await sendInBackground();
  await writeNote("She fell.");
  lock();
  server.instead.set("/api/sync/send", refuse(503, "Not now."));
  await assert.rejects(sendInBackground(), { message: "Some entries still wait for signal" });
  server.instead.clear();
  await sendInBackground();
  assert.equal(server.batches.length, 2);
});
