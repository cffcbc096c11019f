// Whose turn it is: what waits, found by its turn and a little at a time, however long the outbox has grown.
import { withDatabase } from "./database.ts";
import type { Database, OutboxPhotoRow, OutboxRow } from "./database.ts";

/**
 * The next items that a session with this provider can carry: concerns first, then the oldest. What was refused before
 * comes after the rest, so that it holds nothing up.
 */
export async function nextItems(provider: string, most: number, skip: ReadonlySet<string>): Promise<OutboxRow[]> {
  return withDatabase(async (open) => {
    const keys = await open.getAllKeysFromIndex("outbox", "turn", itsOwn(provider), most + skip.size);
    return rowsOf(open, keys.filter((key) => !skip.has(key)).slice(0, most));
  });
}

/** The next items to hand in without a session, all of one provider: each once. */
export async function nextToHandIn(most: number): Promise<OutboxRow[]> {
  const rows = await withDatabase((open) => open.getAllFromIndex("outbox", "toHandIn", null, most));
  return rows.filter(({ provider }) => provider === rows[0]?.provider);
}

/** The oldest of what waits, whosever it is. */
export const oldestItems = (most: number): Promise<OutboxRow[]> => withDatabase((open) => open.getAllFromIndex("outbox", "savedAt", null, most));

/** When the oldest of what waits was saved, or null when nothing waits. */
export async function oldestUnsent(): Promise<string | null> {
  const oldest = await withDatabase((open) => open.transaction("outbox").store.index("savedAt").openKeyCursor());
  return oldest?.key ?? null;
}

export const unsent = (): Promise<number> => withDatabase((open) => open.count("outbox"));

export type PhotoKey = readonly [key: string, hash: string];

/** The photos whose text has been sent, the oldest first: a photo never goes before its words. */
export async function photosToSend(): Promise<PhotoKey[]> {
  const [photos, texts] = await withDatabase((open) => Promise.all([open.getAllKeys("outboxPhoto"), open.getAllKeys("outbox")]));
  const waiting = new Set(texts);
  // An entry's id begins with when it was made.
  return photos.filter(([key]) => !waiting.has(key)).sort(([one], [other]) => idOf(one).localeCompare(idOf(other)));
}

export const photoToSend = ([key, hash]: PhotoKey): Promise<OutboxPhotoRow | undefined> => withDatabase((open) => open.get("outboxPhoto", [key, hash]));

/** When a photo was saved and why it waits, without reading the photo. */
export async function besidePhoto([key, hash]: PhotoKey): Promise<{ savedAt: string; trouble: string }> {
  const its = IDBKeyRange.bound([key, hash], [key, hash, []]);
  const found = await withDatabase((open) => open.transaction("outboxPhoto").store.index("beside").openKeyCursor(its));
  const [, , savedAt, trouble] = found?.key ?? [key, hash, "", ""];
  return { savedAt, trouble };
}

const idOf = (key: string): string => key.slice(key.indexOf(".") + 1);

/** A list sorts after every text and number. */
const itsOwn = (provider: string): IDBKeyRange => IDBKeyRange.bound([provider], [provider, []]);

async function rowsOf(open: Database, keys: readonly string[]): Promise<OutboxRow[]> {
  const commit = open.transaction("outbox");
  const rows = await Promise.all(keys.map((key) => commit.store.get(key)));
  // Another tab may have let go of one meanwhile.
  return rows.filter((row) => row !== undefined);
}
