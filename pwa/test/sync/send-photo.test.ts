// A photo in parts: whatever is cut, lost or said twice, the server ends up with the very bytes, and goes on where it was.
import assert from "node:assert/strict";
import { test } from "node:test";
import { NoSignal } from "../../src/sync/api-client.ts";
import { PART, sendPhotoInParts } from "../../src/sync/send-photo.ts";
import { json, startServer } from "../phone.ts";
import type { Handler } from "../phone.ts";

const server = await startServer();
const token = <Content>(work: (token: string) => Promise<Content>): Promise<Content> => work("token");
const photoOf = (size: number) => {
  const sealed = crypto.getRandomValues(new Uint8Array(Math.min(size, 65_536)));
  const whole = new Uint8Array(size).map((_, at) => sealed[at % sealed.length] ?? 0);
  return { keyId: "key", entry: "entry", hash: "hash", seal: "intake", sealed: whole.buffer };
};

/** A server that keeps parts; `meddle` may answer otherwise, or cut the connection, for the request with that number. */
function keeping(size: number, meddle: (turn: number, answer: Parameters<Handler>[1], keep: () => void) => boolean) {
  const kept = { bytes: Buffer.alloc(0), puts: 0, most: 0 };
  let turn = 0;
  server.asFresh();
  server.instead.set("/api/sync/photo/", ({ method, path, body }, answer) => {
    const begin = Number(path.split("/").pop());
    const keep = (): void => {
      if (method === "PUT" && begin === kept.bytes.length) kept.bytes = Buffer.concat([kept.bytes, body]);
    };
    if (method === "PUT") {
      kept.puts++;
      kept.most = Math.max(kept.most, body.length);
    }
    if (meddle(turn++, answer, keep)) return;
    keep();
    if (method === "PUT" && kept.bytes.length === size) json(answer, 200, { outcome: "accepted", words: "" });
    else json(answer, method === "PUT" ? 202 : 200, { received: kept.bytes.length });
  });
  return kept;
}

test("a large photo goes in small parts", async () => {
  const photo = photoOf(3 * PART + 7);
  const kept = keeping(3 * PART + 7, () => false);
  await sendPhotoInParts(photo, token);
  assert.deepEqual(kept.bytes, Buffer.from(photo.sealed));
  assert.deepEqual([kept.puts, kept.most], [4, PART]);
});

test("a small one goes at once", async () => {
  const photo = photoOf(900);
  const kept = keeping(900, () => false);
  await sendPhotoInParts(photo, token);
  assert.equal(server.asked.length, 1);
  assert.deepEqual(kept.bytes, Buffer.from(photo.sealed));
});

for (const cut of [0, 1, 2, 3, 4])
  for (const arrived of [false, true])
    test(`after a cut of request ${cut}, ${arrived ? "which had arrived" : "which had not"}, it goes on where it was`, async () => {
      const photo = photoOf(3 * PART + 7);
      const kept = keeping(3 * PART + 7, (turn, answer, keep) => {
        if (turn !== cut) return false;
        if (arrived) keep();
        answer.destroy();
        return true;
      });
      await assert.rejects(sendPhotoInParts(photo, token), NoSignal);
      const before = kept.bytes.length;
      server.asked.length = 0;
      if (before < 3 * PART + 7) await sendPhotoInParts(photo, token);
      assert.deepEqual(kept.bytes, Buffer.from(photo.sealed));
      const again = server.asked.filter(({ method }) => method === "PUT").length;
      assert.ok(again <= Math.ceil((3 * PART + 7 - before) / PART), "nothing is sent twice that had arrived");
    });

test("a server that never gets further is left alone", async () => {
  const photo = photoOf(2 * PART);
  const kept = keeping(2 * PART, (_, answer) => {
    json(answer, 202, { received: 0 });
    return true;
  });
  await assert.rejects(sendPhotoInParts(photo, token), NoSignal);
  assert.ok(kept.puts <= 4);
});

test("a hotel's page is no answer", async () => {
  keeping(2 * PART, (_, answer) => {
    answer.writeHead(200, { "Content-Type": "text/html" }).end("<h1>Welcome</h1>");
    return true;
  });
  await assert.rejects(sendPhotoInParts(photoOf(2 * PART), token), NoSignal);
});
