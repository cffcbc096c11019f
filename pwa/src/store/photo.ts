// Photos: shrunk and made anew on the phone, so that where and with what they were taken stays behind.
import type { Bytes } from "../domain/bytes.ts";
import { sha256, toHex } from "../domain/bytes.ts";
import { withDatabase } from "./database.ts";
import { decryptBytes, encryptBytes, vault } from "./vault.ts";

/** Long enough to read a receipt by, small enough to send over a weak signal. */
const LONGEST_SIDE = 1600;
const QUALITY = 0.75;

export interface Shrunk {
  bytes: Bytes;
  hash: string;
}

/** Draw a picture again, smaller. Throws when there is no picture in the file. */
export async function shrink(file: Blob): Promise<Shrunk> {
  const whole = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(whole.width, whole.height));
  const canvas = new OffscreenCanvas(Math.max(1, Math.round(whole.width * scale)), Math.max(1, Math.round(whole.height * scale)));
  const paper = canvas.getContext("2d");
  if (!paper) throw new Error("This phone cannot draw");
  paper.drawImage(whole, 0, 0, canvas.width, canvas.height);
  whole.close();
  const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY });
  const bytes = new Uint8Array(await blob.arrayBuffer());
  return { bytes, hash: toHex(await sha256(bytes)) };
}

/** Keep a readable copy of a photo for whoever unlocked. */
export async function keepPhoto({ bytes, hash }: Shrunk): Promise<void> {
  const { worker } = vault();
  const box = await encryptBytes(bytes, `photo|${hash}`);
  await withDatabase((open) => open.put("photo", { worker, key: hash, box }));
}

/** A photo that was kept here, or null. */
export async function photo(hash: string, mine = vault()): Promise<Bytes | null> {
  const row = await withDatabase((open) => open.get("photo", [mine.worker, hash]));
  return row ? decryptBytes(row.box, `photo|${hash}`, mine) : null;
}
