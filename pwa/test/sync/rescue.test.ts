// A rescue file: what waits on a phone that cannot send, sealed, handed in by somebody else's.
import assert from "node:assert/strict";
import { test } from "node:test";
import { sha256, toHex } from "../../src/domain/bytes.ts";
import { readHeader } from "../../src/domain/rescue-file.ts";
import { withDatabase } from "../../src/store/database.ts";
import { write } from "../../src/store/outbox.ts";
import { keepPhoto } from "../../src/store/photo.ts";
import { rescueFile } from "../../src/store/rescue.ts";
import { loadRescueFile } from "../../src/sync/rescue.ts";
import { accept, emptyOutbox, json, note, PROVIDER, settleIn, startServer, writeNote } from "../phone.ts";
import type { Batch } from "../phone.ts";

const server = await startServer();
await settleIn("amina");
const nobody = (): void => undefined;

async function begin(): Promise<File> {
  await emptyOutbox();
  server.asFresh();
  await writeNote("She ate all of her lunch.");
  await writeNote("She is on the floor.", "concern");
  const bytes = new Uint8Array(7_000).fill(7);
  const hash = toHex(await sha256(bytes));
  await keepPhoto({ bytes, hash });
  await write({ ...note({ note: "See the photo." }), photos: [{ hash, type: "image/jpeg", size: bytes.length }] }, null);
  return rescueFile();
}

test("it holds everything that waits, concerns first, says whose it is and how much, and shows nothing to read", async () => {
  const file = await begin();
  const text = await file.text();
  const header = readHeader(text.split("\n")[0] ?? "");
  assert.deepEqual(header.providers, [{ id: PROVIDER, handle: "meadow", entries: 3, photos: 1 }]);
  for (const words of ["lunch", "floor", "photo.", "writtenBy", "Amina"]) assert.ok(!text.includes(words), words);
  const concern = await withDatabase(async (open) => (await open.getAll("outbox")).find(({ rank }) => rank === 0));
  assert.deepEqual(JSON.parse(text.split("\n")[1] ?? ""), { provider: PROVIDER, item: concern?.item });
});

test("loading it hands in every entry and photo, says what became of each, and lets nothing go on the phone", async () => {
  const file = await begin();
  server.instead.set("/api/sync/send", ({ body }, answer) => {
    const said = accept(JSON.parse(body.toString()) as Batch);
    json(answer, 200, { ...said, outcomes: said.outcomes.map((each, at) => (at === 1 ? { ...each, outcome: "repeated" } : at === 2 ? { ...each, id: "another" } : each)) });
  });
  let last = "";
  const rescued = await loadRescueFile(file, (done, of) => (last = `${done} of ${of}`));
  assert.deepEqual(rescued.outcomes.map(({ outcome }) => outcome), ["accepted", "repeated", "unnamed"]);
  assert.deepEqual([rescued.photos, rescued.elsewhere, last], [{ arrived: 1, refused: 0 }, 0, "4 of 4"]);
  assert.equal(server.batches[0]?.items.length, 3);
  assert.ok(server.to("/api/sync/photo/").length > 0);
  assert.equal(await withDatabase((open) => open.count("outbox")), 3);
  assert.equal(await withDatabase((open) => open.count("outboxPhoto")), 1);
});

test("what is another provider's is left alone and counted", async () => {
  const text = (await (await begin()).text()).replaceAll(PROVIDER, "another");
  const rescued = await loadRescueFile(new Blob([text]), nobody);
  assert.deepEqual([rescued.outcomes, rescued.elsewhere, server.batches], [[], 4, []]);
});

for (const [what, spoil, words] of [
  ["a photo of a cat", () => "\u0000\u0001 JFIF", /This is not a rescue file of Heed\.$/],
  ["nothing", () => "", /This is not a rescue file of Heed\.$/],
  ["other JSON", () => '{"heed":"something"}\n', /This is not a rescue file of Heed\.$/],
  ["a newer file", (text: string) => text.replace('"version":1', '"version":2'), /made by a newer Heed/],
  ["a file cut in a line", (text: string) => text.slice(0, -40), /is damaged/],
  ["a file cut between lines", (text: string) => text.split("\n").slice(0, 2).join("\n") + "\n", /is damaged/],
  ["a line with something more in it", (text: string) => text.replace('"signature"', '"more":"x","signature"'), /is damaged/],
  ["a header without counts", (text: string) => text.replace('"entries":3', '"entries":"3"'), /is damaged/],
] as const)
  test(`of ${what} nothing is sent, and one plain sentence says why`, async () => {
    const text = await (await begin()).text();
    await assert.rejects(loadRescueFile(new Blob([spoil(text)]), nobody), words);
    assert.deepEqual(server.asked, []);
  });
