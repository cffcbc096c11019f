// Sealing to the provider's intake key: this phone itself cannot read again what it sealed.
import type { Bytes } from "../domain/bytes.ts";
import { fromBase64url, utf8 } from "../domain/bytes.ts";

/** HPKE (RFC 9180), base mode: P-256, HKDF-SHA256, AES-256-GCM. The encapsulated key stands before the ciphertext. */
export async function seal(plain: Bytes, intakeKey: string, context: string): Promise<Bytes> {
  const { Aes256Gcm, CipherSuite, DhkemP256HkdfSha256, HkdfSha256 } = await import("@hpke/core");
  const suite = new CipherSuite({ kem: new DhkemP256HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });
  const recipientPublicKey = await suite.kem.deserializePublicKey(fromBase64url(intakeKey).buffer);
  const { enc, ct } = await suite.seal({ recipientPublicKey, info: utf8(context).buffer }, plain.buffer);
  const sealed = new Uint8Array(enc.byteLength + ct.byteLength);
  sealed.set(new Uint8Array(enc), 0);
  sealed.set(new Uint8Array(ct), enc.byteLength);
  return sealed;
}
