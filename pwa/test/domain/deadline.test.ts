import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { dueAfterWorkingDays, moment, onTheWall } from "../../src/domain/deadline.ts";
import type { Mode } from "../../src/domain/deadline.ts";
import { covers, whyNot } from "../../src/domain/working-days.ts";
import type { Calendar, Division } from "../../src/domain/working-days.ts";

interface Case {
  name: string;
  start_utc: string;
  division: Division;
  days: number;
  mode?: Mode;
  extra?: string[];
  due: string;
  working: string;
}

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(`../../../schemas/${path}`, import.meta.url), "utf8"));
const calendar = read("rules/bank-holidays.json") as Calendar;
const { cases } = read("vectors/due.json") as { cases: Case[] };

test("everything is due when the vectors say, wherever the phone is", () => {
  assert.ok(cases.length >= 40);
  for (const { name, start_utc, division, days, mode, extra, due, working } of cases) {
    const found = dueAfterWorkingDays(new Date(start_utc), days, division, calendar, { ...(mode && { mode }), ...(extra && { extra }) });
    assert.equal(found.at.getTime(), Date.parse(due), name);
    assert.equal(found.working, working, name);
  }
});

test("a wall clock reads back to the moment that it showed", () => {
  for (let at = Date.UTC(2026, 2, 28); at < Date.UTC(2026, 2, 31); at += 17 * 60_000) {
    assert.equal(moment(onTheWall(new Date(at))).getTime(), at);
  }
});

test("of an hour that the clocks repeat the earlier is taken", () => {
  assert.equal(moment({ day: "2026-10-25", time: "01:30:00.000" }).toISOString(), "2026-10-25T00:30:00.000Z");
});

test("a time that the clocks skip is refused", () => {
  assert.throws(() => moment({ day: "2026-03-29", time: "01:30:00.000" }), /clocks go forward over it/);
});

test("a number of days that makes no sense is refused", () => {
  for (const days of [0, -1, 1.5, 1001, Number.NaN]) {
    assert.throws(() => dueAfterWorkingDays(new Date("2026-11-20T08:00Z"), days, "scotland", calendar), /from 1 to 1000/);
  }
});

test("past the list no day is a holiday, so a deadline falls earlier", () => {
  assert.equal(whyNot("2040-12-25", "scotland", calendar), undefined);
  assert.ok(!covers(calendar, "2040-12-25"));
});
