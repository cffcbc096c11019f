// Judges answers against a form, without asking a server: the same verdict and the same failing fields as
// the server gives. It reads only the part of JSON Schema that schemas/README.md lists; schemas/form.meta.json
// refuses a form that uses any other. Runs in the page, in the service worker and in Node.

export type Answer = string | number | boolean | null | Answer[] | { [name: string]: Answer | undefined };
export type Answers = { [name: string]: Answer | undefined };

export type Widget =
  | "yns" | "choice" | "multi" | "longtext" | "text" | "tick" | "datetime" | "money" | "number"
  | "photo" | "bodymap" | "person" | "staff" | "record" | "list";

/** When a question is asked that only the phone can decide: it depends on the time or on what it knows. */
export type ShowWhen =
  | { hours_since: { question: string; more_than: number } }
  | { counts_differ: { before: string; amount: string; after: string; kind: string; adds: string[]; takes: string[] } }
  | { over_limit: { question: string } }
  | { about: { [question: string]: string[] } };

/** A form, or a part of one: the stated subset of JSON Schema 2020-12, and our own words beginning with `x-`. */
export interface Schema {
  $schema?: string;
  $id?: string;
  $ref?: string;
  $defs?: { [name: string]: Schema };
  title?: string;
  type?: "object" | "array" | "string" | "integer" | "boolean";
  const?: string | boolean;
  enum?: string[];
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  format?: "date-time";
  minimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  contains?: Schema;
  properties?: { [name: string]: Schema };
  required?: string[];
  allOf?: Schema[];
  if?: Schema;
  then?: Schema;
  unevaluatedProperties?: false;
  "x-form"?: string;
  "x-version"?: number;
  "x-intro"?: string;
  "x-top"?: { words: string; calls?: string[] };
  "x-bottom"?: string;
  "x-widget"?: Widget;
  "x-after"?: string;
  "x-with"?: string;
  "x-help"?: string;
  "x-title-named"?: string;
  "x-labels"?: { [value: string]: string };
  "x-pictures"?: { [value: string]: string };
  "x-tips"?: { [value: string]: string };
  "x-calls"?: { [value: string]: string[] };
  "x-alone"?: string[];
  "x-chips"?: string[];
  "x-prompts"?: string[];
  "x-optional-words"?: string;
  "x-hidden"?: boolean;
  "x-default"?: "now";
  "x-not-future"?: number;
  "x-allows-other"?: boolean;
  "x-show-when"?: ShowWhen;
  "x-compare"?: { to: "last_closing" | "expected_count"; shown: "before" | "after" };
  "x-item"?: string;
}

/** One thing that is wrong: the field as the form names it (`items.0.changed`), and the keyword it fails. */
export interface Failure {
  field: string;
  keyword: string;
  limit?: number;
}

interface Finding {
  failures: Failure[];
  /** The names that some part of the form knows: any other is an answer to a question that was not asked. */
  known: Set<string>;
}

type Path = readonly (string | number)[];
type Fields = { [name: string]: Answer | undefined };

/** Where a fault belongs that is not in any one answer. */
export const WHOLE = "answers";
const DEEPEST = 16;
const MOMENT = /^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?(?:Z|[+-]([0-9]{2}):([0-9]{2}))$/;
const patterns = new Map<string, RegExp>();

/** What is wrong with these answers, each field once; nothing when the form accepts them. */
export function failures(form: Schema, answers: unknown): Failure[] {
  const unreadable = unreadableIn(answers);
  if (unreadable.length) return unreadable;
  const found = look(form, answers as Answer, [], form).failures;
  // A branch that fails leaves its other questions unknown: only the real fault is worth telling.
  const real = found.filter((failure) => failure.keyword !== "unevaluatedProperties");
  return firstOfEachField(real.length ? real : found);
}

