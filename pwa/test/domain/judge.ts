// Judges answers line by line for tests/test_agreement.py: {"form", "version", "answers"} in, what is wrong out.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { verdict } from "../../src/domain/form.ts";
import type { Schema } from "../../src/domain/form.ts";

const schemas = new URL("../../../schemas/", import.meta.url);
const shelf = new Map<string, Schema>();

function form(name: string, version: number): Schema {
  const path = `${name}/v${version}.json`;
  const known = shelf.get(path);
  if (known) return known;
  const read = JSON.parse(readFileSync(new URL(path, schemas), "utf8")) as Schema;
  shelf.set(path, read);
  return read;
}

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line) as { form: string; version: number; answers: unknown };
  const found = verdict(form(asked.form, asked.version), asked.answers);
  process.stdout.write(`${JSON.stringify(found.map(({ field, keyword, words }) => [field, keyword, words]))}\n`);
}
