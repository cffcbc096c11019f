// Signing out takes what somebody could read off the phone, and never what is not sent yet.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { withDatabase } from "../../src/store/database.ts";
import type { BoxStore } from "../../src/store/database.ts";
import { drafts, loadDrafts, saveDraft } from "../../src/store/draft.ts";
import { loadOutbox, outbox } from "../../src/store/outbox.ts";
import { writeSetting } from "../../src/store/setting.ts";
import { encrypt, isUnlocked } from "../../src/store/vault.ts";
import { lock, moveIn, moveOut, prepareSigningKey, unlock, unlocked, workersOnPhone } from "../../src/store/worker.ts";

const PASSPHRASE = "meadow lark at noon";
const READABLE = ["entry", "standing", "notice", "draft", "setting", "photo"] as const;
const BOXED: BoxStore[] = ["standing", "notice", "photo"];

const draft = (id: string) => ({
  id, form: "concern", version: 1, service: "north", about: null, replaces: null,
  answers: { what_happened: "She is on the floor" }, isBlank: false, savedAt: "2026-11-24T10:00:00.000Z",
});

/** Somebody who has signed in here, with something in every store. */
async function settle(worker: string): Promise<void> {
  await moveIn(
    {
      access_token: "", expires_in: 600, key_id: `key-${worker}`, scope: "full", second_step: { set_up: false, needed_by: null }, device: { id: "device" },
      worker: { id: worker, name: worker, sign_in_name: `${worker}@meadow` }, provider: { id: "meadow", name: "Meadow", demo: false },
    },
    PASSPHRASE,
    await prepareSigningKey(),
  );
  const box = await encrypt("words", "anything");
  await withDatabase(async (open) => {
    for (const name of BOXED) await open.put(name, { worker, key: "one", box });
    await open.put("entry", { worker, key: `device.${worker}`, thread: `device.${worker}`, place: "waiting", effect: null, words: "", box });
    await open.put("outbox", {
      key: `device.${worker}`, worker, provider: "meadow", writtenBy: worker, rank: 0, savedAt: "2026-11-24T10:00:00.000Z", refusals: 0, trouble: "",
      item: { id: worker, key_id: `key-${worker}`, seal: "seal", signature: "signature", ciphertext: "ciphertext" },
    });
    await open.put("outboxPhoto", {
      key: `device.${worker}`, provider: "meadow", hash: "hash", entry: worker, keyId: `key-${worker}`, seal: "seal", savedAt: "2026-11-24T10:00:00.000Z",
      sealed: new ArrayBuffer(4), trouble: "",
    });
  });
  await writeSetting("home", { of: worker });
  await saveDraft(draft(`draft-${worker}`));
}

/** Whose rows lie in each store that can be read after unlocking. */
async function whose(): Promise<Record<string, string[]>> {
  const found = await withDatabase((open) => Promise.all(READABLE.map(async (name) => [name, (await open.getAll(name)).map(({ worker }) => worker)] as const)));
  return Object.fromEntries(found);
}

test("signing out leaves nothing readable of one's own, everything of others, and all that is not sent", async () => {
  await settle("amina");
  await settle("ben");
  assert.equal(unlocked.value?.worker, "ben");
  // A last keystroke is still on its way into the store.
  void saveDraft({ ...draft("draft-ben"), answers: { what_happened: "She is on the floor and cold" } });
  await moveOut();

  assert.deepEqual((await workersOnPhone()).map(({ worker }) => worker), ["amina"]);
  assert.deepEqual(await whose(), Object.fromEntries(READABLE.map((name) => [name, ["amina"]])));
  assert.equal(isUnlocked(), false);
  assert.equal(unlocked.value, null);
  assert.deepEqual(drafts.value, []);
  await loadOutbox();
  assert.deepEqual(outbox.value.map(({ writtenBy }) => writtenBy).sort(), ["amina", "ben"]);
  assert.equal(await withDatabase((open) => open.count("outboxPhoto")), 2);
  assert.equal((await withDatabase((open) => open.get("device", "meadow")))?.id, "device");

  // Nobody can unlock what is gone, and whoever stayed finds everything.
  assert.equal(await unlock("ben", PASSPHRASE), false);
  assert.equal(await unlock("amina", PASSPHRASE), true);
  await loadDrafts();
  assert.deepEqual(drafts.value.map(({ id }) => id), ["draft-amina"]);
  lock();
});

test("nobody is moved out of a locked phone", async () => {
  await assert.rejects(moveOut(), { message: "This phone is locked" });
});
