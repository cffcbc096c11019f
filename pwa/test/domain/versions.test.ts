// Corrections that crossed are both seen; one that follows another is not mistaken for that.
import assert from "node:assert/strict";
import { test } from "node:test";
import { currentVersions } from "../../src/domain/versions.ts";

const version = (key: string, replaces: string | null, author = "amina", effect: "counted" | "none" | null = "counted") => ({ key, form: "concern", replaces, author: { id: author }, effect });
const keysOf = (...versions: ReturnType<typeof version>[]): string[] => currentVersions(versions).map(({ key }) => key);

test("what nobody corrected is the only version, and a correction takes its place", () => {
  assert.deepEqual(keysOf(), []);
  assert.deepEqual(keysOf(version("a", null)), ["a"]);
  assert.deepEqual(keysOf(version("a", null), version("b", "a"), version("c", "b")), ["c"]);
});

test("two that replace the same one are both seen, however they came in", () => {
  assert.deepEqual(keysOf(version("a", null), version("b", "a"), version("c", "a")), ["b", "c"]);
  assert.deepEqual(keysOf(version("a", null), version("d", "c"), version("c", "a"), version("b", "a")), ["d", "b"]);
});

test("what does not count, and what somebody else wrote, is no version of it", () => {
  assert.deepEqual(keysOf(version("a", null), version("b", "a"), version("c", "a", "ben"), version("d", "a", "amina", "none")), ["b"]);
});