/** Whether a condition of the form holds for these answers. */
export function holds(condition: Schema, answers: Answers, form: Schema): boolean {
  return look(condition, answers as Answer, [], form).failures.length === 0;
}

/** The question with what it borrows from `$defs` filled in. */
export function resolve(schema: Schema, form: Schema): Schema {
  if (!schema.$ref) return schema;
  const shared = form.$defs?.[schema.$ref.slice("#/$defs/".length)] ?? {};
  const { $ref: _borrowed, ...own } = schema;
  return { ...resolve(shared, form), ...own };
}

/** A missing answer comes first, then the wrong kind of answer, then an answer that does not fit. */
const ORDER = [
  "text", "depth", "required", "type", "enum", "const", "minItems", "maxItems", "uniqueItems", "minLength",
  "maxLength", "pattern", "format", "minimum", "maximum", "unevaluatedProperties",
];

function firstOfEachField(found: Failure[]): Failure[] {
  const first = new Map<string, Failure>();
  for (const failure of found) {
    const other = first.get(failure.field);
    if (!other || isTold(failure, other)) first.set(failure.field, failure);
  }
  return [...first.values()];
}

/** Whether a fault is worth telling before another; of two limits the stricter. */
function isTold(one: Failure, other: Failure): boolean {
  const place = ORDER.indexOf(one.keyword) - ORDER.indexOf(other.keyword);
  if (place || one.limit === undefined || other.limit === undefined) return place < 0;
  return one.keyword.startsWith("min") ? one.limit > other.limit : one.limit < other.limit;
}

function look(schema: Schema, value: Answer, path: Path, form: Schema): Finding {
  const failures: Failure[] = [];
  const known = new Set<string>();
  const fail = (keyword: string, limit?: number, at: Path = path): void => {
    failures.push(limit === undefined ? { field: fieldAt(at), keyword } : { field: fieldAt(at), keyword, limit });
  };
  const join = (part: Schema): void => {
    const found = look(part, value, path, form);
    failures.push(...found.failures);
    // What a failing part knows does not count: JSON Schema keeps no notes from a part that failed.
    if (!found.failures.length) found.known.forEach((name) => known.add(name));
  };

  if (schema.$ref) join(form.$defs?.[schema.$ref.slice("#/$defs/".length)] ?? {});
  if (schema.type && !isOfType(schema.type, value)) {
    fail("type");
    return { failures, known };
  }
  if (schema.enum && !schema.enum.some((option) => option === value)) fail("enum");
  if (schema.const !== undefined && schema.const !== value) fail("const");

  if (typeof value === "string") lookAtText(schema, value, fail);
  else if (typeof value === "number") lookAtNumber(schema, value, fail);
  else if (Array.isArray(value)) {
    lookAtList(schema, value, fail);
    value.forEach((item, index) => {
      if (schema.items) failures.push(...look(schema.items, item, [...path, index], form).failures);
    });
    const wanted = schema.contains;
    if (wanted && !value.some((item) => !look(wanted, item, path, form).failures.length)) fail("contains");
  } else if (isFields(value)) {
    for (const name of schema.required ?? []) if (!has(value, name)) fail("required", undefined, [...path, name]);
    for (const [name, question] of Object.entries(schema.properties ?? {})) {
      const answer = has(value, name) ? value[name] : undefined;
      if (answer === undefined) continue;
      known.add(name);
      failures.push(...look(question, answer, [...path, name], form).failures);
    }
  }

  for (const part of schema.allOf ?? []) join(part);
  if (schema.if) {
    const condition = look(schema.if, value, path, form);
    if (!condition.failures.length) {
      condition.known.forEach((name) => known.add(name));
      if (schema.then) join(schema.then);
    }
  }
  if (schema.unevaluatedProperties === false && isFields(value)) {
    for (const name of Object.keys(value)) {
      if (value[name] !== undefined && !known.has(name)) fail("unevaluatedProperties", undefined, [...path, name]);
    }
  }
  return { failures, known };
}

