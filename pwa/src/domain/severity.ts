// How grave a concern is: an ordered table of rules as data. The twin of server/domain/severity.py: same table, same
// vectors. The gravest rule wins, and every rule that fired says in words why. Source: docs/rules/severity.md.
import type { Answers } from "./form.ts";
import type { Hit } from "./lexicon.ts";

export type Severity = "low" | "amber" | "red";

type AboutWords = { hit_level: string } | { hit: string; saying?: string[] };

type When =
  | { all: When[] }
  | { answer: string; is: string[] }
  | AboutWords
  | { low_concerns_at_least: number }
  | { not_sure_at_least: number }
  | { so_far: Severity }
  | { nothing_else: true };

interface Rule {
  id: string;
  words: string;
  severity?: Severity;
  raise?: number;
  restricted?: boolean;
  when: When;
}

export interface SeverityFile {
  version: number;
  severities: Severity[];
  rules: Rule[];
}

export interface Judgement {
  severity: Severity;
  restricted: boolean;
  /** The rules that fired, gravest first. */
  why: { rule: string; words: string }[];
}

/** What a rule may look at. `soFar` is what the rules before it found. */
interface Case {
  answers: Answers;
  hits: readonly Hit[];
  lowConcerns: number;
  soFar: Severity;
}

/** A sentence that quotes more words than these is no longer read. */
const MOST_WORDS_QUOTED = 3;

/**
 * Judge answers. A missing answer fires no rule, so a danger path of three answers is judged too. `lowConcerns` counts
 * the low concerns about the same person in the 28 days up to this one, itself included when it is low.
 */
export function judge(table: SeverityFile, answers: Answers, hits: readonly Hit[], lowConcerns: number): Judgement {
  const affirmed = hits.filter(({ status }) => status === "affirmed");
  const levelOf = ({ severity, raise = 0 }: Rule): number =>
    severity ? table.severities.indexOf(severity) : Math.min(reached + raise, table.severities.length - 1);
  const fired: { level: number; rule: string; words: string }[] = [];
  let reached = 0;
  let restricted = false;
  for (const rule of table.rules) {
    // The rule for when nothing else fired has nothing to say once something did.
    if (fired.length && "nothing_else" in rule.when) continue;
    const about = { answers, hits: affirmed, lowConcerns, soFar: table.severities[reached] ?? "low" };
    if (!holds(rule.when, about)) continue;
    const level = levelOf(rule);
    fired.push({ level, rule: rule.id, words: worded(rule, affirmed) });
    reached = Math.max(reached, level);
    restricted ||= rule.restricted ?? false;
  }
  fired.sort((one, other) => other.level - one.level);
  return { severity: table.severities[reached] ?? "low", restricted, why: fired.map(({ rule, words }) => ({ rule, words })) };
}

function holds(when: When, about: Case): boolean {
  if ("all" in when) return when.all.every((part) => holds(part, about));
  if ("answer" in when) {
    const given: unknown = about.answers[when.answer];
    return (Array.isArray(given) ? given : [given]).some((each) => when.is.includes(each as string));
  }
  if ("hit" in when || "hit_level" in when) return causes(when, about.hits).length > 0;
  if ("low_concerns_at_least" in when) return about.lowConcerns >= when.low_concerns_at_least;
  if ("not_sure_at_least" in when) return Object.values(about.answers).filter(isNotSure).length >= when.not_sure_at_least;
  if ("so_far" in when) return about.soFar === when.so_far;
  return when.nothing_else;
}

/** The hits that a rule about words asks for. */
const causes = (when: AboutWords, hits: readonly Hit[]): Hit[] =>
  "hit_level" in when
    ? hits.filter(({ level }) => level === when.hit_level)
    : hits.filter((hit) => hit.rule === when.hit && says(hit, when.saying));

const says = ({ words }: Hit, beginnings?: string[]): boolean =>
  !beginnings || beginnings.some((beginning) => ` ${words}`.includes(` ${beginning}`));

function worded({ words, when }: Rule, hits: readonly Hit[]): string {
  if (!("hit" in when || "hit_level" in when)) return words;
  const said = [...new Set(causes(when, hits).map((hit) => hit.words))];
  const quoted = said.slice(0, MOST_WORDS_QUOTED).map((each) => `“${each}”`);
  return words.replace("{words}", () => quoted.join(", "));
}

const isNotSure = (answer: unknown): boolean => answer === "not_sure" || (Array.isArray(answer) && answer.includes("not_sure"));
