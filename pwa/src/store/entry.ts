// Entries and standings that this worker may read: those written here and those fetched.
import { batch, signal } from "@preact/signals-core";
import type { Answers } from "../domain/form.ts";
import { withDatabase } from "./database.ts";
import type { EntryRow, Place } from "./database.ts";
import { decrypt, encrypt, isStillOpen, vault } from "./vault.ts";
import type { OpenVault } from "./vault.ts";

/** What is encrypted of an entry. */
export interface EntryContent {
  form: string;
  version: number;
  service: string;
  person: string | null;
  about: string | null;
  replaces: string | null;
  observedAt: string;
  recordedAt: string;
  receivedAt: string | null;
  clockSkewMs: number;
  author: { id: string; name: string };
  answers: Answers;
  photos: { hash: string; here: boolean; damaged?: boolean }[];
  lang: string;
}

export interface Entry extends EntryContent {
  key: string;
  thread: string;
  place: Place;
  effect: "counted" | "none" | null;
  /** Why it has no effect, or why it was kept apart, in words. */
  words: string;
}

export interface Standing {
  thread: string;
  form: string;
  service: string;
  person: string | null;
  state: string;
  severity: "red" | "amber" | "low" | null;
  why: { rule: string; words: string }[];
  restricted: boolean;
  /** Nobody inside could read it when it came. */
  alone?: boolean;
  /** Whom its leads let in to what is restricted, and which of them did. */
  opened?: { id: string; name: string; at: string; by: { id: string; name: string } }[];
  /** Of what is restricted: who may read it, and for those who may, who has. */
  open_to?: { id: string; name: string }[];
  read_by?: { id: string; name: string; first_at: string; last_at: string }[];
  deadlines: { rule: string; start: string; due: string; stop: string | null; working: string }[];
  due: string | null;
  seen_by: { id: string; name: string; at: string } | null;
  decided: { id: string; name: string; at: string; decision: string; words: string } | null;
  flags: { rule: string; words: string }[];
  balance: number | null;
  readers: { id: string; name: string; read_at: string | null }[];
  times: { observed_at: string; recorded_at: string; received_at: string; seen_at: string | null };
}

export interface Notice {
  id: string;
  thread: string | null;
  /** What it is about: a promise with a clock, or a phone or shift that fell silent. */
  rule: string;
  rung: number;
  words: string;
  raised_at: string;
}

export const entries = signal<ReadonlyMap<string, Entry>>(new Map());
export const standings = signal<ReadonlyMap<string, Standing>>(new Map());
export const notices = signal<ReadonlyMap<string, Notice>>(new Map());

/** What was read of each row, by the row's own number that is never used twice: reading again costs only what is new. */
const readBefore = new Map<string, { iv: Uint8Array; entry: Entry }>();

let loading: Promise<void> | null = null;
let again = false;

/**
 * Read everything that this worker may see into memory, after unlocking or when another tab changed it. One reading at
 * a time: whoever asks meanwhile gets what is read once more after it.
 */
export function loadEntries(): Promise<void> {
  again = true;
  loading ??= readUntilNothingChanged().finally(() => {
    loading = null;
  });
  return loading;
}

async function readUntilNothingChanged(): Promise<void> {
  while (again) {
    again = false;
    await readEntries(vault());
  }
}

async function readEntries(mine: OpenVault): Promise<void> {
  const range = IDBKeyRange.bound([mine.worker, ""], [mine.worker, "\uffff"]);
  const [entryRows, standingRows, noticeRows] = await withDatabase((open) =>
    Promise.all([open.getAll("entry", range), open.getAll("standing", range), open.getAll("notice", range)]),
  );
  const [read, stood, told] = await Promise.all([
    Promise.all(entryRows.map((row) => opened(row, mine))),
    Promise.all(standingRows.map((row) => decrypt<Standing>(row.box, `standing|${row.key}`, mine))),
    Promise.all(noticeRows.map((row) => decrypt<Notice>(row.box, `notice|${row.key}`, mine))),
  ]);
  // Whoever locked meanwhile has nothing on the screen any more, and whoever unlocked next has their own.
  if (!isStillOpen(mine)) return;
  batch(() => {
    entries.value = new Map(read.map((entry) => [entry.key, entry]));
    standings.value = new Map(stood.map((standing) => [standing.thread, standing]));
    notices.value = new Map(told.map((notice) => [notice.id, notice]));
  });
}

/** Forget what was read, when the phone is locked. */
export function closeEntries(): void {
  readBefore.clear();
  batch(() => {
    entries.value = new Map();
    standings.value = new Map();
    notices.value = new Map();
  });
}

/** A row for an entry, encrypted for whoever has that vault. */
export async function entryRow(
  mine: OpenVault, key: string, thread: string, place: Place, content: EntryContent, effect: EntryRow["effect"], words: string,
): Promise<EntryRow> {
  return { worker: mine.worker, key, thread, place, effect, words, box: await encrypt(content, `entry|${key}`, mine) };
}

async function opened({ key, thread, place, effect, words, box }: EntryRow, mine: OpenVault): Promise<Entry> {
  const before = readBefore.get(key);
  if (before && isSame(before.iv, box.iv)) {
    const { entry } = before;
    if (entry.thread === thread && entry.place === place && entry.effect === effect && entry.words === words) return entry;
  }
  const entry = { ...(await decrypt<EntryContent>(box, `entry|${key}`, mine)), key, thread, place, effect, words };
  if (isStillOpen(mine)) readBefore.set(key, { iv: box.iv, entry });
  return entry;
}

const isSame = (one: Uint8Array, other: Uint8Array): boolean => one.length === other.length && one.every((byte, at) => byte === other[at]);
