// Argon2id, at the cost that a slow phone can bear.
import { argon2id } from "hash-wasm";
import type { Bytes } from "../domain/bytes.ts";

/** 64 MiB and three passes: well above the least of RFC 9106 section 4 for little memory. */
const MEMORY_KIB = 65_536;
const PASSES = 3;

export interface Asked {
  passphrase: string;
  salt: Bytes;
}

/** The 32 bytes that a passphrase makes under a salt. It takes a second or more on a slow phone. */
export async function argon({ passphrase, salt }: Asked): Promise<Bytes> {
  const raw = await argon2id({
    password: passphrase.normalize("NFC"),
    salt,
    memorySize: MEMORY_KIB,
    iterations: PASSES,
    parallelism: 1,
    hashLength: 32,
    outputType: "binary",
  });
  return new Uint8Array(raw);
}
