// Signing in on a phone that somebody has been on before: what they have there is opened, brought along, or given up.
import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { withDatabase } from "../../src/store/database.ts";
import { closeDrafts, drafts, loadDrafts, saveDraft } from "../../src/store/draft.ts";
import { outbox, loadOutbox } from "../../src/store/outbox.ts";
import { moveOut, unlock, unlocked, lock } from "../../src/store/worker.ts";
import { accessToken, finishSignOut } from "../../src/sync/session.ts";
import { beginAgain, bringPassphrase, leave, signIn, usePasswordCode } from "../../src/sync/sign-in.ts";
import { OURS, PASSPHRASE, draftOf, emptyOutbox, json, settleIn, startServer, tokenOf, welcome, writeNote } from "../phone.ts";
import type { Handler } from "../phone.ts";

const NEW = "harbour gulls at dusk";
const server = await startServer();
const letIn: Handler = (_, answer) => json(answer, 200, { ...welcome("amina"), access_token: tokenOf("amina") });

beforeEach(async () => {
  server.asFresh();
  await emptyOutbox();
  await withDatabase((open) => Promise.all([open.clear("worker"), open.clear("draft"), open.clear("session")]));
  await settleIn("amina");
  server.instead.set("/api/session/sign-in", letIn);
  server.instead.set("/api/session/password-code", letIn);
});

/** Amina has one draft here, has sent nothing, and locked. */
async function leaveDraftAndNote(): Promise<void> {
  await saveDraft(draftOf("draft", { what_happened: "She is on the floor" }));
  await writeNote("She was well");
  lock();
  closeDrafts();
}

test("the same passphrase opens what is here and the session, with the signing key of before", async () => {
  await leaveDraftAndNote();
  assert.equal(await signIn("amina@meadow", PASSPHRASE, null), null);
  await loadDrafts();
  assert.equal(drafts.value.length, 1);
  const asked = JSON.parse(server.to("/api/session/sign-in")[0]?.body.toString() ?? "{}") as { signing_key: string };
  assert.equal(asked.signing_key, (await withDatabase((open) => open.get("worker", "amina")))?.point);
});

test("a passphrase that was changed on another phone keeps what is here, once the old one is brought", async () => {
  await leaveDraftAndNote();
  assert.deepEqual(await signIn("amina@meadow", NEW, null), { kind: "key", name: "amina", unfinished: 1, passkeys: false, byPasskey: false });
  assert.equal(unlocked.value, null);
  assert.equal(await bringPassphrase("meadow lark at nine"), false);
  assert.equal(await bringPassphrase(PASSPHRASE), true);
  await loadDrafts();
  assert.deepEqual(drafts.value.map(({ answers }) => answers), [{ what_happened: "She is on the floor" }]);
  lock();
  assert.equal(await unlock("amina", PASSPHRASE), false);
  assert.equal(await unlock("amina", NEW), true);
});

test("a forgotten passphrase loses drafts only when somebody says so, and never what waits to be sent", async () => {
  await leaveDraftAndNote();
  const missing = await usePasswordCode("7KQ2M-X4DPA", NEW, null);
  assert.equal(missing?.kind, "key");
  assert.equal(await withDatabase((open) => open.count("draft")), 1);
  assert.equal(await beginAgain(), null);
  assert.equal(await withDatabase((open) => open.count("draft")), 0);
  await loadOutbox();
  assert.equal(outbox.value.length, 1);
  lock();
  assert.equal(await unlock("amina", NEW), true);
});

test("where nothing is unfinished a new passphrase asks for no old one", async () => {
  await writeNote("She was well");
  lock();
  assert.equal(await signIn("amina@meadow", NEW, null), null);
  assert.equal(unlocked.value?.worker, "amina");
  assert.equal(await withDatabase((open) => open.count("outbox")), 1);
});

test("a code of a second step goes with the passphrase", async () => {
  await signIn("amina@meadow", PASSPHRASE, "123456");
  assert.equal((JSON.parse(server.to("/api/session/sign-in")[0]?.body.toString() ?? "{}") as { code: string }).code, "123456");
});

test("whoever signs out without signal is out at once, and their session is used for nothing before the server knows", async () => {
  await signIn("amina@meadow", PASSPHRASE, null);
  const { address } = server;
  server.address = "http://127.0.0.1:9";
  await leave();
  await moveOut();
  await assert.rejects(finishSignOut(), { name: "NoSignal" });
  await assert.rejects(accessToken(), { name: "NoSignal" });
  server.address = address;
  server.instead.set("/api/session/sign-out", (_, answer) => answer.writeHead(204, OURS).end());
  server.instead.set("/api/session/refresh", (_, answer) => json(answer, 401, { code: 401, status: "", message: "Sign in again." }));
  const before = server.asked.length;
  await assert.rejects(accessToken(), { name: "Refusal" });
  assert.deepEqual(server.asked.slice(before).map(({ path }) => path), ["/api/session/sign-out", "/api/session/refresh"]);
  await assert.rejects(accessToken(), { name: "Refusal" });
  assert.equal(server.to("/api/session/sign-out").length, 1);
});
