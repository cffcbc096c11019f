// What the server does with a sealed item: opens it with the provider's intake key.
import { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } from "@hpke/core";
import { fromBase64url, utf8 } from "../src/domain/bytes.ts";
import type { Bytes } from "../src/domain/bytes.ts";
import type { OutboxRow } from "../src/store/database.ts";
import { PROVIDER } from "./phone.ts";

const ENCAPSULATED = 65;

export interface Body {
  id: string;
  device_seq: number;
  previous: string | null;
  answers: Record<string, unknown>;
}

export async function opened(sealed: Bytes, recipientKey: CryptoKeyPair, context: string): Promise<Bytes> {
  const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const enc = sealed.slice(0, ENCAPSULATED).buffer;
  return new Uint8Array(await suite.open({ recipientKey, enc, info: utf8(context).buffer }, sealed.slice(ENCAPSULATED).buffer));
}

/** The exact bytes that somebody signed. */
export const bodyBytes = ({ item }: OutboxRow, key: CryptoKeyPair): Promise<Bytes> =>
  opened(fromBase64url(item.ciphertext), key, `heed/entry/1|${PROVIDER}|${item.key_id}|${item.id}`);
