// What a form asks for the answers given so far, in which order, and what is still missing, in plain words.
// Runs in the page, in the service worker and in Node.
import { wordsFor } from "./fault-words.ts";
import { failures, holds, isReadable, resolve } from "./validate.ts";
import type { Answer, Answers, Schema, ShowWhen, Widget } from "./validate.ts";

export type { Answer, Answers, Schema, Widget } from "./validate.ts";

/** What only this phone knows at this moment; whatever is left out is not known. */
export interface Context {
  now?: Date;
  /** How much money this person's plan allows at once, in pence. */
  limit?: number | null;
  /** What the last count of this person's money came to, in pence. */
  lastClosing?: number | null;
  /** The answers of the entry that this one is about. */
  about?: Answers;
}

export interface Option {
  value: string;
  label: string;
  picture: string | null;
  /** Words to show once this option is chosen. */
  tip: string | null;
  /** Numbers to offer once this option is chosen: "999", "111" or "on_call". */
  calls: string[];
  /** This option excludes all the others ("Nothing yet"). */
  alone: boolean;
}

export interface Question {
  name: string;
  title: string;
  /** The title with `{name}` where the person's name goes. */
  titleNamed: string | null;
  help: string | null;
  widget: Widget;
  required: boolean;
  /** What to say beside the title of a question that may be left empty. */
  optionalWords: string | null;
  options: Option[];
  /** Several answers may be given: the answer is a list. */
  many: boolean;
  /** Ready-made words to tap into the text. */
  chips: string[];
  /** Small reminders above the text. */
  prompts: string[];
  hidden: boolean;
  /** The question beside which this one is drawn: never on a screen of its own. */
  with: string | null;
  startsAt: "now" | null;
  /** The moment asked for may lie ahead: when a check is due, not when something happened. */
  isAhead: boolean;
  /** "Someone else" may be chosen, too. */
  allowsOther: boolean;
  /** Letters, pence or items, as the widget has it. */
  least: number | null;
  most: number | null;
  /** What the phone already knows about this sum of money, and whether to show it before or after the answer. */
  compare: { to: "last_closing" | "expected_count"; shown: "before" | "after" } | null;
  /** What a count should come to, in pence, once enough is answered to say. */
  expected: ((answers: Answers) => number | undefined) | null;
  /** The form of one line of a list, to be handed to `questions`, `prune` and `problems` like any form. */
  item: Schema | null;
  /** What one line of the list is called: "Person", "Thing to do". */
  itemTitle: string | null;
}

export interface Problem {
  /** As in `what_happened`, or `items.0.changed` inside a list. */
  field: string;
  keyword: string;
  words: string;
}

export interface Progress {
  answered: number;
  needed: number;
  missing: number;
  /** "3 of 9" */
  words: string;
}

const OPTIONAL = "You can leave this empty";
const HOUR = 3_600_000;
const MINUTE = 60_000;

/** The questions that apply to these answers, in display order. */
export function questions(form: Schema, answers: Answers, context: Context = {}): Question[] {
  const { asked, required } = activeIn(form, answers);
  return inOrder(asked)
    .filter(([name, schema]) => shown(schema["x-show-when"], name, answers, context))
    .map(([name, schema]) => question(name, schema, required.has(name), form, [...asked.values()]));
}

/** The questions screen by screen: each with those that are drawn beside it. */
export function screens(asked: Question[]): Question[][] {
  const visible = asked.filter((question) => !question.hidden);
  const main = visible.filter((question) => !question.with || !visible.some((other) => other.name === question.with));
  return main.map((question) => [question, ...visible.filter((other) => other !== question && other.with === question.name)]);
}

/** The answers as they are sent: nothing empty, and nothing that answers a question that is not asked. */
export function prune(form: Schema, answers: Answers, context: Context = {}): Answers {
  let kept = answers;
  for (;;) {
    const asked = questions(form, kept, context);
    const next: Answers = {};
    for (const { name, item } of asked) {
      const answer = cleaned(kept[name], item, context);
      if (answer !== undefined) next[name] = answer;
    }
    // Hiding one question can hide the next, so look again until nothing more goes.
    if (JSON.stringify(next) === JSON.stringify(kept)) return next;
    kept = next;
  }
}

