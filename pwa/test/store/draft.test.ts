// Drafts: every keystroke is kept, fast typing never queues, and a phone that is full loses nothing that is on the screen.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withDatabase } from "../../src/store/database.ts";
import { closeDrafts, discardDraft, drafts, loadDrafts, saveDraft } from "../../src/store/draft.ts";
import { lock, unlock } from "../../src/store/worker.ts";
import { PASSPHRASE, countingPuts, draftOf, failingPuts, settleIn } from "../phone.ts";

await settleIn("amina");

const STORY = "She is on the floor and her leg is bent";
const typed = (id: string, letters: number) => draftOf(id, { what_happened: STORY.slice(0, letters) });

/** What a phone finds when it is switched on again: memory is gone, the disk is not. */
async function storyAfterRestart(id: string): Promise<unknown> {
  closeDrafts();
  await loadDrafts();
  return drafts.value.find((draft) => draft.id === id)?.answers["what_happened"];
}

test("fast typing is written together, and the last letter is there afterwards", async () => {
  let puts = 0;
  await countingPuts("draft", () => puts++, async () => {
    const typing = Array.from({ length: STORY.length }, (_, letters) => saveDraft(typed("fast", letters + 1)));
    await Promise.all(typing);
  });
  assert.ok(puts < STORY.length / 2, `${puts} writes for ${STORY.length} letters`);
  assert.equal(await storyAfterRestart("fast"), STORY);
});

test("a letter that is typed the moment the letters before it are written is not lost", async () => {
  for (let round = 0; round < 50; round++) {
    const id = `moment-${round}`;
    await saveDraft(typed(id, 1)).then(() => void saveDraft(typed(id, 2)));
    await saveDraft(typed("other", round));
    assert.equal(await storyAfterRestart(id), STORY.slice(0, 2));
  }
});

test("the last letter is kept although somebody locks at once", async () => {
  const typing = saveDraft(typed("locked", 12));
  lock();
  closeDrafts();
  await typing;
  assert.equal(await unlock("amina", PASSPHRASE), true);
  assert.equal(await storyAfterRestart("locked"), STORY.slice(0, 12));
});

test("a draft belongs to whoever typed it, even when the next worker unlocks meanwhile", async () => {
  const typing = saveDraft(typed("hers", 12));
  await settleIn("ben");
  await typing;
  const rows = await withDatabase((open) => open.getAll("draft"));
  assert.deepEqual(rows.filter(({ key }) => key === "hers").map(({ worker }) => worker), ["amina"]);
  assert.equal(await storyAfterRestart("hers"), undefined);
  lock();
  assert.equal(await unlock("amina", PASSPHRASE), true);
  assert.equal(await storyAfterRestart("hers"), STORY.slice(0, 12));
});

test("a full phone says so, keeps the words in memory, and writes them with the next letter once there is room", async () => {
  await saveDraft(typed("full", 5));
  await failingPuts(["draft"], async () => {
    await assert.rejects(saveDraft(typed("full", 20)), { name: "NotKept" });
    assert.equal(drafts.value.find(({ id }) => id === "full")?.answers["what_happened"], STORY.slice(0, 20));
    // Another tab changed a draft, so all of them are read again: what is only in memory stays.
    await loadDrafts();
    assert.equal(drafts.value.find(({ id }) => id === "full")?.answers["what_happened"], STORY.slice(0, 20));
    await assert.rejects(saveDraft(typed("full", 21)), { name: "NotKept" });
  });
  await saveDraft(typed("another", 3));
  assert.equal(await storyAfterRestart("full"), STORY.slice(0, 21));
});

test("what was thrown away does not come back with a late letter", async () => {
  await saveDraft(typed("thrown", 5));
  const late = saveDraft(typed("thrown", 6));
  await discardDraft("thrown");
  await late;
  await saveDraft(typed("thrown", 7));
  assert.equal(await storyAfterRestart("thrown"), undefined);
});

test("what the browser cleared under somebody's hands stays on their screen", async () => {
  await saveDraft(typed("cleared", 12));
  await withDatabase(async (open) => {
    for (const name of ["device", "worker", "draft"] as const) await open.clear(name);
  });
  await loadDrafts();
  assert.equal(drafts.value.find(({ id }) => id === "cleared")?.answers["what_happened"], STORY.slice(0, 12));
});
