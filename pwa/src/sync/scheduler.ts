// When to sync: at start, when the app is looked at, when signal returns, after every save, and now and then.
import { signal } from "@preact/signals-core";
import { onChange } from "../store/changes.ts";
import { loadOutbox } from "../store/outbox.ts";
import { sendPhotos } from "./send.ts";
import { syncOnce } from "./sync-once.ts";
import type { SyncResult } from "./sync-once.ts";

/** How long to wait between looks while all is well, and at most while it is not. */
const QUIET = 20_000;
const SOONEST = 2_000;
const LATEST = 120_000;
/** What is saved shortly after one another is sent together. */
const GATHER = 150;

export const lastSync = signal<SyncResult | null>(null);

let timer: ReturnType<typeof setTimeout> | undefined;
let running: Promise<SyncResult> | null = null;
let again = false;
let wait = SOONEST;

/** Begin to sync by itself. */
export function startSyncing(): void {
  addEventListener("online", () => syncSoon());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && syncSoon());
  onChange((change) => change === "written" && syncSoon(GATHER));
  syncSoon();
}

/** Sync shortly; when it is under way, once more after it. */
export function syncSoon(after = 0): void {
  if (running) {
    again = true;
    return;
  }
  clearTimeout(timer);
  timer = setTimeout(() => void syncNow(), after);
}

/** Sync now and answer how it went. */
export function syncNow(): Promise<SyncResult> {
  clearTimeout(timer);
  running ??= syncAndPlan().finally(() => {
    running = null;
    if (again) {
      again = false;
      syncSoon(GATHER);
    }
  });
  return running;
}

async function syncAndPlan(): Promise<SyncResult> {
  const result = await syncOnce();
  lastSync.value = result;
  const well = result.reached && !result.sent.trouble && !result.mustSignIn;
  wait = well ? SOONEST : Math.min(LATEST, wait * 2);
  timer = setTimeout(() => void syncNow(), well && !result.sent.elsewhere ? QUIET : Math.max(wait, result.sent.wait));
  // Beside it and not waited for: words that are written meanwhile go before a photo is through.
  if (result.reached) void sendPhotos();
  await loadOutbox();
  return result;
}

/** Ask the browser to wake the service worker when signal returns, where it knows how. */
export async function askForBackgroundSync(): Promise<void> {
  const registration = await navigator.serviceWorker?.ready;
  await (registration as { sync?: { register: (tag: string) => Promise<void> } } | undefined)?.sync?.register("send").catch(() => undefined);
}
