// Making a rescue file of what waits here. Everything stays on this phone until the server has named it.
import { toBase64url } from "../domain/bytes.ts";
import { asLine } from "../domain/rescue-file.ts";
import type { RescueHeader } from "../domain/rescue-file.ts";
import { withDatabase } from "./database.ts";

/** How many items are read at a time. */
const SOME = 100;

/** What waits, as one file: concerns first, then the oldest, then photos. A line at a time, whatever its size. */
export async function rescueFile(now = new Date()): Promise<File> {
  const providers = new Map<string, RescueHeader["providers"][number]>();
  const names = await handles();
  const counted = (id: string): RescueHeader["providers"][number] => {
    const known = providers.get(id) ?? { id, handle: names.get(id) ?? "", entries: 0, photos: 0 };
    providers.set(id, known);
    return known;
  };
  const lines: Blob[] = [];
  const keys = await withDatabase((open) => open.getAllKeysFromIndex("outbox", "turn"));
  for (let at = 0; at < keys.length; at += SOME) {
    const rows = await withDatabase((open) => Promise.all(keys.slice(at, at + SOME).map((key) => open.get("outbox", key))));
    const texts = rows.flatMap((row) => {
      if (!row) return [];
      counted(row.provider).entries++;
      return asLine({ provider: row.provider, item: row.item });
    });
    lines.push(new Blob(texts));
  }
  for (const key of await withDatabase((open) => open.getAllKeys("outboxPhoto"))) {
    const row = await withDatabase((open) => open.get("outboxPhoto", key));
    if (!row) continue;
    counted(row.provider).photos++;
    const photo = { entry: row.entry, key_id: row.keyId, hash: row.hash, seal: row.seal, sealed: toBase64url(new Uint8Array(row.sealed)) };
    lines.push(new Blob([asLine({ provider: row.provider, photo })]));
  }
  const header = asLine({ heed: "rescue", version: 1, made_at: now.toISOString(), providers: [...providers.values()] });
  return new File([header, ...lines], `heed-rescue-${now.toISOString().slice(0, 16).replace(/[:T]/g, "-")}.txt`, { type: "text/plain" });
}

/** The handle of each provider, from the names that its workers sign in with here. */
async function handles(): Promise<Map<string, string>> {
  const rows = await withDatabase((open) => open.getAll("worker"));
  return new Map(rows.map(({ provider, signInName }) => [provider, signInName.split("@")[1] ?? ""]));
}
