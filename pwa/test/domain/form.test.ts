import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { label, problems, progress, prune, questions, screens } from "../../src/domain/form.ts";
import type { Answers, Question, Schema } from "../../src/domain/form.ts";

const form = (name: string): Schema =>
  JSON.parse(readFileSync(new URL(`../../../schemas/${name}/v1.json`, import.meta.url), "utf8")) as Schema;
const example = (path: string): Answers =>
  (JSON.parse(readFileSync(new URL(`../../../schemas/${path}.valid.json`, import.meta.url), "utf8")) as { answers: Answers }).answers;

const [concern, note, receipt, handover, review] = ["concern", "visit-note", "transaction-receipt", "handover", "review"].map(form) as [
  Schema, Schema, Schema, Schema, Schema,
];
const quiet = example("concern/examples/a_quiet_case_with_the_least_that_is_needed");
const spent = example("transaction-receipt/examples/bread_and_milk_that_add_up");
const names = (asked: Question[]): string[] => asked.map(({ name }) => name);
const find = (asked: Question[], name: string): Question => {
  const found = asked.find((question) => question.name === name);
  assert.ok(found, `${name} is not asked`);
  return found;
};

test("a concern asks in the order of the form, with what follows right behind", () => {
  const asked = names(questions(concern, { ...quiet, person: "someone_else", harm: "needs_medical", who_caused: "our_staff", actions: ["rang_manager"] }));
  assert.deepEqual(asked, [
    "danger_now", "person", "person_name", "what_happened", "how_known", "observed_at", "observed_about", "category", "harm",
    "body_map", "medical_help", "safe_now", "who_caused", "who_worker", "who_name", "actions", "rang_who", "told_person",
    "wishes", "others_at_risk", "before", "understood", "photo", "private_from",
  ]);
});

test("danger asks for three answers and lets the rest be", () => {
  const needed = (answers: Answers): string[] => names(questions(concern, answers).filter(({ required }) => required));
  assert.deepEqual(needed({ danger_now: "yes" }), ["danger_now", "person", "what_happened"]);
  assert.equal(needed({ danger_now: "no" }).length, 12);
  assert.equal(needed({}).length, 12);
  assert.deepEqual(problems(concern, { danger_now: "yes", person: "someone_else", what_happened: "!" }), []);
});

test("a question in a branch of a branch is asked, and needed, when both hold", () => {
  const answers = { of: "concern", decision: "not_safeguarding" };
  assert.equal(find(questions(review, answers), "other_route").required, true);
  assert.ok(!names(questions(review, { ...answers, of: "transaction-receipt" })).includes("other_route"));
});

test("the same question has other options in another branch", () => {
  const options = (of: string): string[] => find(questions(review, { of }), "decision").options.map(({ value }) => value);
  assert.deepEqual(options("transaction-receipt"), ["approve", "query"]);
  assert.equal(options("visit-note").length, 6);
});

test("the day-old question is asked once the answer is older than a day", () => {
  const asked = (now: string): boolean => names(questions(concern, quiet, { now: new Date(now) })).includes("first_worried_at");
  assert.equal(asked("2026-11-21T16:55:00Z"), false);
  assert.equal(asked("2026-11-21T16:55:01Z"), true);
  assert.ok(!names(questions(concern, quiet)).includes("first_worried_at"), "who knows no time does not ask");
});

test("an answer that somebody gave stays when this phone cannot tell whether it was asked", () => {
  const answers = { ...quiet, first_worried_at: "2026-11-09T10:00:00Z" };
  assert.equal(prune(concern, answers)["first_worried_at"], "2026-11-09T10:00:00Z");
  assert.equal(prune(concern, answers, { now: new Date("2026-11-20T18:00:00Z") })["first_worried_at"], undefined);
});

test("a count that does not add up asks why, and one that does never does", () => {
  const asked = (answers: Answers): boolean => names(questions(receipt, answers)).includes("count_why");
  assert.equal(asked(spent), false);
  assert.equal(asked({ ...spent, end_count: 1256 }), true);
  assert.equal(asked({ ...spent, kind: "money_in", end_count: 2735 }), false);
  assert.equal(find(questions(receipt, spent), "end_count").expected?.(spent), 1265);
  assert.equal(find(questions(receipt, spent), "end_count").expected?.({ ...spent, start_count: undefined }), undefined);
});

test("an amount over the plan is asked about again, and only then", () => {
  const asked = (limit: number | null | undefined): boolean =>
    names(questions(receipt, spent, limit === undefined ? {} : { limit })).includes("amount_checked");
  assert.deepEqual([asked(735), asked(734), asked(null), asked(undefined)], [false, true, false, false]);
});

test("a reviewer says why to go on when the person did not want it told", () => {
  const asked = (told: string): boolean =>
    names(questions(review, { of: "concern" }, { about: { told_person: told } })).includes("against_wishes_why");
  assert.deepEqual([asked("yes_does_not_want"), asked("yes_agree")], [true, false]);
});

