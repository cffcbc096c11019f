// Copies, sealed, of what was sent: kept until the provider's server says that a backup has them. A server that is
// lost then loses nothing, since this phone offers again what it still holds.
import { signal } from "@preact/signals-core";
import { changed } from "./changes.ts";
import { inOneCommit, withDatabase } from "./database.ts";
import type { CopyPhotoRow, CopyRow, OutboxPhotoRow, OutboxRow } from "./database.ts";

/** Longer than a month between two backups, and short enough that a phone does not fill up where there are none. */
const KEPT_DAYS = 35;
/** Some two hundred photos. */
const MOST_PHOTO_BYTES = 64 * 1024 * 1024;
const DAY = 86_400_000;
const AGAIN = "The office had to start again from a backup. I am sending this again, to be sure.";

/** Stands in for a receipt where a server of an earlier version gave none: no server knows it, so it is offered again. */
export const NO_RECEIPT = "handedin";

/** How many entries are kept here although they were sent. */
export const copies = signal(0);

export async function loadCopies(): Promise<void> {
  copies.value = await withDatabase((open) => open.count("copy"));
}

/** The providers to whom what is kept here was sent. */
export const providersOfCopies = (): Promise<string[]> =>
  withDatabase(async (open) => {
    const found = new Set<string>();
    for (const name of ["copy", "copyPhoto"] as const) {
      let at = await open.transaction(name).store.index("receipt").openKeyCursor(null, "nextunique");
      for (; at; at = await at.continue()) found.add(at.key[0]);
    }
    return [...found];
  });

/** What to keep of an item that was sent. */
export const copyOf = (row: OutboxRow, receipt: string, now: Date): CopyRow => ({ ...row, refusals: 0, trouble: "", receipt, sentAt: now.toISOString() });

export const copyOfPhoto = (row: OutboxPhotoRow, receipt: string, now: Date): CopyPhotoRow => ({
  ...row,
  trouble: "",
  receipt,
  sentAt: now.toISOString(),
  size: row.sealed.byteLength,
});

/** The receipts that this phone holds of one provider, each once. */
export async function receiptsOf(provider: string): Promise<string[]> {
  const mine = IDBKeyRange.bound([provider, ""], [provider, "\uffff"]);
  return withDatabase(async (open) => {
    const found = new Set<string>();
    for (const name of ["copy", "copyPhoto"] as const) {
      let at = await open.transaction(name).store.index("receipt").openKeyCursor(mine, "nextunique");
      for (; at; at = await at.continue()) found.add(at.key[1]);
    }
    return [...found];
  });
}

/** A backup has what these receipts stand for. */
export async function letGo(provider: string, receipts: readonly string[]): Promise<void> {
  await inOneCommit(["copy", "copyPhoto"], async (commit) => {
    for (const receipt of receipts) {
      for (const key of await commit.objectStore("copy").index("receipt").getAllKeys([provider, receipt])) await commit.objectStore("copy").delete(key);
      for (const key of await commit.objectStore("copyPhoto").index("receipt").getAllKeys([provider, receipt])) await commit.objectStore("copyPhoto").delete(key);
    }
  });
  changed("outbox");
}

/** Put what these receipts stand for back among what waits to be sent. */
export async function offerAgain(provider: string, receipts: readonly string[]): Promise<void> {
  for (const receipt of receipts) {
    await inOneCommit(["copy", "copyPhoto", "outbox", "outboxPhoto"], async (commit) => {
      for (const copy of await commit.objectStore("copy").index("receipt").getAll([provider, receipt])) {
        const { receipt: given, sentAt, ...row } = copy;
        await commit.objectStore("outbox").put({ ...row, toHandIn: row.rank, trouble: AGAIN });
        await commit.objectStore("copy").delete(row.key);
      }
      for (const copy of await commit.objectStore("copyPhoto").index("receipt").getAll([provider, receipt])) {
        const { receipt: given, sentAt, size, ...row } = copy;
        await commit.objectStore("outboxPhoto").put({ ...row, trouble: AGAIN });
        await commit.objectStore("copyPhoto").delete([row.key, row.hash]);
      }
    });
  }
  changed("outbox");
}

/** Let go of copies that are too old, and of the oldest photos when all of them take too much room. */
export async function tidyCopies(now: Date, mostPhotoBytes = MOST_PHOTO_BYTES): Promise<void> {
  const oldest = new Date(now.getTime() - KEPT_DAYS * DAY).toISOString();
  await inOneCommit(["copy", "copyPhoto"], async (commit) => {
    for (const key of await commit.objectStore("copy").index("sentAt").getAllKeys(IDBKeyRange.upperBound(oldest, true))) await commit.objectStore("copy").delete(key);
    // From the newest on, keys alone: what does not fit any more goes.
    let room = mostPhotoBytes;
    let at = await commit.objectStore("copyPhoto").index("sentAt").openKeyCursor(null, "prev");
    for (; at; at = await at.continue()) {
      const [sentAt, size] = at.key;
      room -= size;
      if (room < 0 || sentAt < oldest) await commit.objectStore("copyPhoto").delete(at.primaryKey);
    }
  });
}
