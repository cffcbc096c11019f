import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { makeLexicon } from "../../src/domain/lexicon.ts";
import type { LexiconFile } from "../../src/domain/lexicon.ts";

interface Case {
  text: string;
  before?: string;
  hits: { rule: string; status: string; words: string }[];
  flags: string[];
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../../schemas/${path}`, import.meta.url), "utf8"));
const lexicon = makeLexicon(read("rules/lexicon.json") as LexiconFile);
const { cases } = read("vectors/lexicon.json") as { cases: Case[] };

test("every sentence is read as on the server", () => {
  assert.ok(cases.length >= 60);
  for (const { text, before, hits, flags } of cases) {
    const found = lexicon.hits(text).map(({ rule, status, words }) => ({ rule, status, words }));
    assert.deepEqual(found, hits, text);
    assert.deepEqual(lexicon.noteFlags(text, before), flags, text);
  }
});

test("a long note is screened in fifty milliseconds", () => {
  const long = cases.map(({ text }) => text).join(" ");
  assert.ok(long.length > 3_000);
  const tries = [1, 2, 3, 4, 5].map(() => {
    const began = performance.now();
    lexicon.hits(long);
    return performance.now() - began;
  });
  assert.ok(Math.min(...tries) < 50, `${Math.min(...tries)} ms`);
});
