// The rescue file: what waits on a phone, sealed as it is, in lines of JSON. docs/rules/rescue-file.md describes it.

/** The first line. It says of nobody anything. */
export interface RescueHeader {
  heed: "rescue";
  version: 1;
  made_at: string;
  providers: { id: string; handle: string; entries: number; photos: number }[];
}

export interface SealedItem {
  id: string;
  key_id: string;
  seal: string;
  signature: string;
  ciphertext: string;
}

export interface RescuedPhoto {
  entry: string;
  key_id: string;
  hash: string;
  seal: string;
  /** Unpadded base64url. */
  sealed: string;
}

/** Every other line: something sealed, and whose it is to open. */
export type RescueLine = { provider: string; item: SealedItem } | { provider: string; photo: RescuedPhoto };

/** A photo of 8 MB in base64url, and what stands beside it. */
export const LONGEST_LINE = 12_000_000;
export const MOST_LINES = 50_000;
export const MOST_BYTES = 1_000_000_000;

const NOT_OURS = "This is not a rescue file of Heed.";
const NEWER = "This rescue file was made by a newer Heed. Take the new version of Heed first.";
const DAMAGED = "This rescue file is damaged. Save it on the phone once more: what it holds is still there.";
const TOO_LARGE = "This file is too large to be a rescue file of Heed.";

/** Why a file cannot be read, in one plain sentence. */
export class BadRescueFile extends Error {
  override readonly name = "BadRescueFile";
}

export const asLine = (line: RescueHeader | RescueLine): string => `${JSON.stringify(line)}\n`;

/** The header. Throws BadRescueFile for what is none. */
export function readHeader(text: string): RescueHeader {
  const said = parsed(text, NOT_OURS);
  if (said["heed"] !== "rescue") throw new BadRescueFile(NOT_OURS);
  if (said["version"] !== 1) throw new BadRescueFile(NEWER);
  const { providers } = said;
  if (!Array.isArray(providers) || !providers.every(isCounted) || typeof said["made_at"] !== "string") throw new BadRescueFile(DAMAGED);
  return { heed: "rescue", version: 1, made_at: said["made_at"], providers };
}

/** One sealed thing. Throws BadRescueFile for what is none. */
export function readLine(text: string): RescueLine {
  const said = parsed(text, DAMAGED);
  const { provider, item, photo } = said as { provider?: unknown; item?: unknown; photo?: unknown };
  if (typeof provider !== "string") throw new BadRescueFile(DAMAGED);
  if (isTexts<SealedItem>(item, ITEM)) return { provider, item };
  if (isTexts<RescuedPhoto>(photo, PHOTO)) return { provider, photo };
  throw new BadRescueFile(DAMAGED);
}

/** The lines of a file, one after the other: it is never read as a whole. */
export async function* linesOf(file: Blob): AsyncGenerator<string> {
  if (file.size > MOST_BYTES) throw new BadRescueFile(TOO_LARGE);
  const reader = file.stream().getReader();
  const decoder = new TextDecoder();
  let rest = "";
  let count = 0;
  for (;;) {
    const { done, value } = await reader.read();
    const parts = (rest + (value ? decoder.decode(value, { stream: true }) : "")).split("\n");
    rest = parts.pop() ?? "";
    for (const line of parts) {
      if (++count > MOST_LINES) throw new BadRescueFile(TOO_LARGE);
      yield line;
    }
    // A file that was cut short ends in the middle of a line.
    if (rest.length > LONGEST_LINE || (done && rest !== "")) throw new BadRescueFile(count === 0 ? NOT_OURS : DAMAGED);
    if (done) return;
  }
}

/** Throws BadRescueFile when a file holds less than its header says. */
export function checkWhole(promised: number, found: number): void {
  if (promised !== found) throw new BadRescueFile(DAMAGED);
}

const ITEM = ["id", "key_id", "seal", "signature", "ciphertext"];
const PHOTO = ["entry", "key_id", "hash", "seal", "sealed"];

function parsed(text: string, words: string): Record<string, unknown> {
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said === "object" && said !== null) return said as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new BadRescueFile(words);
}

function isTexts<Wanted>(said: unknown, names: readonly string[]): said is Wanted {
  if (typeof said !== "object" || said === null) return false;
  const found = Object.entries(said);
  return found.length === names.length && found.every(([name, text]) => names.includes(name) && typeof text === "string");
}

function isCounted(said: unknown): said is RescueHeader["providers"][number] {
  const { id, handle, entries, photos } = (said ?? {}) as Record<string, unknown>;
  return typeof id === "string" && typeof handle === "string" && Number.isInteger(entries) && Number.isInteger(photos);
}
