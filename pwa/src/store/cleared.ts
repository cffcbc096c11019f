// Whether this browser has cleared what Heed kept here: it may, when space is short or Heed was not opened for weeks.
import { signal } from "@preact/signals-core";
import { withDatabase } from "./database.ts";

/** What is known of what was here: how much of it was not sent, and when that was so. */
export interface Cleared {
  unsent: number;
  at: string;
}

/** What was lost here, until somebody signs in again or says that they have seen it; null while nothing is. */
export const cleared = signal<Cleared | null>(null);

/** Outside the database, so that it outlives one that goes bad. It says of nobody anything. */
const MARK = "heed-kept";

/** Look whether what this phone should hold is here, and note how much of it waits. */
export async function lookIfCleared(unsent: number): Promise<void> {
  // The service worker has no such place, and leaves it to the page.
  if (typeof localStorage === "undefined") return;
  if (await isSomebodyHere()) {
    const now: Cleared = { unsent, at: new Date().toISOString() };
    cleared.value = null;
    localStorage.setItem(MARK, JSON.stringify(now));
  } else cleared.value ??= marked();
}

/** Whether anybody has ever signed in on this phone, as far as its database knows. */
export const isSomebodyHere = (): Promise<boolean> => withDatabase(async (open) => (await open.count("device")) > 0);

/** Note what the server last knew, where nothing of it is here any more. */
export function noteCleared(known: Cleared): void {
  cleared.value = known;
  localStorage.setItem(MARK, JSON.stringify(known));
}

/** Somebody has read it. */
export function acceptCleared(): void {
  cleared.value = null;
  localStorage.removeItem(MARK);
}

function marked(): Cleared | null {
  try {
    const found = JSON.parse(localStorage.getItem(MARK) ?? "null") as Partial<Cleared> | null;
    return typeof found?.unsent === "number" && typeof found.at === "string" ? { unsent: found.unsent, at: found.at } : null;
  } catch {
    return null;
  }
}
