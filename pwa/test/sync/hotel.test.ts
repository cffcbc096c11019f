// Somebody else answers: a hotel that wants money first, a proxy that says no, a router with a page of its own.
import assert from "node:assert/strict";
import { before, test } from "node:test";
import { withDatabase } from "../../src/store/database.ts";
import { home } from "../../src/store/home.ts";
import { loadOutbox, outbox, write } from "../../src/store/outbox.ts";
import { keepPhoto } from "../../src/store/photo.ts";
import { holdSession } from "../../src/store/session.ts";
import { isUnlocked } from "../../src/store/vault.ts";
import { sendPhotos } from "../../src/sync/send.ts";
import { syncOnce } from "../../src/sync/sync-once.ts";
import { note, settleIn, startServer, writeNote } from "../phone.ts";

const server = await startServer();
const PAGES = [
  ["text/html", "<h1>Welcome to our WiFi</h1>"],
  ["application/json", "{}"],
  ["application/json", '{"message":"Sign in to our WiFi","reason":"device_revoked"}'],
  ["application/json", '{"access_token":"a.b.c","expires_in":600,"scope":"full","outcomes":[],"safe":[],"again":[],"items":[],"cursor":"x","outcome":"accepted"}'],
] as const;
const HASH = "c".repeat(64);

const held = (): Promise<number[]> => withDatabase((open) => Promise.all([open.count("outbox"), open.count("outboxPhoto")]));

before(async () => {
  await settleIn("amina");
  await holdSession("amina");
  await keepPhoto({ bytes: new Uint8Array(900), hash: HASH });
  // The words of a photo went before, and a concern is written now.
  await write({ ...note({ note: "with a photo" }), photos: [{ hash: HASH, type: "image/jpeg", size: 900 }] }, null);
  await syncOnce();
  await writeNote("She fell.", "concern");
});

for (const status of [200, 302, 401, 403, 404, 422, 429, 500, 503, 511])
  test(`what a hotel answers with ${status} is not the server's, whatever it says, at any address`, async () => {
    for (const [type, page] of PAGES)
      for (const where of ["/api/", "/api/sync", "/api/session/refresh"]) {
        server.asFresh();
        const refused = `${where} ${page}`;
        server.instead.set(where, (_, answer) => answer.writeHead(status, { "Content-Type": type }).end(page));
        const result = await syncOnce();
        await sendPhotos();
        assert.ok(server.to(where).length, refused);
        assert.deepEqual([result.mustSignIn, isUnlocked(), await held()], [false, true, [1, 1]], refused);
        assert.equal(server.to("/api/sync/hand-in").length, 0, refused);
      }
    await loadOutbox();
    assert.deepEqual(outbox.value.map(({ trouble }) => trouble), ["Waiting for signal.", "Waiting for signal."]);
  });

test("as soon as it is the server again, everything goes", async () => {
  server.asFresh();
  await syncOnce();
  await sendPhotos();
  assert.deepEqual(await held(), [0, 0]);
});

test("what is at hand stays as it was when a hotel answers for it", async () => {
  const before = home.value;
  for (const [type, page] of PAGES)
    for (const where of ["/api/home", "/api/forms"]) {
      server.asFresh();
      server.instead.set(where, (_, answer) => answer.writeHead(200, { "Content-Type": type }).end(page));
      assert.equal((await syncOnce()).reached, false);
      assert.equal(home.value, before);
    }
});
