import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { namedWorkers, nobodyReads, regulators } from "../../src/domain/conflict.ts";
import type { Lead } from "../../src/domain/conflict.ts";
import type { Answers } from "../../src/domain/form.ts";

interface Vectors {
  names: Record<string, string>;
  author: string;
  managers: string[];
  leads: Lead[][];
  cases: { name: string; answers: Answers; named: string[]; left: boolean }[];
}

const path = new URL("../../../schemas/vectors/conflict.json", import.meta.url);
const { names, author, managers, leads, cases } = JSON.parse(readFileSync(path, "utf8")) as Vectors;
const workers = Object.entries(names).map(([id, name]) => ({ id, name }));

for (const { name, answers, named, left } of cases) {
  test(`a concern names the same workers here as on the server: ${name}`, () => {
    assert.deepEqual([...namedWorkers(answers, workers, author)].sort(), named);
    assert.equal(nobodyReads(answers, workers, author, { managers, leads }), !left);
  });
}

test("whoever wrote it is nobody else, and an empty house reads nothing", () => {
  assert.ok(nobodyReads({}, workers, author, { managers: [], leads: [[{ worker: author, under: [] }]] }));
  assert.ok(nobodyReads({}, workers, author, { managers: [], leads: [] }));
});

test("every division has a regulator with a number to ring", () => {
  for (const division of ["england-and-wales", "scotland", "northern-ireland"]) {
    assert.ok(regulators(division).length > 0);
    for (const { number } of regulators(division)) assert.match(number, /^0[0-9 ]{9,14}$/);
  }
  assert.deepEqual(regulators("elsewhere"), []);
});
