// The data key of whoever unlocked this phone. It lives in memory alone, cannot be taken out of it, and is gone
// when they lock.
import type { Bytes } from "../domain/bytes.ts";
import { randomBytes, utf8 } from "../domain/bytes.ts";
import type { Box } from "./database.ts";

export interface OpenVault {
  worker: string;
  key: CryptoKey;
}

let open: OpenVault | null = null;

export class Locked extends Error {
  constructor() {
    super("This phone is locked");
  }
}

/** The open vault. Throws Locked when nobody unlocked. */
export function vault(): OpenVault {
  if (!open) throw new Locked();
  return open;
}

export const isUnlocked = (): boolean => open !== null;

/** Whether nobody locked since: what was asked for with this vault is nobody else's to see. */
export const isStillOpen = (opened: OpenVault): boolean => open === opened;

export function keepOpen(opened: OpenVault): void {
  open = opened;
}

export function close(): void {
  open = null;
}

/** Encrypt bytes for one place: the same box does not open anywhere else. */
export async function encryptBytes(bytes: Bytes, place: string, { key, worker }: OpenVault = vault()): Promise<Box> {
  const iv = randomBytes(12);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: utf8(`${worker}|${place}`) }, key, bytes);
  return { iv, sealed };
}

export async function decryptBytes(box: Box, place: string, { key, worker }: OpenVault = vault()): Promise<Bytes> {
  const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv, additionalData: utf8(`${worker}|${place}`) }, key, box.sealed);
  return new Uint8Array(plain);
}

export const encrypt = (value: unknown, place: string, opened?: OpenVault): Promise<Box> => encryptBytes(utf8(JSON.stringify(value)), place, opened);

export async function decrypt<Value>(box: Box, place: string, opened?: OpenVault): Promise<Value> {
  return JSON.parse(new TextDecoder().decode(await decryptBytes(box, place, opened))) as Value;
}
