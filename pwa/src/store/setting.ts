// Small things of one worker, each encrypted: the home document, the cursor, a preference.
import { withDatabase } from "./database.ts";
import { decrypt, encrypt, vault } from "./vault.ts";

export async function readSetting<Value>(name: string, mine = vault()): Promise<Value | null> {
  const row = await withDatabase((open) => open.get("setting", [mine.worker, name]));
  return row ? decrypt<Value>(row.box, `setting|${name}`, mine) : null;
}

export async function writeSetting(name: string, value: unknown, mine = vault()): Promise<void> {
  const box = await encrypt(value, `setting|${name}`, mine);
  await withDatabase((open) => open.put("setting", { worker: mine.worker, key: name, box }));
}
