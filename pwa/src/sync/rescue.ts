// Loading a rescue file: somebody with a session hands in what another phone could not send.
import { fromBase64url } from "../domain/bytes.ts";
import type { Outcome } from "../domain/outcome.ts";
import { checkWhole, linesOf, readHeader, readLine } from "../domain/rescue-file.ts";
import type { RescueHeader, RescuedPhoto, SealedItem } from "../domain/rescue-file.ts";
import { unsent } from "../store/turn.ts";
import { Refusal, sendItems } from "./api-client.ts";
import { sendPhotoInParts } from "./send-photo.ts";
import { providerOf, withOwnToken } from "./session.ts";

const BATCH = 100;
const MOST_LETTERS = 2_000_000;

export interface Rescued {
  /** When the file was saved on the phone. */
  madeAt: string;
  /** What became of each entry, in the order of the file. */
  outcomes: { outcome: Outcome["outcome"] | "unnamed"; words: string }[];
  photos: { arrived: number; refused: number };
  /** How much in the file is another provider's, and was left alone. */
  elsewhere: number;
}

/**
 * Look at the whole file first, then hand in what is for this provider: nothing of a damaged file is sent. Throws
 * BadRescueFile, Refusal and NoSignal; loading the same file again changes nothing that arrived already.
 */
export async function loadRescueFile(file: Blob, onProgress: (done: number, of: number) => void): Promise<Rescued> {
  const header = await lookThrough(file);
  const provider = await withOwnToken(async (token) => providerOf(token));
  const mine = header.providers.find(({ id }) => id === provider);
  const all = header.providers.reduce((sum, { entries, photos }) => sum + entries + photos, 0);
  const total = (mine?.entries ?? 0) + (mine?.photos ?? 0);
  const rescued: Rescued = { madeAt: header.made_at, outcomes: [], photos: { arrived: 0, refused: 0 }, elsewhere: all - total };
  let items: SealedItem[] = [];
  const handIn = async (): Promise<void> => {
    if (items.length) rescued.outcomes.push(...(await sent(items)));
    items = [];
    onProgress(rescued.outcomes.length + rescued.photos.arrived + rescued.photos.refused, total);
  };
  for await (const line of afterHeader(file)) {
    if (line.provider !== provider) continue;
    if ("item" in line) {
      const letters = items.reduce((sum, { ciphertext }) => sum + ciphertext.length, line.item.ciphertext.length);
      if (items.length === BATCH || (items.length && letters > MOST_LETTERS)) await handIn();
      items.push(line.item);
    } else {
      await handIn();
      await sendPhoto(line.photo, rescued);
    }
  }
  await handIn();
  return rescued;
}

async function lookThrough(file: Blob): Promise<RescueHeader> {
  const lines = linesOf(file);
  const first = await lines.next();
  const header = readHeader(first.done ? "" : first.value);
  let found = 0;
  for await (const line of lines) {
    readLine(line);
    found++;
  }
  checkWhole(header.providers.reduce((sum, { entries, photos }) => sum + entries + photos, 0), found);
  return header;
}

async function* afterHeader(file: Blob) {
  let isFirst = true;
  for await (const line of linesOf(file)) {
    if (!isFirst) yield readLine(line);
    isFirst = false;
  }
}

async function sent(items: readonly SealedItem[]): Promise<Rescued["outcomes"]> {
  const { outcomes } = await withOwnToken(async (token) => sendItems(token, { sent_at: new Date().toISOString(), unsent: (await unsent()) + items.length, items: [...items] }));
  const byId = new Map(outcomes.map((each) => [`${each.key_id}|${each.id}`, each]));
  return items.map(({ key_id, id }) => {
    const named = byId.get(`${key_id}|${id}`);
    return named ? { outcome: named.outcome, words: named.words } : { outcome: "unnamed", words: "The server said nothing about this one. Load the file again later." };
  });
}

async function sendPhoto({ entry, key_id: keyId, hash, seal, sealed }: RescuedPhoto, rescued: Rescued): Promise<void> {
  try {
    await sendPhotoInParts({ entry, keyId, hash, seal, sealed: fromBase64url(sealed).buffer }, withOwnToken);
    rescued.photos.arrived++;
  } catch (failure) {
    // One that the server will not have holds up no other.
    if (!(failure instanceof Refusal) || failure.status === 401 || failure.status === 429 || failure.status >= 500) throw failure;
    rescued.photos.refused++;
  }
}
