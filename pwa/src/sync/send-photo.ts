// Sending one photo in parts: after a cut it goes on where it stopped, so that a weak signal is enough.
import { NoSignal, byHandIn, bySession, photoArrived, sendPhotoPart } from "./api-client.ts";
import type { PhotoRoad, SealedPhoto } from "./api-client.ts";

/** Half a minute on the weakest signal; a cut loses no more than this. */
export const PART = 64 * 1024;
/** How often the server may say that it has less than we thought, before it is left alone for now. */
const PATIENCE = 3;

type ByRoad = <Content>(work: (road: PhotoRoad) => Promise<Content>) => Promise<Content>;

/** Send what the server does not have yet; answers the receipt. `withToken` gives each part a session that goes on. */
export const sendPhotoInParts = (
  photo: SealedPhoto,
  withToken: <Content>(work: (token: string) => Promise<Content>) => Promise<Content>,
): Promise<string | null> => inParts(photo, (work) => withToken((token) => work(bySession(token, photo))));

/** Hand in what the server does not have yet of a photo, without a session; answers the receipt. */
export const handInPhotoInParts = (provider: string, photo: SealedPhoto): Promise<string | null> =>
  inParts(photo, (work) => work(byHandIn(provider, photo)));

async function inParts(photo: SealedPhoto, by: ByRoad): Promise<string | null> {
  const size = photo.sealed.byteLength;
  // What fits into one part need not ask first.
  let at = size <= PART ? 0 : await by(photoArrived);
  for (let setbacks = 0; setbacks < PATIENCE; ) {
    const begin = at;
    const received = await by((road) => sendPhotoPart(road, photo, begin, Math.min(size, begin + PART)));
    if (typeof received !== "number") return received.receipt;
    if (received <= begin) setbacks++;
    at = received;
  }
  throw new NoSignal();
}
