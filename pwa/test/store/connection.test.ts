// A connection to the database that goes bad is opened again once; when that does not help, it is said.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { test } from "node:test";
import { openDB } from "idb";
import { database, databaseTrouble, inOneCommit, withDatabase } from "../../src/store/database.ts";
import { NotKept, notKeptWords } from "../../src/store/not-kept.ts";

const form = { form: "concern", version: 1, title: "Concern", sha256: "", schema: {} as never };

test("a connection that was closed under somebody's hands is opened again, and what they did is kept", async () => {
  (await database()).close();
  await withDatabase((open) => open.put("form", form));
  assert.equal(await withDatabase((open) => open.count("form")), 1);
});

test("a commit that ends with its connection is made once more, and whole", async () => {
  let tries = 0;
  await inOneCommit(["form"], async (commit) => {
    await commit.objectStore("form").put({ ...form, version: 2 });
    if (++tries === 1) commit.abort();
  });
  assert.equal(tries, 2);
  assert.equal(await withDatabase((open) => open.count("form")), 2);
});

test("what fails a second time too is told, and is not tried for ever", async () => {
  let tries = 0;
  const broken = withDatabase(async () => {
    tries++;
    throw new DOMException("The connection is closing", "InvalidStateError");
  });
  await assert.rejects(broken, (failure) => notKeptWords(failure).startsWith("This phone could not keep that. What you wrote is still here."));
  assert.equal(tries, 2);
});

test("a disk that is full after the connection was opened again says that it is full", async () => {
  let tries = 0;
  const full = withDatabase(async () => {
    throw new DOMException("", ++tries === 1 ? "InvalidStateError" : "QuotaExceededError");
  });
  await assert.rejects(full, NotKept);
});

test("a database that a newer page has changed goes on being used by this one", async () => {
  const newer = await openDB("heed", 99);
  newer.close();
  assert.equal(await withDatabase((open) => open.count("form")), 2);
  assert.equal(databaseTrouble.value, "");
});

test("a browser that opens no database at all is told of in plain words", async () => {
  (await database()).close();
  const { open } = IDBFactory.prototype;
  IDBFactory.prototype.open = () => {
    throw new DOMException("Internal error", "UnknownError");
  };
  try {
    await assert.rejects(withDatabase((found) => found.count("form")));
    assert.match(databaseTrouble.value, /does not let Heed keep anything/);
  } finally {
    IDBFactory.prototype.open = open;
  }
  await withDatabase((found) => found.count("form"));
  assert.equal(databaseTrouble.value, "");
});