test("answers to hidden questions go, and with them what they alone made visible", () => {
  const answers = { ...quiet, harm: "no", body_map: [{ side: "front", x: 1, y: 1 }], medical_help: ["gp"], person_name: "Joan" };
  assert.deepEqual(prune(concern, answers), quiet);
  const counted = { ...spent, kind: "count_only" };
  assert.deepEqual(Object.keys(prune(receipt, counted)), ["person", "kind", "when", "end_count", "seen_by", "offer", "worry"]);
});

test("what is empty is not sent, and what is typed is trimmed and made readable", () => {
  const kept = prune(note, { person: "  ", note: " Fine \ud83d\u0000 today 😀\n", as_usual: "yes", worried: null, told: [] });
  assert.deepEqual(kept, { note: "Fine  today 😀", as_usual: "yes" });
  assert.deepEqual(prune(handover, { for: [], items: [{}, { person: "", must_read: false }], nobody_else_changed: true }), { nobody_else_changed: true });
});

test("a list asks the questions of each line by the answers of that line", () => {
  const item = find(questions(handover, {}), "items").item;
  assert.ok(item);
  assert.deepEqual(names(questions(item, { level: "act_now", person: "someone_else" })), [
    "person", "person_name", "level", "changed", "do_next", "if_then", "safeguarding", "must_read", "update_ref",
  ]);
  assert.ok(!names(questions(item, { level: "steady" })).includes("do_next"));
  assert.deepEqual(names(questions(find(questions(item, { level: "watch" }), "do_next").item ?? {}, {})), ["what", "who", "by_when"]);
});

test("problems come in the order of the page, each field once, in the words of its question", () => {
  const found = problems(handover, { items: [{ level: "watch" }], visitors: "x".repeat(501) });
  assert.deepEqual(found.map(({ field }) => field), [
    "shift_from", "shift_until", "for", "items.0.person", "items.0.changed", "items.0.safeguarding", "items.0.do_next",
    "nobody_else_changed", "visitors",
  ]);
  assert.equal(found[3]?.words, "Person 1: Please answer this: Who?");
  assert.equal(found.at(-1)?.words, "Please make this shorter, 500 letters at most: Visitors");
});

test("a time that has not come yet is a problem on the phone, after five minutes' grace", () => {
  const at = (now: string): string[] => problems(concern, quiet, { now: new Date(now) }).map(({ words }) => words);
  assert.deepEqual(at("2026-11-20T16:50:00Z"), []);
  assert.deepEqual(at("2026-11-20T16:49:59Z"), ["This time has not come yet: When?"]);
});

test("progress counts what needs an answer, and an answer that will not do is none", () => {
  assert.deepEqual(progress(concern, { danger_now: "no", what_happened: "short" }), { answered: 1, needed: 12, missing: 11, words: "1 of 12" });
  assert.deepEqual(progress(concern, quiet), { answered: 12, needed: 12, missing: 0, words: "12 of 12" });
});

test("what belongs together is on one screen, and what is hidden on none", () => {
  const shown = screens(questions(concern, { ...quiet, person: "someone_else" })).map(names);
  assert.deepEqual(shown.slice(1, 2), [["person", "person_name"]]);
  assert.ok(shown.some((screen) => screen.join() === "observed_at,observed_about"));
  assert.ok(!screens(questions(review, { of: "concern" })).flat().some(({ name }) => name === "of"));
});

test("a question carries all that is needed to draw it", () => {
  const asked = questions(concern, { danger_now: "no" });
  const danger = find(asked, "danger_now");
  assert.deepEqual(danger.options.map(({ label: words }) => words), ["Yes", "No", "Not sure"]);
  assert.deepEqual(danger.options[0]?.calls, ["999", "on_call"]);
  assert.equal(label(danger, "not_sure"), "Not sure");
  assert.equal(find(asked, "what_happened").least, 20);
  assert.equal(find(asked, "what_happened").widget, "longtext");
  assert.equal(find(asked, "actions").options.find(({ value }) => value === "nothing_yet")?.alone, true);
  assert.equal(find(asked, "category").options[0]?.picture, "hand");
  assert.deepEqual([find(asked, "photo").most, find(asked, "photo").many], [3, true]);
  assert.equal(find(asked, "private_from").optionalWords, "Leave this empty if anyone in charge may see it");
  assert.equal(find(asked, "wishes").optionalWords, "You can leave this empty");
  assert.equal(find(asked, "danger_now").optionalWords, null);
  assert.deepEqual([find(asked, "person").allowsOther, find(asked, "observed_at").isAhead], [true, false]);
  assert.equal(find(questions(note, {}), "as_usual").titleNamed, "Was {name} their usual self?");
});
