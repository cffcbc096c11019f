// Saying how this device is, so that whoever runs the service sees a phone that holds something and cannot send it.
import { APP_VERSION } from "../domain/app-version.ts";
import { oldestUnsent, unsent } from "../store/turn.ts";
import { reportDevice } from "./api-client.ts";
import type { DeviceReport } from "./api-client.ts";
import { alertState } from "./push.ts";
import { withToken } from "./session.ts";

/** What is the same as before is said again after so long, so that the device counts as in touch. */
const AGAIN_AFTER = 10 * 60_000;

let last: { words: string; at: number } | null = null;

/** Say how this device is, when that changed or was last said a while ago. Anybody's session may say it. */
export async function reportHealth(now = Date.now()): Promise<void> {
  const report = await health();
  const words = JSON.stringify(report);
  if (last && last.words === words && now - last.at < AGAIN_AFTER) return;
  await withToken((token) => reportDevice(token, report));
  last = { words, at: now };
}

async function health(): Promise<DeviceReport> {
  const [count, oldest, kept, alerts] = await Promise.all([unsent(), oldestUnsent(), storageKept(), alertState()]);
  return { unsent: count, oldest_unsent_at: oldest, app_version: APP_VERSION, storage_kept: kept, alerts };
}

/** Whether the browser promised not to clear what is kept here; null when it does not say. */
const storageKept = async (): Promise<boolean | null> => (await navigator.storage?.persisted?.().catch(() => null)) ?? null;
