// Applies the rules line by line for tests/test_rules_agree.py: what to read, judge or reckon in, what came of it out.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { dueAfterWorkingDays } from "../../src/domain/deadline.ts";
import type { Mode } from "../../src/domain/deadline.ts";
import type { Answers } from "../../src/domain/form.ts";
import { makeLexicon } from "../../src/domain/lexicon.ts";
import type { LexiconFile } from "../../src/domain/lexicon.ts";
import { judge } from "../../src/domain/severity.ts";
import type { SeverityFile } from "../../src/domain/severity.ts";
import type { Calendar, Division } from "../../src/domain/working-days.ts";

interface Asked {
  text: string;
  before: string;
  answers: Answers;
  low_concerns: number;
  start: number;
  division: Division;
  days: number;
  mode: Mode;
  extra: string[];
}

const rules = new URL("../../../schemas/rules/", import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, rules), "utf8"));
const lexicon = makeLexicon(read("lexicon.json") as LexiconFile);
const table = read("severity.json") as SeverityFile;
const calendar = read("bank-holidays.json") as Calendar;

for await (const line of createInterface({ input: process.stdin })) {
  const { text, before, answers, low_concerns, start, division, days, mode, extra } = JSON.parse(line) as Asked;
  const hits = lexicon.hits(text);
  const { severity, restricted, why } = judge(table, answers, hits, low_concerns);
  const due = dueAfterWorkingDays(new Date(start), days, division, calendar, { mode, extra });
  process.stdout.write(
    `${JSON.stringify([
      hits.map(({ rule, status, words }) => [rule, status, words]),
      lexicon.noteFlags(text, before),
      [severity, restricted, why.map(({ rule, words }) => [rule, words])],
      [due.at.getTime(), due.working],
    ])}\n`,
  );
}
