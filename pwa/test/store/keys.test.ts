// What opens somebody's place on a phone: a passphrase, and a passkey beside it. Each opens the same, and nothing else does.
import assert from "node:assert/strict";
import { test } from "node:test";
import { withDatabase } from "../../src/store/database.ts";
import type { WorkerRow } from "../../src/store/database.ts";
import { addPasskey, changePassphrase, dropPasskeys, passkeyWrap, passkeysOf, removePasskey } from "../../src/store/keys.ts";
import { readSetting, writeSetting } from "../../src/store/setting.ts";
import { isUnlocked } from "../../src/store/vault.ts";
import { closeReading, lock, moveInWithPasskey, openWith, prepareSigningKey, unlock, unlockWithPasskey, unlocked, workersOnPhone } from "../../src/store/worker.ts";
import { PASSPHRASE, settleIn, welcome } from "../phone.ts";

const HOST = "heed.example";
const NEW = "harbour gulls at dusk";
const answerOf = (thumb: number) => new Uint8Array(32).fill(thumb);
const shown = (credential: string, thumb: number) => ({ credential, host: HOST, answer: answerOf(thumb) });

const row = async (worker: string): Promise<WorkerRow> => {
  const found = await withDatabase((open) => open.get("worker", worker));
  assert.ok(found);
  return found;
};

async function letPasskeyIn(worker: string, credential: string, thumb: number): Promise<void> {
  const opened = await openWith(worker, PASSPHRASE);
  assert.ok(opened);
  await addPasskey(await passkeyWrap(opened, credential, HOST, answerOf(thumb), `id ${credential}`));
}

test("a passkey unlocks what the passphrase unlocks, and another passkey or another thumb unlocks nothing", async () => {
  await settleIn("amina");
  await writeSetting("words", "She is on the floor");
  await letPasskeyIn("amina", "of-amina", 1);
  lock();
  for (const wrong of [shown("of-ben", 1), shown("of-amina", 2), { ...shown("of-amina", 1), answer: null }]) assert.equal(await unlockWithPasskey("amina", wrong), false);
  assert.equal(isUnlocked(), false);
  assert.equal(await unlockWithPasskey("amina", shown("of-amina", 1)), true);
  assert.equal(await readSetting("words"), "She is on the floor");
  lock();
  assert.equal(await unlock("amina", PASSPHRASE), true);
  assert.equal(await readSetting("words"), "She is on the floor");
});

test("a passkey that was taken away unlocks nothing, and the passphrase goes on", async () => {
  await settleIn("amina");
  await letPasskeyIn("amina", "of-amina", 1);
  await removePasskey("id of-amina");
  lock();
  assert.equal(await unlockWithPasskey("amina", shown("of-amina", 1)), false);
  assert.equal(await unlock("amina", PASSPHRASE), true);
});

test("a passkey that was taken away on another phone opens nothing here, unless nothing else does", async () => {
  await settleIn("amina");
  await letPasskeyIn("amina", "taken-away", 1);
  await letPasskeyIn("amina", "kept", 2);
  await dropPasskeys("amina", await passkeysOf("amina"), ["kept"]);
  lock();
  assert.equal(await unlockWithPasskey("amina", shown("taken-away", 1)), false);
  assert.equal(await unlockWithPasskey("amina", shown("kept", 2)), true);
  await moveInWithPasskey(welcome("carol"), "only", HOST, answerOf(7), await prepareSigningKey());
  await dropPasskeys("carol", await passkeysOf("carol"), []);
  assert.equal(await unlockWithPasskey("carol", shown("only", 7)), true);
});

test("whoever signed in with a passkey alone unlocks with it, and no passphrase is made up for them", async () => {
  await moveInWithPasskey(welcome("carol"), "of-carol", HOST, answerOf(7), await prepareSigningKey());
  lock();
  assert.equal((await workersOnPhone()).find(({ worker }) => worker === "carol")?.hasPassphrase, false);
  assert.equal(await unlock("carol", ""), false);
  assert.equal(await unlock("carol", PASSPHRASE), false);
  assert.equal(await unlockWithPasskey("carol", shown("of-carol", 7)), true);
});

test("a new passphrase opens what the old one opened, and passkeys stay", async () => {
  await settleIn("amina");
  await writeSetting("words", "cold");
  await letPasskeyIn("amina", "of-amina", 1);
  const opened = await openWith("amina", PASSPHRASE);
  assert.ok(opened);
  await changePassphrase(opened, NEW, async () => undefined, () => true);
  lock();
  assert.equal(await unlock("amina", PASSPHRASE), false);
  assert.equal(await unlock("amina", NEW), true);
  assert.equal(await readSetting("words"), "cold");
  assert.equal(await unlockWithPasskey("amina", shown("of-amina", 1)), true);
});

test("a phone that died while the server changed the passphrase opens with the old one and with the new", async () => {
  await settleIn("amina");
  const opened = await openWith("amina", PASSPHRASE);
  assert.ok(opened);
  const cut = new Error("There is no signal now.");
  await assert.rejects(changePassphrase(opened, NEW, async () => { throw cut; }, () => false), cut);
  for (const passphrase of [PASSPHRASE, NEW]) {
    lock();
    assert.equal(await unlock("amina", passphrase), true);
  }
});

test("a passphrase that the server would not take does not open the phone", async () => {
  await settleIn("amina");
  const opened = await openWith("amina", PASSPHRASE);
  assert.ok(opened);
  const no = new Error("That is among the passwords that strangers try first.");
  await assert.rejects(changePassphrase(opened, NEW, async () => { throw no; }, () => true), no);
  lock();
  assert.equal(await unlock("amina", NEW), false);
  assert.equal(await unlock("amina", PASSPHRASE), true);
});

test("reading that the server closed opens with nothing until they sign in again", async () => {
  await settleIn("amina");
  await letPasskeyIn("amina", "of-amina", 1);
  const why = "You were signed out. Sign in again to read.";
  await closeReading("amina", why, "session");
  assert.equal(unlocked.value, null);
  await assert.rejects(unlock("amina", PASSPHRASE), { name: "Closed", message: why });
  await assert.rejects(unlockWithPasskey("amina", shown("of-amina", 1)), { name: "Closed", message: why });
  assert.equal(isUnlocked(), false);
});

test("a phone that was reported lost opens for nobody of that provider", async () => {
  await settleIn("ben");
  await settleIn("amina");
  await closeReading("amina", "Lost.", "phone");
  for (const worker of ["amina", "ben"]) await assert.rejects(unlock(worker, PASSPHRASE), { name: "Closed" });
});

test("neither the data key nor any key that opens it lies in the row of a worker", async () => {
  await settleIn("amina");
  await letPasskeyIn("amina", "of-amina", 9);
  const { wraps } = await row("amina");
  assert.deepEqual(wraps.map(({ by }) => by), ["passphrase", "passkey"]);
  // A wrapped key of 32 bytes has 40: RFC 3394 adds eight that tell whether it was opened rightly.
  for (const wrap of wraps) assert.equal(wrap.wrappedKey.byteLength, 40);
  const bytes = Buffer.concat(wraps.flatMap(({ wrappedKey, salt }) => [Buffer.from(wrappedKey), Buffer.from(salt)]));
  assert.ok(!bytes.includes(Buffer.from(answerOf(9))));
});
