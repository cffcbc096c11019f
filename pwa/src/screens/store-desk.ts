import { questions, type Answers, type Schema } from "../domain/form";
import { discardDraft, drafts, saveDraft, type Draft } from "../store/draft";
import { form } from "../store/form";
import { write } from "../store/outbox";
import { photo } from "../store/photo";
import type { Desk, Writing } from "./desk";

/** The desk that keeps drafts in the store and makes entries there. */
export const storeDesk: Desk = {
  begin: async (begun) => {
    // What was opened before and left as it was is not kept.
    for (const { id, isBlank } of drafts.value) if (isBlank) await discardDraft(id);
    const writing: Writing = { ...begun, id: crypto.randomUUID(), version: form(begun.form)?.version ?? 1 };
    await saveDraft(asDraft(writing));
    return writing;
  },
  open: async (id) => drafts.value.find((draft) => draft.id === id) ?? null,
  keep: (writing) => saveDraft(asDraft(writing)),
  discard: discardDraft,
  save: (writing) => written(writing, writing.id),
  write: (begun) => written({ ...begun, version: form(begun.form)?.version ?? 1 }, null),
};

const asDraft = (writing: Writing): Draft => ({ ...writing, savedAt: new Date().toISOString() });

async function written(writing: Omit<Writing, "id" | "isBlank">, draft: string | null): Promise<string> {
  const { form: name, version, service, about, replaces, answers } = writing;
  const schema = form(name, version)?.schema;
  const hashes = schema ? photosIn(schema, answers) : [];
  const photos = await Promise.all(
    hashes.map(async (hash) => ({ hash, type: "image/jpeg" as const, size: (await photo(hash))?.byteLength ?? 0 })),
  );
  return write({ form: name, version, service, about, replaces, answers, photos }, draft);
}

/** The photos that the answers name. */
function photosIn(schema: Schema, answers: Answers): string[] {
  const named = questions(schema, answers)
    .filter(({ widget }) => widget === "photo")
    .flatMap(({ name }) => answers[name] ?? []);
  return named.filter((hash): hash is string => typeof hash === "string");
}
