// How grave a concern is: an ordered table of rules as data. The twin of server/domain/severity.py: same table, same
// vectors. The highest rule wins, and every rule that fired says in words why. Source: docs/rules/severity.md.
import type { Answers } from "./form.ts";
import type { Hit } from "./lexicon.ts";

export type Severity = "low" | "amber" | "red";

type When =
  | { all: When[] }
  | { answer: string; is: string[] }
  | { hit_level: string }
  | { hit: string; saying?: string[] }
  | { low_concerns_at_least: number }
  | { not_sure_at_least: number }
  | { always: true };

export interface SeverityFile {
  version: number;
  severities: Severity[];
  rules: { id: string; words: string; severity?: Severity; raise?: number; restricted?: boolean; when: When }[];
}

export interface Judgement {
  severity: Severity;
  restricted: boolean;
  /** The rules that fired, gravest first. */
  why: { rule: string; words: string }[];
}

interface Case {
  answers: Answers;
  hits: Hit[];
  lowConcerns: number;
}

/** Judge answers. A missing answer fires no rule, so a danger path of three answers is judged too. */
export function judge(table: SeverityFile, answers: Answers, hits: readonly Hit[], lowConcerns: number): Judgement {
  const about: Case = { answers, hits: hits.filter(({ status }) => status === "affirmed"), lowConcerns };
  const fired: { level: number; rule: string; words: string }[] = [];
  let reached = -1;
  let restricted = false;
  for (const rule of table.rules) {
    // The rule for when nothing else fired has nothing to say once something did.
    if (!holds(rule.when, about) || ("always" in rule.when && fired.length)) continue;
    const level = rule.severity ? table.severities.indexOf(rule.severity) : Math.min(Math.max(reached, 0) + (rule.raise ?? 0), table.severities.length - 1);
    restricted ||= rule.restricted ?? false;
    fired.push({ level, rule: rule.id, words: rule.words });
    reached = Math.max(reached, level);
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
  if ("hit_level" in when) return about.hits.some(({ level }) => level === when.hit_level);
  if ("hit" in when) return about.hits.some(({ rule, words }) => rule === when.hit && says(words, when.saying));
  if ("low_concerns_at_least" in when) return about.lowConcerns >= when.low_concerns_at_least;
  if ("not_sure_at_least" in when) return Object.values(about.answers).filter(isNotSure).length >= when.not_sure_at_least;
  return when.always;
}

const says = (words: string, saying?: string[]): boolean => !saying || words.split(/\s+/u).some((word) => saying.includes(word));
const isNotSure = (answer: unknown): boolean => answer === "not_sure" || (Array.isArray(answer) && answer.includes("not_sure"));
