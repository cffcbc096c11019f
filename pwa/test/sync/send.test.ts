// Sending, to a real server on this machine: an item leaves this phone only when the server has named it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256, toHex } from "../../src/domain/bytes.ts";
import { withDatabase } from "../../src/store/database.ts";
import { entries, loadEntries } from "../../src/store/entry.ts";
import { loadOutbox, outbox, write } from "../../src/store/outbox.ts";
import { keepPhoto } from "../../src/store/photo.ts";
import { lock, unlock } from "../../src/store/worker.ts";
import { sendPhotos, sendWaiting } from "../../src/sync/send.ts";
import { OURS, accept, emptyOutbox, json, note, PASSPHRASE, refuse, settleIn, startServer, writeNote } from "../phone.ts";
import type { Batch } from "../phone.ts";

const SEND = "/api/sync/send";
const server = await startServer();
await settleIn("amina");

async function begin(): Promise<void> {
  await emptyOutbox();
  server.asFresh();
}

/** What waits, as the outbox screen shows it: the key and why. */
async function waiting(): Promise<Map<string, string>> {
  await loadOutbox();
  return new Map(outbox.value.map(({ key, trouble }) => [key, trouble]));
}

const idOf = (key: string): string => key.split(".")[1] ?? "";
const said = (body: Buffer): Batch => JSON.parse(body.toString()) as Batch;

test("what the server accepted leaves the outbox, and its copy says sent", async () => {
  await begin();
  const key = await writeNote("All well.");
  const sent = await sendWaiting();
  assert.deepEqual([sent.count, sent.trouble], [1, ""]);
  assert.equal((await waiting()).size, 0);
  await loadEntries();
  assert.equal(entries.value.get(key)?.place, "sent");
});

test("an item that the server did not name stays, although its neighbours went", async () => {
  await begin();
  const [first, second] = [await writeNote("one"), await writeNote("two")];
  server.instead.set(SEND, ({ body }, answer) => json(answer, 200, accept({ items: said(body).items.filter(({ id }) => id !== idOf(second)) })));
  const sent = await sendWaiting();
  assert.deepEqual([...(await waiting()).keys()], [second]);
  assert.notEqual((await waiting()).get(second), "");
  assert.notEqual(sent.trouble, "");
  assert.equal((await waiting()).has(first), false);
  assert.equal(server.batches.length, 1);
});

test("an outcome for the same id under another key lets nothing go", async () => {
  await begin();
  const key = await writeNote("one");
  server.instead.set(SEND, ({ body }, answer) => json(answer, 200, accept({ items: said(body).items.map(({ id }) => ({ id, key_id: "another" })) })));
  await sendWaiting();
  assert.deepEqual([...(await waiting()).keys()], [key]);
});

test("an answer that makes no sense lets nothing go", async () => {
  for (const [type, page] of [["text/html", "<h1>Welcome to our WiFi</h1>"], ["application/json", "{}"], ["application/json", '{"outcomes":"all"}'], ["application/json", "not json"]] as const) {
    await begin();
    const key = await writeNote("She fell.");
    server.instead.set(SEND, (_, answer) => answer.writeHead(200, { ...OURS, "Content-Type": type }).end(page));
    const sent = await sendWaiting();
    assert.equal(sent.trouble, "Waiting for signal.");
    assert.deepEqual(await waiting(), new Map([[key, "Waiting for signal."]]));
  }
});

test("a page that leads elsewhere is not followed", async () => {
  await begin();
  const key = await writeNote("She fell.");
  server.instead.set(SEND, (_, answer) => answer.writeHead(302, { Location: `${server.address}/api/forms` }).end());
  await sendWaiting();
  assert.deepEqual([...(await waiting()).keys()], [key]);
  assert.equal(server.to("/api/forms").length, 0);
});

