// The data key of a worker, wrapped under what they know or what their phone can do. Each wrap opens the same key.
import type { Bytes } from "../domain/bytes.ts";
import { utf8 } from "../domain/bytes.ts";

/** Opens with the passphrase, stretched under the salt. */
export interface PassphraseWrap {
  by: "passphrase";
  salt: Bytes;
  wrappedKey: ArrayBuffer;
}

/** Opens with what one passkey says to our question, derived under the salt. */
export interface PasskeyWrap {
  by: "passkey";
  /** The id of the passkey, base64url. */
  credential: string;
  /** The host that the passkey is for. */
  host: string;
  /** What the server calls it; null where it was not made on this phone. */
  passkey: string | null;
  salt: Bytes;
  wrappedKey: ArrayBuffer;
}

export type Wrap = PassphraseWrap | PasskeyWrap;

/** Good for nothing but wrapping and unwrapping data keys. */
const importWrapping = (raw: Bytes): Promise<CryptoKey> => crypto.subtle.importKey("raw", raw, "AES-KW", false, ["wrapKey", "unwrapKey"]);

/** The key that a passphrase makes on this phone. Reckoned beside the page, which stays alive meanwhile. */
export async function stretch(passphrase: string, salt: Bytes): Promise<CryptoKey> {
  const raw = await argonBeside(passphrase, salt);
  try {
    return await importWrapping(raw);
  } finally {
    raw.fill(0);
  }
}

/** The key that the answer of a passkey makes: HKDF-SHA-256 (RFC 5869) over its pseudo-random function. */
export async function derive(answer: Bytes, salt: Bytes): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", answer, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt, info: utf8("heed/data-key/1") };
  return crypto.subtle.deriveKey(how, material, { name: "AES-KW", length: 256 }, false, ["wrapKey", "unwrapKey"]);
}

/** A new data key, wrapped; the key in use is imported anew so that it cannot be exported. */
export async function makeDataKey(wrapping: CryptoKey): Promise<{ key: CryptoKey; wrappedKey: ArrayBuffer }> {
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, ["encrypt", "decrypt"]);
  const wrappedKey = await crypto.subtle.wrapKey("raw", made, wrapping, "AES-KW");
  return { key: await unwrapDataKey(wrappedKey, wrapping), wrappedKey };
}

/** Throws when it was wrapped with another. */
export const unwrapDataKey = (wrapped: ArrayBuffer, wrapping: CryptoKey): Promise<CryptoKey> =>
  crypto.subtle.unwrapKey("raw", wrapped, wrapping, "AES-KW", "AES-GCM", false, ["encrypt", "decrypt"]);

/** The same data key, wrapped with another key as well. Throws when it was wrapped with another than the first. */
export async function wrapAgain(wrapped: ArrayBuffer, opening: CryptoKey, wrapping: CryptoKey): Promise<ArrayBuffer> {
  const key = await crypto.subtle.unwrapKey("raw", wrapped, opening, "AES-KW", "AES-GCM", true, ["encrypt", "decrypt"]);
  return crypto.subtle.wrapKey("raw", key, wrapping, "AES-KW");
}

async function argonBeside(passphrase: string, salt: Bytes): Promise<Bytes> {
  // Node, where the tests run, has no such threads.
  if (typeof Worker === "undefined") return (await import("./argon.ts")).argon({ passphrase, salt });
  const { default: address } = await import("./argon-worker.ts?worker&url");
  const beside = new Worker(address);
  try {
    return await new Promise<Bytes>((resolve, reject) => {
      beside.onmessage = ({ data }: MessageEvent<Bytes>) => resolve(data);
      beside.onerror = () => reject(new Error("This phone could not reckon with the passphrase"));
      beside.postMessage({ passphrase, salt });
    });
  } finally {
    beside.terminate();
  }
}
