import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { Answers } from "../../src/domain/form.ts";
import { makeLexicon } from "../../src/domain/lexicon.ts";
import type { LexiconFile } from "../../src/domain/lexicon.ts";
import { judge } from "../../src/domain/severity.ts";
import type { Judgement, SeverityFile } from "../../src/domain/severity.ts";

interface Case extends Judgement {
  name: string;
  answers: Answers;
  low_concerns_in_28_days: number;
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../../schemas/${path}`, import.meta.url), "utf8"));
const table = read("rules/severity.json") as SeverityFile;
const lexicon = makeLexicon(read("rules/lexicon.json") as LexiconFile);
const { cases } = read("vectors/severity.json") as { cases: Case[] };

test("every concern is judged as on the server, with the same reasons", () => {
  assert.ok(cases.length >= 60);
  for (const { name, answers, low_concerns_in_28_days, severity, restricted, why } of cases) {
    const story = answers["what_happened"];
    const hits = typeof story === "string" ? lexicon.hits(story) : [];
    assert.deepEqual(judge(table, answers, hits, low_concerns_in_28_days), { severity, restricted, why }, name);
  }
});
