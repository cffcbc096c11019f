// A phone that has Heed from before a passkey could unlock: what lies on it opens as it did, and nothing waits in vain.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { openDB } from "idb";
import { randomBytes, utf8 } from "../../src/domain/bytes.ts";
import { withDatabase } from "../../src/store/database.ts";
import { readSetting } from "../../src/store/setting.ts";
import { encrypt, encryptBytes } from "../../src/store/vault.ts";
import { unlock, workersOnPhone } from "../../src/store/worker.ts";
import { makeDataKey, stretch } from "../../src/store/wrap.ts";

const PASSPHRASE = "meadow lark at noon";

test("what was kept by the first version of the database opens with the same passphrase in this one", async () => {
  const salt = randomBytes(16);
  const { key, wrappedKey } = await makeDataKey(await stretch(PASSPHRASE, salt));
  const mine = { worker: "amina", key };
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  const signingKey = await encryptBytes(new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)), "signing", mine);
  const box = await encrypt("She is on the floor", "setting|words", mine);
  const first = await openDB("heed", 1, {
    upgrade(made) {
      made.createObjectStore("device", { keyPath: "provider" });
      made.createObjectStore("worker", { keyPath: "worker" });
      made.createObjectStore("outbox", { keyPath: "key" });
      made.createObjectStore("outboxPhoto", { keyPath: ["key", "hash"] });
      made.createObjectStore("setting", { keyPath: ["worker", "key"] });
    },
  });
  const described = { worker: "amina", name: "Amina", signInName: "amina@meadow", provider: "meadow", providerName: "Meadow", isDemo: false, device: "device", keyId: "key" };
  await first.put("worker", { ...described, point: "point", salt, wrappedKey, signingKey });
  await first.put("setting", { worker: "amina", key: "words", box });
  await first.put("outbox", { key: "device.one", sealed: utf8("sealed") });
  first.close();

  assert.equal(await withDatabase((open) => open.count("outbox")), 1);
  assert.equal((await workersOnPhone())[0]?.closed, "");
  assert.equal(await unlock("amina", "meadow lark at nine"), false);
  assert.equal(await unlock("amina", PASSPHRASE), true);
  assert.equal(await readSetting("words"), "She is on the floor");
});