test("one item that the server fails for is found, and its neighbours are sent", async () => {
  await begin();
  const keys: string[] = [];
  for (const words of ["one", "two", "poison", "four", "five"]) keys.push(await writeNote(words));
  const poison = keys[2] ?? "";
  server.instead.set(SEND, ({ body }, answer) => {
    const { items } = said(body);
    if (items.some(({ id }) => id === idOf(poison))) return json(answer, 500, { code: 500, status: "", message: "Something went wrong." });
    return json(answer, 200, accept({ items }));
  });
  const sent = await sendWaiting();
  assert.equal(sent.count, 4);
  assert.deepEqual(await waiting(), new Map([[poison, "The server has a problem. I will keep trying."]]));

  // Next time it comes last, so that it holds nothing up.
  server.asked.length = 0;
  const urgent = await writeNote("She is on the floor", "concern");
  await sendWaiting();
  assert.deepEqual([...(await waiting()).keys()], [poison]);
  assert.ok(server.batches.some(({ items }) => items.length === 1 && items[0]?.id === idOf(urgent)));
});

test("a batch that fails only as a whole goes one by one, and then nothing is amiss", async () => {
  await begin();
  await writeNote("one");
  await writeNote("two");
  server.instead.set(SEND, ({ body }, answer) => {
    const { items } = said(body);
    return items.length > 1 ? json(answer, 413, { code: 413, status: "", message: "That is too much." }) : json(answer, 200, accept({ items }));
  });
  const sent = await sendWaiting();
  assert.deepEqual([sent.count, sent.trouble, (await waiting()).size], [2, "", 0]);
});

test("a server that is down for everything is asked a few times and no more", async () => {
  await begin();
  for (let count = 0; count < 20; count++) await writeNote(`note ${count}`);
  server.instead.set(SEND, refuse(500, "Something went wrong."));
  await sendWaiting();
  assert.equal((await waiting()).size, 20);
  assert.ok(server.batches.length < 10, `asked ${server.batches.length} times`);
});

test("signal that goes in the middle of a batch is not waited for again and again", async () => {
  await begin();
  for (let count = 0; count < 5; count++) await writeNote(`note ${count}`);
  let asked = 0;
  server.instead.set(SEND, (_, answer) => {
    if (asked++ === 0) return json(answer, 500, { code: 500, status: "", message: "Something went wrong." });
    return void answer.destroy();
  });
  const sent = await sendWaiting();
  assert.equal(asked, 2);
  assert.equal(sent.trouble, "Waiting for signal.");
  assert.equal((await waiting()).size, 5);
});

test("a session that has ended keeps everything and says what to do", async () => {
  await begin();
  const key = await writeNote("She fell.");
  server.instead.set("/api/session/refresh", refuse(401, "Sign in again."));
  server.instead.set("/api/sync/hand-in", refuse(404, "There is nothing here."));
  const sent = await sendWaiting();
  assert.equal(sent.mustSignIn, true);
  assert.deepEqual(await waiting(), new Map([[key, "Sign in again, then it is sent."]]));
  assert.equal(server.batches.length, 0);

  // A session that the server ends while its token still looked good is no different.
  await begin();
  const other = await writeNote("She fell.");
  server.instead.set(SEND, refuse(401, "Sign in again."));
  assert.equal((await sendWaiting()).mustSignIn, true);
  assert.deepEqual([...(await waiting()).keys()], [other]);

  server.instead.clear();
  assert.equal((await sendWaiting()).count, 1);
  assert.equal((await waiting()).size, 0);
});

test("concerns go first, then what answers them, then the rest from the oldest on", async () => {
  await begin();
  const written = [await writeNote("one"), await writeNote("yes", "acknowledgement"), await writeNote("two", "handover"), await writeNote("help", "concern")];
  await sendWaiting();
  const order = server.batches.flatMap(({ items }) => items.map(({ id }) => id));
  assert.deepEqual(order, [3, 1, 0, 2].map((place) => idOf(written[place] ?? "")));
});

test("the server hears how much waits, and gets no more than a hundred at a time", async () => {
  await begin();
  for (let count = 0; count < 105; count++) await writeNote(`note ${count}`);
  await sendWaiting();
  assert.deepEqual(server.batches.map(({ items, unsent }) => [items.length, unsent]), [[100, 105], [5, 5]]);
});