type Fail = (keyword: string, limit?: number) => void;

function lookAtText(schema: Schema, text: string, fail: Fail): void {
  const length = [...text].length;
  if (schema.minLength !== undefined && length < schema.minLength) fail("minLength", schema.minLength);
  if (schema.maxLength !== undefined && length > schema.maxLength) fail("maxLength", schema.maxLength);
  if (schema.pattern !== undefined && !pattern(schema.pattern).test(text)) fail("pattern");
  if (schema.format === "date-time" && !isMoment(text)) fail("format");
}

function lookAtNumber(schema: Schema, number: number, fail: Fail): void {
  if (schema.minimum !== undefined && number < schema.minimum) fail("minimum", schema.minimum);
  if (schema.maximum !== undefined && number > schema.maximum) fail("maximum", schema.maximum);
}

function lookAtList(schema: Schema, list: Answer[], fail: Fail): void {
  if (schema.minItems !== undefined && list.length < schema.minItems) fail("minItems", schema.minItems);
  if (schema.maxItems !== undefined && list.length > schema.maxItems) fail("maxItems", schema.maxItems);
  if (schema.uniqueItems && list.some((item, index) => list.slice(0, index).some((other) => isEqual(item, other))))
    fail("uniqueItems");
}

/** Text that no database keeps (an empty sign, half of an emoji), and answers too deep to be ours. */
function unreadableIn(answers: unknown): Failure[] {
  const found: Failure[] = [];
  const waiting: { value: unknown; path: Path }[] = [{ value: answers, path: [] }];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const { value, path } = next;
    if (path.length > DEEPEST) return [{ field: WHOLE, keyword: "depth" }];
    if (typeof value === "string" && !isReadable(value)) found.push({ field: fieldAt(path), keyword: "text" });
    if (Array.isArray(value)) value.forEach((item, index) => waiting.push({ value: item, path: [...path, index] }));
    else if (value && typeof value === "object")
      for (const [name, inner] of Object.entries(value)) {
        if (!isReadable(name)) found.push({ field: fieldAt(path), keyword: "text" });
        else waiting.push({ value: inner, path: [...path, name] });
      }
  }
  return firstOfEachField(found);
}

/** A fault in the third photo is a fault in the answer that holds the photos. */
function fieldAt(path: Path): string {
  let end = path.length;
  while (typeof path[end - 1] === "number") end -= 1;
  return end ? path.slice(0, end).join(".") : WHOLE;
}

function isOfType(type: NonNullable<Schema["type"]>, value: Answer): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isFields(value);
  return typeof value === type;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function has(fields: Fields, name: string): boolean {
  return Object.prototype.hasOwnProperty.call(fields, name) && fields[name] !== undefined;
}

function isEqual(one: Answer | undefined, other: Answer | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, index) => isEqual(item, other[index]));
  if (!isFields(one) || !isFields(other)) return false;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => has(other, name) && isEqual(one[name], other[name]));
}

function pattern(source: string): RegExp {
  const known = patterns.get(source);
  if (known) return known;
  const made = new RegExp(source, "u");
  patterns.set(source, made);
  return made;
}

/** A day that exists and a time of day, with its offset from UTC. */
function isMoment(text: string): boolean {
  const parts = MOMENT.exec(text);
  if (!parts) return false;
  const [year, month, day, hour, minute, second, offsetHours, offsetMinutes] = parts.slice(1).map((part) => Number(part ?? 0)) as [
    number, number, number, number, number, number, number, number,
  ];
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day);
  return (
    date.getUTCMonth() === month - 1 && date.getUTCDate() === day && month >= 1 && day >= 1 &&
    hour <= 23 && minute <= 59 && second <= 59 && offsetHours <= 23 && offsetMinutes <= 59
  );
}

export function isReadable(text: string): boolean {
  return !text.includes("\u0000") && !/[\ud800-\udfff]/u.test(text);
}