/** What stops these answers from being sent, each field once, in display order. */
export function problems(form: Schema, answers: Answers, context: Context = {}): Problem[] {
  const kept = prune(form, answers, context);
  const asked = questions(form, kept, context);
  const found = [...verdict(form, kept), ...notYet(form, asked, kept, context)];
  const place = (problem: Problem): number => asked.findIndex(({ name }) => name === problem.field.split(".")[0]);
  return found.sort((one, other) => place(one) - place(other));
}

/** What the form says about exactly these answers: the same as the server says. */
export function verdict(form: Schema, answers: unknown): Problem[] {
  return failures(form, answers).map((failure) => ({
    field: failure.field,
    keyword: failure.keyword,
    words: wordsFor(failure, form),
  }));
}

/** How far somebody is: the questions that need an answer, and how many of them have one. */
export function progress(form: Schema, answers: Answers, context: Context = {}): Progress {
  const kept = prune(form, answers, context);
  const faulty = new Set(problems(form, answers, context).map(({ field }) => field.split(".")[0]));
  const needed = questions(form, kept, context).filter((question) => question.required && !question.hidden);
  const answered = needed.filter(({ name }) => kept[name] !== undefined && !faulty.has(name)).length;
  return { answered, needed: needed.length, missing: needed.length - answered, words: `${answered} of ${needed.length}` };
}

/** The label of an answer as the form words it. */
export function label(question: Question, value: Answer | undefined): string {
  return question.options.find((option) => option.value === value)?.label ?? String(value ?? "");
}

interface Active {
  asked: Map<string, Schema>;
  required: Set<string>;
}

/** Walks the form and the branches that hold; a property without a title only sharpens a question asked elsewhere. */
function activeIn(form: Schema, answers: Answers): Active {
  const asked = new Map<string, Schema>();
  const required = new Set<string>();
  const walk = (part: Schema): void => {
    for (const [name, own] of Object.entries(part.properties ?? {}))
      asked.set(name, { ...asked.get(name), ...resolve(own, form) });
    part.required?.forEach((name) => required.add(name));
    for (const branch of part.allOf ?? []) {
      if (!branch.if) walk(branch);
      else if (branch.then && holds(branch.if, answers, form)) walk(branch.then);
    }
  };
  walk(form);
  return { asked, required };
}

/**
 * The order of the file, with each `x-after` question right behind the one that it names. Of several behind the
 * same one, what a later part of the form adds comes first: a detail stands beside its question.
 */
function inOrder(asked: Map<string, Schema>): [string, Schema][] {
  const followers = new Map<string, [string, Schema][]>();
  const first: [string, Schema][] = [];
  for (const entry of asked) {
    const after = entry[1]["x-after"];
    if (after !== undefined && asked.has(after)) followers.set(after, [entry, ...(followers.get(after) ?? [])]);
    else first.push(entry);
  }
  const chain = (entry: [string, Schema]): [string, Schema][] => [entry, ...(followers.get(entry[0]) ?? []).flatMap(chain)];
  return first.flatMap(chain);
}

function question(name: string, schema: Schema, required: boolean, form: Schema, others: Schema[]): Question {
  const many = schema.type === "array";
  const held = many && schema.items ? resolve(schema.items, form) : schema;
  const item = many && held.type === "object" ? { ...held, $defs: form.$defs ?? {} } : null;
  return {
    name,
    title: schema.title ?? name,
    titleNamed: schema["x-title-named"] ?? null,
    help: schema["x-help"] ?? null,
    widget: schema["x-widget"] ?? "text",
    required,
    optionalWords: required ? null : (schema["x-optional-words"] ?? OPTIONAL),
    options: optionsOf(schema, held),
    many,
    chips: schema["x-chips"] ?? [],
    prompts: schema["x-prompts"] ?? [],
    hidden: schema["x-hidden"] ?? false,
    with: schema["x-with"] ?? null,
    startsAt: schema["x-default"] ?? null,
    isAhead: held["x-widget"] === "datetime" && schema["x-not-future"] === undefined,
    allowsOther: schema["x-allows-other"] ?? false,
    least: schema.minItems ?? schema.minimum ?? schema.minLength ?? null,
    most: schema.maxItems ?? schema.maximum ?? schema.maxLength ?? null,
    compare: schema["x-compare"] ?? null,
    expected: expectation(name, others),
    item,
    itemTitle: schema["x-item"] ?? null,
  };
}