test("what came in with an error is let go of, and its copy says why", async () => {
  await begin();
  const key = await writeNote("one");
  server.instead.set(SEND, ({ body }, answer) => {
    const { outcomes, ...rest } = accept(said(body), "quarantined");
    json(answer, 200, { ...rest, outcomes: outcomes.map((each) => ({ ...each, effect: "none", words: "It came in with an error." })) });
  });
  await sendWaiting();
  await loadEntries();
  assert.equal((await waiting()).size, 0);
  assert.deepEqual([entries.value.get(key)?.place, entries.value.get(key)?.words], ["kept_apart", "It came in with an error."]);
});

test("what waits is sent while the phone is locked", async () => {
  await begin();
  const key = await writeNote("She fell.");
  lock();
  assert.equal((await sendWaiting()).count, 1);
  assert.equal((await waiting()).has(key), false);
  assert.equal(await unlock("amina", PASSPHRASE), true);
});

test("a photo goes after its words and never holds words up", async () => {
  await begin();
  const bytes = crypto.getRandomValues(new Uint8Array(3_000));
  const hash = toHex(await sha256(bytes));
  await keepPhoto({ bytes, hash });
  const receipt = { ...note({ receipt_photo: [hash] }, "transaction-receipt"), photos: [{ hash, type: "image/jpeg" as const, size: bytes.length }] };
  await write(receipt, null);

  server.instead.set(SEND, refuse(503, "Not now."));
  await sendWaiting();
  await sendPhotos();
  assert.equal(server.to("/api/sync/photo/").length, 0);

  // Its words are through; now the photo is under way for a long time, and a concern is written.
  server.instead.clear();
  await sendWaiting();
  let release: () => void = () => undefined;
  const under = new Promise<void>((reached) =>
    server.instead.set("/api/sync/photo/", (_, answer) => {
      release = () => json(answer, 200, { outcome: "accepted", words: "" });
      reached();
    }),
  );
  const photos = sendPhotos();
  await under;
  await writeNote("She is on the floor", "concern");
  assert.equal((await sendWaiting()).count, 1);
  assert.deepEqual((await waiting()).size, 1);
  release();
  assert.equal((await photos).count, 1);
  assert.equal((await waiting()).size, 0);
  const [sent] = server.to("/api/sync/photo/");
  assert.ok(sent && !sent.body.includes(Buffer.from(bytes)) && sent.body.length > bytes.length);
});

test("a photo that does not get through stays, with the reason beside it", async () => {
  await begin();
  const bytes = crypto.getRandomValues(new Uint8Array(3_000));
  const hash = toHex(await sha256(bytes));
  await keepPhoto({ bytes, hash });
  const key = await write({ ...note({ receipt_photo: [hash] }, "transaction-receipt"), photos: [{ hash, type: "image/jpeg", size: bytes.length }] }, null);
  await sendWaiting();
  server.instead.set("/api/sync/photo/", (_, answer) => answer.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Welcome</h1>"));
  await sendPhotos();
  assert.deepEqual(await waiting(), new Map([[key, "Waiting for signal."]]));
  assert.equal(await withDatabase((open) => open.count("outboxPhoto")), 1);
});

test("two who send at once send each item once, and the second leaves it to the first", async () => {
  await begin();
  for (let count = 0; count < 5; count++) await writeNote(`note ${count}`);
  const both = await Promise.all([sendWaiting(), sendWaiting()]);
  assert.deepEqual(both.map(({ elsewhere }) => elsewhere).sort(), [false, true]);
  assert.equal(server.batches.flatMap(({ items }) => items).length, 5);
});

test("a server that asks to be left alone is, for as long as it asks, and everything is still here", async () => {
  await begin();
  const key = await writeNote("one");
  server.instead.set(SEND, (_, answer) => {
    answer.setHeader("Retry-After", "90");
    json(answer, 429, { code: 429, status: "", message: "Too much at once." });
  });
  const sent = await sendWaiting();
  assert.deepEqual([sent.count, sent.wait], [0, 90_000]);
  assert.deepEqual([...(await waiting()).keys()], [key]);
  assert.equal(server.batches.length, 1);
  server.asFresh();
  assert.deepEqual([(await sendWaiting()).count, (await waiting()).size], [1, 0]);
});
