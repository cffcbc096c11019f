// Screening a note for words that may be signs of harm. The twin of server/domain/lexicon.py: same list, same
// vectors. It decides nothing, and it cannot see what was not written. Source: docs/rules/lexicon.md.

export interface LexiconFile {
  version: string;
  entries: { id: string; category: string; level: string; phrases: string[] }[];
  note_quality: { too_short_chars: number; boilerplate: string[]; copy_paste_similarity: number };
  negation: { before: string[]; window: number; breakers: string[] };
}

/** A phrase that was found, whether the writer denied it, and the words that caused it. */
export interface Hit {
  rule: string;
  category: string;
  level: string;
  status: "affirmed" | "negated";
  words: string;
}

export interface Lexicon {
  version: string;
  hits: (text: string) => Hit[];
  noteFlags: (text: string, before?: string | null) => string[];
}

/** A word: letters and digits of any script, and the pound. Written as ranges so that both languages read it alike. */
const WORD = /[a-z0-9£\u00c0-\u1fff\u2c00-\u2dff\u3040-\ud7ff\uf900-\ufdff\ufe70-\uffef]+/g;
const SENTENCE_END = /[.!?;]+(?![0-9])|[\n\r\v\f\u0085\u2028\u2029]+|[ \t][-\u2013\u2014]+[ \t]/g;
/** Apostrophes, so that "doesn't" and "doesnt" are one word, and characters that nobody sees. */
const DROPPED = /['\u2018\u2019\u02bc`\u00b4\u00ad\u200b-\u200d\u2060\ufeff]/g;
const SYNTAX = / \.\. |[[\]|* ]|[^[\]|* ]+/g;
const MEANING: Record<string, string> = { " .. ": "(?: [^ ]+){0,4}? ", "[": "(?:", "]": ")", "|": "|", "*": "[^ ]*", " ": " " };

/** The lexicon in a file, compiled once. */
export function makeLexicon(file: LexiconFile): Lexicon {
  const entries = file.entries.map(({ id, category, level, phrases }) => {
    const patterns = phrases.map(phrase);
    return {
      rule: id,
      category,
      level,
      phrases: patterns.map((pattern) => new RegExp(` (${pattern})(?= )`, "g")),
      anyPhrase: new RegExp(` (?:${patterns.join("|")}) `),
    };
  });
  const { before: negations, breakers, window: near } = file.negation;
  const quality = file.note_quality;
  const longestFirst = [...quality.boilerplate].sort((one, other) => other.length - one.length);
  const boilerplate = new RegExp(` (?:${longestFirst.map(escaped).join("|")}|and)(?= )`, "g");

  const isDenied = (before: string, said: string): boolean => {
    // "No food in and no receipt" says two things; the first "no" does not take back the second.
    if (negations.includes(said.split(" ")[0] ?? "")) return false;
    const last = ` ${before.split(" ").filter(Boolean).slice(-near).join(" ")} `;
    // "No bruise, but her purse is gone": what stands before "but" denies nothing after it.
    const ends = breakers.filter((word) => last.includes(` ${word} `)).map((word) => last.lastIndexOf(` ${word} `) + word.length + 1);
    const since = last.slice(Math.max(0, ...ends));
    return negations.some((word) => since.includes(` ${word} `));
  };

  return {
    version: file.version,
    hits(text) {
      const found = new Map<string, Hit>();
      for (const sentence of sentences(text)) {
        for (const { rule, category, level, phrases, anyPhrase } of entries) {
          if (!anyPhrase.test(sentence)) continue;
          for (const { start, said } of standing(phrases, sentence)) {
            const status = isDenied(sentence.slice(0, start), said) ? "negated" : "affirmed";
            const key = `${rule} ${status} ${said}`;
            if (!found.has(key)) found.set(key, { rule, category, level, status, words: said });
          }
        }
      }
      return [...found.values()];
    },
    noteFlags(text, before = null) {
      const length = [...text.split(/\s+/).filter(Boolean).join(" ")].length;
      const flags = length < quality.too_short_chars ? ["too_short"] : [];
      const said = words(text);
      if (said.length && !` ${said.join(" ")} `.replace(boilerplate, "").trim()) flags.push("boilerplate");
      if (before !== null && alikeness(said, words(before)) >= quality.copy_paste_similarity) flags.push("same_as_before");
      return flags;
    },
  };
}

/** Where phrases of one rule stand, from the left. Of those that share words the first and longest is taken. */
function* standing(phrases: readonly RegExp[], sentence: string): Generator<{ start: number; said: string }> {
  const spans = phrases.flatMap((pattern) =>
    [...sentence.matchAll(pattern)].map(({ index, 1: said = "" }) => ({ start: index + 1, said })),
  );
  spans.sort((one, other) => one.start - other.start || other.said.length - one.said.length);
  let reached = 0;
  for (const span of spans) {
    if (span.start < reached) continue;
    reached = span.start + span.said.length;
    yield span;
  }
}

/** One phrase as a regular expression: [a|b] either, * any ending, .. up to four words between. */
const phrase = (text: string): string => (text.match(SYNTAX) ?? []).map((token) => MEANING[token] ?? escaped(token)).join("");
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

const normalised = (text: string): string => text.normalize("NFKC").toLowerCase().replace(DROPPED, "");
const words = (text: string): string[] => normalised(text).match(WORD) ?? [];

/** The sentences of a text as words with a space before, between and after. */
const sentences = (text: string): string[] =>
  normalised(text)
    .split(SENTENCE_END)
    .map((sentence) => sentence.match(WORD) ?? [])
    .filter(({ length }) => length)
    .map((said) => ` ${said.join(" ")} `);

function alikeness(ours: string[], theirs: string[]): number {
  const left = new Map<string, number>();
  for (const word of theirs) left.set(word, (left.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of ours) {
    const count = left.get(word) ?? 0;
    if (count > 0) shared++;
    left.set(word, count - 1);
  }
  const total = ours.length + theirs.length;
  return total ? (2 * shared) / total : 0;
}
