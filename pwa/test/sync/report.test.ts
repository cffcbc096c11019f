// A phone says how it is: what it holds and since when, once, and again when that changed or a while has passed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { reportHealth } from "../../src/sync/report.ts";
import { OURS, settleIn, startServer, writeNote } from "../phone.ts";

const server = await startServer();
const HEALTH = "/api/devices/mine";
const said = () => server.to(HEALTH).map(({ body }) => JSON.parse(body.toString()) as { unsent: number; oldest_unsent_at: string | null });

test("a phone says what it holds, and says it again only when there is something to say", async () => {
  server.asFresh();
  server.instead.set(HEALTH, (_, answer) => void answer.writeHead(204, OURS).end());
  await settleIn("amina");
  const start = Date.now();
  await reportHealth(start);
  await reportHealth(start + 1_000);
  assert.deepEqual(said().map(({ unsent, oldest_unsent_at }) => [unsent, oldest_unsent_at]), [[0, null]]);

  await writeNote("not sent yet");
  await reportHealth(start + 2_000);
  const second = said()[1];
  assert.equal(second?.unsent, 1);
  assert.ok(Date.parse(second?.oldest_unsent_at ?? "") >= start);

  await reportHealth(start + 11 * 60_000);
  assert.equal(said().length, 3);
});

test("what could not be said is said at the next contact", async () => {
  await writeNote("another");
  server.instead.set(HEALTH, (_, answer) => void answer.writeHead(503, OURS).end());
  await assert.rejects(reportHealth());
  const before = said().length;
  server.instead.set(HEALTH, (_, answer) => void answer.writeHead(204, OURS).end());
  await reportHealth();
  assert.equal(said().length, before + 1);
});
