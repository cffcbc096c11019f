// Whose session this browser holds, and whether the server has yet to hear that they signed out.
import { withDatabase } from "./database.ts";
import type { SessionRow } from "./database.ts";

const read = (): Promise<SessionRow | undefined> => withDatabase((open) => open.get("session", "ours"));

const write = async (row: SessionRow): Promise<void> => {
  await withDatabase((open) => open.put("session", row));
};

/** Whose session it is, or null when nobody signed in here. */
export const sessionHolder = async (): Promise<string | null> => (await read())?.worker ?? null;

/** Note whose session it is from now on. */
export async function holdSession(worker: string): Promise<void> {
  const known = await read();
  if (known?.worker !== worker || known.isSignOutOwed) await write({ name: "ours", worker, isSignOutOwed: false });
}

/** Note that its holder has signed out, before the server can be told. */
export const oweSignOut = (worker: string): Promise<void> => write({ name: "ours", worker, isSignOutOwed: true });

export const isSignOutOwed = async (): Promise<boolean> => (await read())?.isSignOutOwed ?? false;

/** The server knows, and the cookie is gone. */
export const dropSession = (): Promise<void> => withDatabase((open) => open.delete("session", "ours"));
