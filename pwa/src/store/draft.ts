// Drafts: every keystroke is kept, encrypted, until the entry is made or the writer throws the draft away.
import { signal } from "@preact/signals-core";
import type { Answers } from "../domain/form.ts";
import { changed } from "./changes.ts";
import { withDatabase } from "./database.ts";
import { decrypt, encrypt, vault } from "./vault.ts";

/** A draft keeps the version of the form that it was begun with. */
export interface Draft {
  id: string;
  form: string;
  version: number;
  service: string;
  about: string | null;
  replaces: string | null;
  answers: Answers;
  /** Nothing of it is the writer's own yet. */
  isBlank: boolean;
  savedAt: string;
}

export const drafts = signal<readonly Draft[]>([]);

/** The newest words of each draft that is on its way into the store, and the write that is under way. */
const latest = new Map<string, Draft>();
let writing: Promise<void> | null = null;

export async function loadDrafts(): Promise<void> {
  const { worker } = vault();
  const began = new Date().toISOString();
  await writing;
  const rows = await withDatabase((open) => open.getAll("draft", IDBKeyRange.bound([worker, ""], [worker, "\uffff"])));
  const read = await Promise.all(rows.map((row) => decrypt<Draft>(row.box, `draft|${row.key}`)));
  // What was typed while this read is newer than what it found.
  const typed = drafts.value.filter(({ savedAt }) => savedAt >= began);
  const found = read.filter(({ id }) => !typed.some((draft) => draft.id === id));
  drafts.value = [...typed, ...found].sort((one, other) => other.savedAt.localeCompare(one.savedAt));
}

export function closeDrafts(): void {
  drafts.value = [];
}

/** Write nothing more of any draft, for somebody who leaves this phone. */
export async function dropDrafts(): Promise<void> {
  latest.clear();
  await writing;
  closeDrafts();
}

/**
 * Keep a draft. Keystrokes that come while one is being written are written together straight after it, so that
 * fast typing never queues and never more than the last keystroke is missing.
 */
export function saveDraft(draft: Draft): Promise<void> {
  latest.set(draft.id, draft);
  drafts.value = [draft, ...drafts.value.filter(({ id }) => id !== draft.id)];
  writing ??= writeLatest().finally(() => {
    writing = null;
  });
  return writing;
}

async function writeLatest(): Promise<void> {
  while (latest.size) {
    const [draft] = latest.values();
    if (!draft) return;
    latest.delete(draft.id);
    const { worker } = vault();
    const box = await encrypt(draft, `draft|${draft.id}`);
    await withDatabase((open) => open.put("draft", { worker, key: draft.id, box }));
  }
}

/** Throw a draft away. */
export async function discardDraft(id: string): Promise<void> {
  await settled(id);
  const { worker } = vault();
  await withDatabase((open) => open.delete("draft", [worker, id]));
  drafts.value = drafts.value.filter((draft) => draft.id !== id);
  changed("draft");
}

/** Wait until no write of this draft is under way, so that none brings it back. */
export async function settled(id: string): Promise<void> {
  latest.delete(id);
  await writing;
}
