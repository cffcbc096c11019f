import assert from "node:assert/strict";
import { test } from "node:test";
import { isDivision, judgeConcern, needsReview, reviewDue } from "../../src/domain/rules.ts";

const written = (day: string): Date => new Date(day);

test("what was written on Friday at five to five is due on Monday at five, signal or not", () => {
  const { at, working } = reviewDue(written("2026-11-20T16:55:00Z"), "england-and-wales");
  assert.equal(at.toISOString(), "2026-11-23T17:00:00.000Z");
  assert.equal(working, "due Mon 23 Nov 17:00: the weekend does not count");
});

test("each nation keeps its own days", () => {
  const friday = written("2026-11-27T09:00:00Z");
  assert.equal(reviewDue(friday, "england-and-wales").at.toISOString(), "2026-11-30T17:00:00.000Z");
  assert.equal(reviewDue(friday, "scotland").at.toISOString(), "2026-12-01T17:00:00.000Z");
});

test("a service in a division that this app does not know is promised nothing", () => {
  assert.ok(isDivision("northern-ireland"));
  assert.ok(!isDivision("wales"));
  assert.ok(!isDivision("toString"));
});

test("a manager looks at every concern, and at a note that worries its writer or says what harm says", () => {
  assert.ok(needsReview("concern", {}));
  assert.ok(needsReview("visit-note", { worried: "yes", note: "Ate well." }));
  assert.ok(needsReview("visit-note", { worried: "not_sure", note: "Ate well." }));
  assert.ok(needsReview("visit-note", { worried: "no", note: "Her purse is gone from the drawer." }));
  assert.ok(needsReview("visit-note", { worried: "no", note: "Ate well.", different: "Her purse is gone from the drawer." }));
  assert.ok(!needsReview("visit-note", { worried: "no", note: "She said that he did not hit her." }));
  assert.ok(!needsReview("visit-note", { worried: "no", note: "Ate well." }));
  assert.ok(!needsReview("visit-note", {}));
  assert.ok(!needsReview("handover", { worried: "yes" }));
});

test("a concern is judged with the words that its writer used", () => {
  const quiet = { danger_now: "no", safe_now: "yes" };
  assert.equal(judgeConcern({ ...quiet, what_happened: "She was quiet today." }).severity, "low");
  assert.equal(judgeConcern({ ...quiet, what_happened: "He hit her on the arm." }).severity, "amber");
  assert.equal(judgeConcern({ ...quiet, safe_now: "no" }).severity, "red");
});
