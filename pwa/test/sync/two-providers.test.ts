// Somebody who works for two providers on one phone: what belongs to one is never handed to the other.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withDatabase } from "../../src/store/database.ts";
import { loadOutbox, outbox } from "../../src/store/outbox.ts";
import { deviceId, moveIn, prepareSigningKey, welcomeBack } from "../../src/store/worker.ts";
import { sendWaiting } from "../../src/sync/send.ts";
import { PASSPHRASE, json, settleIn, startServer, welcome, writeNote } from "../phone.ts";

const HARBOUR = "1b6f0c1e-2f0f-4a53-8d57-6a4e1d1f3c44";
const atHarbour = (device: string) => ({
  ...welcome("amina-h"),
  worker: { id: "amina-h", name: "Amina", sign_in_name: "amina@harbour" },
  provider: { id: HARBOUR, name: "Harbour", demo: false },
  device: { id: device },
});

const server = await startServer();

test("an entry waits for a session of its own provider, says so, and holds nothing else up", async () => {
  server.asFresh();
  await settleIn("amina");
  const elsewhere = await writeNote("for Meadow");
  await withDatabase(async (open) => {
    const row = await open.get("outbox", elsewhere);
    assert.ok(row);
    // The same item, as it would lie here had it been written for Harbour.
    await open.put("outbox", { ...row, key: `${row.key}-h`, provider: HARBOUR, item: { ...row.item, id: `${row.item.id}-h` } });
  });

  const sent = await sendWaiting();
  assert.equal(sent.count, 1);
  assert.deepEqual(server.batches.flatMap(({ items }) => items.map(({ id }) => id.endsWith("-h"))), [false]);
  await loadOutbox();
  assert.deepEqual(outbox.value.map(({ key, trouble }) => [key, trouble]), [[`${elsewhere}-h`, "This waits until somebody of the same provider signs in here."]]);
});

test("each provider knows this phone by a name of its own, and each has its own chain", async () => {
  server.asFresh();
  await settleIn("amina");
  await writeNote("one");
  const before = await withDatabase((open) => open.get("device", welcome("amina").provider.id));
  await moveIn(atHarbour("harbour-device"), PASSPHRASE, await prepareSigningKey());

  assert.deepEqual(await withDatabase((open) => open.get("device", welcome("amina").provider.id)), before);
  assert.deepEqual(await withDatabase((open) => open.get("device", HARBOUR)), { provider: HARBOUR, id: "harbour-device", seq: 0, previous: null });
  assert.equal(await deviceId("ben@harbour"), "harbour-device");
  assert.equal(await deviceId("Ben@Meadow "), welcome("amina").device.id);
  assert.equal(await deviceId("ben@elsewhere"), null);
  assert.equal(await deviceId(null), null);
});

test("a device that its provider knows by a new name begins a new chain", async () => {
  await welcomeBack(atHarbour("another-device"));
  assert.deepEqual(await withDatabase((open) => open.get("device", HARBOUR)), { provider: HARBOUR, id: "another-device", seq: 0, previous: null });
  assert.equal(await deviceId("ben@harbour"), "another-device");
});

test("a session that becomes another provider's on the way is not used", async () => {
  server.asFresh();
  await settleIn("amina");
  const key = await writeNote("for Meadow alone");
  // The first session ends while it is used, and the next refresh answers for somebody at Harbour.
  server.instead.set("/api/sync/send", (_, answer) => {
    server.instead.set("/api/session/refresh", (__, refreshed) => json(refreshed, 200, { access_token: HARBOURS_TOKEN, expires_in: 600 }));
    json(answer, 401, { code: 401, status: "Unauthorized", message: "Sign in again." });
  });

  const sent = await sendWaiting();
  assert.equal(sent.count, 0);
  assert.equal(server.batches.length, 1);
  await loadOutbox();
  assert.ok(outbox.value.some((item) => item.key === key));
});

const HARBOURS_TOKEN = `head.${Buffer.from(JSON.stringify({ sub: "amina-h", provider: HARBOUR })).toString("base64url")}.tail`;
