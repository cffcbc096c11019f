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

const LETTER = "[\\p{L}\\p{N}_]";
const APART = "[^\\p{L}\\p{N}_]+";
/** Up to four words may stand where a phrase has two dots. */
const BETWEEN = `(?:${APART}${LETTER}+){0,4}?${APART}`;
const SENTENCE = /[.!?;\n]+(?=\s|$)/u;

export interface Lexicon {
  version: string;
  hits: (text: string) => Hit[];
  noteFlags: (text: string, before?: string | null) => string[];
}

/** The lexicon in a file, compiled once. */
export function makeLexicon(file: LexiconFile): Lexicon {
  const entries = file.entries.map(({ id, category, level, phrases }) => ({ id, category, level, pattern: bounded(phrases.map(phrase)) }));
  const negations = bounded(file.negation.before.map(escaped));
  const breakers = bounded(file.negation.breakers.map(escaped));
  const quality = file.note_quality;

  const isNegated = (before: string): boolean => {
    // "No bruise, but her purse is gone": what stands before "but" denies nothing after it.
    let since = 0;
    for (const breaker of before.matchAll(breakers)) since = breaker.index + breaker[0].length;
    const near = words(before.slice(since)).slice(-file.negation.window).join(" ");
    return near.search(negations) >= 0;
  };

  return {
    version: file.version,
    hits(text) {
      const found = new Map<string, Hit>();
      for (const sentence of sentences(text)) {
        for (const { id, category, level, pattern } of entries) {
          for (const match of sentence.matchAll(pattern)) {
            const status = isNegated(sentence.slice(0, match.index)) ? "negated" : "affirmed";
            if (!found.has(`${id} ${status}`)) found.set(`${id} ${status}`, { rule: id, category, level, status, words: match[0] });
          }
        }
      }
      return [...found.values()];
    },
    noteFlags(text, before = null) {
      const flags = text.trim().length < quality.too_short_chars ? ["too_short"] : [];
      const said = text
        .split(SENTENCE)
        .map((sentence) => normalised(sentence).replace(/^[ ,.]+|[ ,.]+$/gu, ""))
        .filter(Boolean);
      if (said.length && said.every((sentence) => quality.boilerplate.includes(sentence))) flags.push("boilerplate");
      if (before !== null && alikeness(text, before) >= quality.copy_paste_similarity) flags.push("same_as_before");
      return flags;
    },
  };
}

/** Lower case, one kind of letter, no apostrophes, single spaces. */
export const normalised = (text: string): string => words(text.normalize("NFKC").toLowerCase().replace(/['’‘`´]/gu, "")).join(" ");

const words = (text: string): string[] => text.split(/\s+/u).filter(Boolean);
const sentences = (text: string): string[] => text.split(SENTENCE).filter((sentence) => sentence.trim()).map(normalised);
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/gu, "\\$&");
const bounded = (alternatives: string[]): RegExp => new RegExp(`(?<!${LETTER})(?:${alternatives.join("|")})(?!${LETTER})`, "gu");

const SIGNS: Record<string, string> = { " .. ": BETWEEN, "[": "(?:", "]": ")", "|": "|", "*": `${LETTER}*`, " ": APART };

/** One phrase as a regular expression: [a|b] either, * any ending, .. up to four words between. */
const phrase = (text: string): string => [...text.matchAll(/ \.\. |[[\]|* ]|[^[\]|* ]+/gu)].map(([token]) => SIGNS[token] ?? escaped(token)).join("");

function alikeness(one: string, other: string): number {
  const ours = words(normalised(one));
  const theirs = words(normalised(other));
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
