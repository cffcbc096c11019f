// A phone that somebody lost: what lies on it opens with the passphrase, for its own place, and not otherwise.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withDatabase } from "../../src/store/database.ts";
import { closeDrafts, saveDraft } from "../../src/store/draft.ts";
import { closeEntries, entries, loadEntries } from "../../src/store/entry.ts";
import { keepPhoto } from "../../src/store/photo.ts";
import { readSetting, writeSetting } from "../../src/store/setting.ts";
import { isUnlocked } from "../../src/store/vault.ts";
import { lock, unlock, unlocked } from "../../src/store/worker.ts";
import { PASSPHRASE, draftOf, emptyOutbox, everythingStored, settleIn, writeNote } from "../phone.ts";

const CANARY = "canary-grace-adeyemi-fell";

await settleIn("amina");
const ofAmina = async (): Promise<void> => assert.equal(await unlock("amina", PASSPHRASE), true);

test("nothing that anybody wrote or read can be read in the database of a locked phone", async () => {
  await emptyOutbox();
  await saveDraft(draftOf("draft", { what_happened: CANARY }));
  await writeNote(CANARY);
  await writeSetting("home", { people: [{ name: CANARY }] });
  await keepPhoto({ bytes: new TextEncoder().encode(CANARY), hash: "hash" });
  lock();
  closeDrafts();
  closeEntries();
  const stored = await everythingStored();
  // The search itself works: the name of who is on this phone is there to choose from.
  assert.ok(stored.includes("amina@meadow"));
  assert.ok(!stored.includes(CANARY));
  assert.ok(!stored.includes(Buffer.from(CANARY).toString("base64url").slice(2, -2)));
  assert.ok(!stored.includes(PASSPHRASE));
});

test("another passphrase opens nothing, and the right one opens everything", async () => {
  lock();
  for (const wrong of ["meadow lark at noo", `${PASSPHRASE} `, PASSPHRASE.toUpperCase()]) assert.equal(await unlock("amina", wrong), false);
  assert.equal(isUnlocked(), false);
  assert.equal(unlocked.value, null);
  await assert.rejects(readSetting("home"), { message: "This phone is locked" });
  await ofAmina();
  assert.deepEqual(await readSetting("home"), { people: [{ name: CANARY }] });
});

test("a passphrase is the same however the keyboard composes its letters", async () => {
  const { key } = await import("../../src/store/wrap.ts").then(async ({ makeDataKey, stretch, unwrapDataKey }) => {
    const salt = new Uint8Array(16);
    const made = await makeDataKey(await stretch("caf\u00e9 by the sea", salt));
    return { key: await unwrapDataKey(made.wrappedKey, await stretch("cafe\u0301 by the sea", salt)) };
  });
  assert.equal(key.extractable, false);
});

test("a box that somebody moved to another place, or to another worker, does not open", async () => {
  await ofAmina();
  await writeSetting("one", "first");
  await writeSetting("two", "second");
  const [one, two] = await withDatabase((open) => Promise.all([open.get("setting", ["amina", "one"]), open.get("setting", ["amina", "two"])]));
  assert.ok(one && two);
  await withDatabase((open) => open.put("setting", { ...one, box: two.box }));
  await assert.rejects(readSetting("one"), { name: "OperationError" });
  assert.equal(await readSetting("two"), "second");

  await settleIn("ben");
  await withDatabase((open) => open.put("setting", { ...two, worker: "ben" }));
  await assert.rejects(readSetting("two"), { name: "OperationError" });
});

test("what was being read when somebody locked is shown to nobody", async () => {
  await emptyOutbox();
  await ofAmina();
  await writeNote(CANARY);
  closeEntries();
  const reading = loadEntries();
  lock();
  closeEntries();
  await reading;
  assert.equal(entries.value.size, 0);
  await ofAmina();
  await loadEntries();
  assert.deepEqual([...entries.value.values()].map(({ answers }) => answers), [{ note: CANARY }]);
});
