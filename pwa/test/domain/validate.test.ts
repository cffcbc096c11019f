import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { failures } from "../../src/domain/validate.ts";
import type { Answers, Schema } from "../../src/domain/validate.ts";

const schemas = new URL("../../../schemas/", import.meta.url);
const forms = ["acknowledgement", "concern", "handover", "review", "transaction-receipt", "visit-note"];

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, schemas), "utf8"));
const fieldsOf = (form: Schema, answers: unknown): string[] => failures(form, answers).map(({ field }) => field).sort();

for (const name of forms) {
  test(`every example of ${name} holds or fails as its name says`, () => {
    const form = read(`${name}/v1.json`) as Schema;
    const files = readdirSync(new URL(`${name}/examples/`, schemas));
    assert.ok(files.length >= 13);
    for (const file of files) {
      const example = read(`${name}/examples/${file}`) as { answers: Answers; fails?: string[] };
      assert.deepEqual(fieldsOf(form, example.answers), [...(example.fails ?? [])].sort(), file);
    }
  });
}

const textForm: Schema = { type: "object", properties: { word: { type: "string", title: "Word", minLength: 2 } } };

test("letters are counted as people count them, not as a computer stores them", () => {
  assert.deepEqual(fieldsOf(textForm, { word: "😀" }), ["word"]);
  assert.deepEqual(fieldsOf(textForm, { word: "😀😀" }), []);
});

test("an answer that is undefined is no answer", () => {
  const form: Schema = { ...textForm, required: ["word"], unevaluatedProperties: false };
  assert.deepEqual(failures(form, { word: undefined, other: undefined }), [{ field: "word", keyword: "required" }]);
});

test("names that every object knows are not answers", () => {
  const form: Schema = { ...textForm, required: ["constructor"], unevaluatedProperties: false };
  assert.deepEqual(fieldsOf(form, {}), ["constructor"]);
  assert.deepEqual(fieldsOf({ ...textForm, unevaluatedProperties: false }, JSON.parse('{"__proto__": 1}')), ["__proto__"]);
});

test("of two limits that an answer fails the stricter is told", () => {
  const form: Schema = { ...textForm, allOf: [{ properties: { word: { minLength: 20 } } }] };
  assert.deepEqual(failures(form, { word: "x" }), [{ field: "word", keyword: "minLength", limit: 20 }]);
});

test("half of an emoji is refused before anything else is looked at", () => {
  assert.deepEqual(failures(textForm, { word: "\ud83d", other: 1 }), [{ field: "word", keyword: "text" }]);
});

test("answers nested without end are refused", () => {
  let answers: Answers = {};
  for (let depth = 0; depth < 5_000; depth += 1) answers = { word: answers };
  assert.deepEqual(failures(textForm, answers), [{ field: "answers", keyword: "depth" }]);
});
