// Drafts: every keystroke is kept, encrypted, until the entry is made or the writer throws the draft away.
import { signal } from "@preact/signals-core";
import type { Answers } from "../domain/form.ts";
import { changed } from "./changes.ts";
import { isSomebodyHere } from "./cleared.ts";
import { inOneCommit, withDatabase } from "./database.ts";
import { decrypt, encrypt, isStillOpen, vault } from "./vault.ts";
import type { OpenVault } from "./vault.ts";

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

/** The newest words of each draft that is on its way into the store, with whoever typed them. */
const latest = new Map<string, { draft: Draft; writer: OpenVault }>();
/** Drafts that became entries or were thrown away: nothing brings them back. */
const gone = new Set<string>();
let writing: Promise<void> | null = null;

export async function loadDrafts(): Promise<void> {
  const reader = vault();
  const { worker } = reader;
  const began = new Date().toISOString();
  await written();
  const rows = await withDatabase((open) => open.getAll("draft", IDBKeyRange.bound([worker, ""], [worker, "\uffff"])));
  // What the browser has cleared under somebody's hands stays on their screen: it is nowhere else.
  if (rows.length === 0 && drafts.value.length > 0 && !(await isSomebodyHere())) return;
  const read = await Promise.all(rows.map((row) => decrypt<Draft>(row.box, `draft|${row.key}`, reader)));
  if (!isStillOpen(reader)) return;
  // What was typed while this read, or could not be written, is newer than what it found.
  const typed = drafts.value.filter(({ id, savedAt }) => savedAt >= began || latest.has(id));
  const found = read.filter(({ id }) => !typed.some((draft) => draft.id === id));
  drafts.value = [...typed, ...found].sort((one, other) => other.savedAt.localeCompare(one.savedAt));
}

export function closeDrafts(): void {
  drafts.value = [];
}

/** Write nothing more of any draft, for somebody who leaves this phone. */
export async function dropDrafts(): Promise<void> {
  latest.clear();
  await written();
  latest.clear();
  closeDrafts();
}

/**
 * Keep a draft. Keystrokes that come while one is being written are written together straight after it, so that
 * fast typing never queues and never more than the last keystroke is missing. Throws when this phone could not keep
 * it; the words stay in memory and are tried again with the next keystroke.
 */
export async function saveDraft(draft: Draft): Promise<void> {
  if (gone.has(draft.id)) return;
  latest.set(draft.id, { draft, writer: vault() });
  drafts.value = [draft, ...drafts.value.filter(({ id }) => id !== draft.id)];
  writing ??= writeLatest();
  await writing;
}

async function writeLatest(): Promise<void> {
  try {
    for (let next = oldest(); next; next = oldest()) {
      const { draft, writer } = next;
      const box = await encrypt(draft, `draft|${draft.id}`, writer);
      await inOneCommit(["draft"], async (commit) => {
        if (!gone.has(draft.id)) await commit.objectStore("draft").put({ worker: writer.worker, key: draft.id, box });
      });
      // Only what was written is done with: newer words may have come meanwhile.
      if (latest.get(draft.id) === next) latest.delete(draft.id);
    }
  } finally {
    // At once, with nothing in between: whoever comes next begins a write of their own.
    writing = null;
  }
}

const oldest = (): { draft: Draft; writer: OpenVault } | undefined => latest.values().next().value;

/** Throw a draft away. */
export async function discardDraft(id: string): Promise<void> {
  const { worker } = vault();
  await lettingGo(id, () => withDatabase((open) => open.delete("draft", [worker, id])));
  changed("draft");
}

/**
 * Do what ends a draft, so that no keystroke brings it back. When that fails, the newest words are a draft again.
 */
export async function lettingGo<Answer>(id: string | null, work: () => Promise<Answer>): Promise<Answer> {
  if (id === null) return work();
  await written();
  gone.add(id);
  try {
    const answer = await work();
    latest.delete(id);
    drafts.value = drafts.value.filter((draft) => draft.id !== id);
    return answer;
  } catch (failure) {
    gone.delete(id);
    const newest = drafts.value.find((draft) => draft.id === id);
    if (newest) await saveDraft(newest).catch(() => undefined);
    throw failure;
  }
}

/** Wait until no draft is being written, whatever came of it. */
const written = (): Promise<void> => writing?.catch(() => undefined) ?? Promise.resolve();