function optionsOf(schema: Schema, held: Schema): Option[] {
  const labels = { ...held["x-labels"], ...schema["x-labels"] };
  return (held.enum ?? []).map((value) => ({
    value,
    label: labels[value] ?? value,
    picture: schema["x-pictures"]?.[value] ?? null,
    tip: schema["x-tips"]?.[value] ?? null,
    calls: schema["x-calls"]?.[value] ?? [],
    alone: schema["x-alone"]?.includes(value) ?? false,
  }));
}

/** A question whose condition cannot be judged here stays as long as it has an answer. */
function shown(when: ShowWhen | undefined, name: string, answers: Answers, context: Context): boolean {
  if (!when) return true;
  const decided = decide(when, answers, context);
  return decided ?? answers[name] !== undefined;
}

/** Whether the condition holds; undefined when this phone does not know enough to say. */
function decide(when: ShowWhen, answers: Answers, context: Context): boolean | undefined {
  if ("hours_since" in when) {
    const moment = time(answers[when.hours_since.question]);
    if (moment === undefined || !context.now) return undefined;
    return context.now.getTime() - moment > when.hours_since.more_than * HOUR;
  }
  if ("counts_differ" in when) {
    const expected = expectedCount(when.counts_differ, answers);
    const counted = answers[when.counts_differ.after];
    return expected === undefined || typeof counted !== "number" ? undefined : expected !== counted;
  }
  if ("over_limit" in when) {
    const amount = answers[when.over_limit.question];
    if (typeof amount !== "number" || context.limit === undefined) return undefined;
    return context.limit !== null && amount > context.limit;
  }
  const about = context.about;
  return about && Object.entries(when.about).every(([name, values]) => values.includes(String(about[name])));
}

/** How to work out what a count should come to, when some question of the form compares the two. */
function expectation(name: string, others: Schema[]): Question["expected"] {
  for (const { "x-show-when": when } of others) {
    if (when && "counts_differ" in when && when.counts_differ.after === name)
      return (answers) => expectedCount(when.counts_differ, answers);
  }
  return null;
}

/** What should be left: the count before, and what the transaction adds or takes. */
function expectedCount(
  rule: { before: string; amount: string; kind: string; adds: string[]; takes: string[] },
  answers: Answers,
): number | undefined {
  const before = answers[rule.before];
  const amount = answers[rule.amount];
  const kind = String(answers[rule.kind]);
  if (typeof before !== "number" || typeof amount !== "number") return undefined;
  if (rule.adds.includes(kind)) return before + amount;
  return rule.takes.includes(kind) ? before - amount : undefined;
}

/** Times that have not come yet. The server leaves these to the phone: a form's verdict never depends on a clock. */
function notYet(form: Schema, asked: Question[], answers: Answers, context: Context): Problem[] {
  const { asked: schemas } = activeIn(form, answers);
  return asked.flatMap(({ name, title }) => {
    const grace = schemas.get(name)?.["x-not-future"];
    const moment = time(answers[name]);
    if (grace === undefined || moment === undefined || !context.now) return [];
    if (moment <= context.now.getTime() + grace * MINUTE) return [];
    return [{ field: name, keyword: "x-not-future", words: `This time has not come yet: ${title}` }];
  });
}

function time(answer: Answer | undefined): number | undefined {
  const moment = typeof answer === "string" ? Date.parse(answer) : NaN;
  return Number.isNaN(moment) ? undefined : moment;
}

function cleaned(answer: Answer | undefined, item: Schema | null, context: Context): Answer | undefined {
  if (typeof answer === "string") return readable(answer).trim() || undefined;
  if (answer === null || answer === false) return undefined;
  if (!Array.isArray(answer)) return answer;
  const kept = answer
    .map((line) => (item && line && typeof line === "object" && !Array.isArray(line) ? prune(item, line, context) : line))
    .filter((line) => line !== "" && line !== null && !(typeof line === "object" && Object.keys(line).length === 0));
  return kept.length ? kept : undefined;
}

/** A phone's keyboard can leave half of an emoji behind; no database keeps that. */
function readable(text: string): string {
  return isReadable(text) ? text : text.replace(/\u0000|[\ud800-\udfff]/gu, "");
}
