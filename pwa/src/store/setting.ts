// Small things of one worker, each encrypted: the home document, the cursor, a preference.
import { withDatabase } from "./database.ts";
import { decrypt, encrypt, vault } from "./vault.ts";

export async function readSetting<Value>(name: string): Promise<Value | null> {
  const { worker } = vault();
  const row = await withDatabase((open) => open.get("setting", [worker, name]));
  return row ? decrypt<Value>(row.box, `setting|${name}`) : null;
}

export async function writeSetting(name: string, value: unknown): Promise<void> {
  const { worker } = vault();
  const box = await encrypt(value, `setting|${name}`);
  await withDatabase((open) => open.put("setting", { worker, key: name, box }));
}
