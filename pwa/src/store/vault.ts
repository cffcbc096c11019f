// The data key of whoever unlocked this phone. It lives in memory alone, cannot be taken out of it, and is gone
// when they lock.
import type { Bytes } from "../domain/bytes.ts";
import { randomBytes, utf8 } from "../domain/bytes.ts";
import type { Box } from "./database.ts";

/** Argon2id at the cost that a slow phone can bear: 64 MiB, three passes. */
const MEMORY_KIB = 65_536;
const PASSES = 3;

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

/** The key that a passphrase makes on this phone, good for nothing but wrapping the data key. */
export async function stretch(passphrase: string, salt: Bytes): Promise<CryptoKey> {
  const { argon2id } = await import("hash-wasm");
  const raw = await argon2id({
    password: passphrase.normalize("NFC"),
    salt,
    memorySize: MEMORY_KIB,
    iterations: PASSES,
    parallelism: 1,
    hashLength: 32,
    outputType: "binary",
  });
  return crypto.subtle.importKey("raw", new Uint8Array(raw), "AES-KW", false, ["wrapKey", "unwrapKey"]);
}

/** A new data key, wrapped; the key in use is imported anew so that it cannot be exported. */
export async function makeDataKey(wrapping: CryptoKey): Promise<{ key: CryptoKey; wrappedKey: ArrayBuffer }> {
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const wrappedKey = await crypto.subtle.wrapKey("raw", made, wrapping, "AES-KW");
  return { key: await unwrapDataKey(wrappedKey, wrapping), wrappedKey };
}

/** Throws when the passphrase was another. */
export const unwrapDataKey = (wrapped: ArrayBuffer, wrapping: CryptoKey): Promise<CryptoKey> =>
  crypto.subtle.unwrapKey("raw", wrapped, wrapping, "AES-KW", "AES-GCM", false, ["encrypt", "decrypt"]);

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
