import type { Context } from "../domain/form";
import type { Somebody } from "./person-input";
import type { PhotoKeeper } from "./photo-input";
import type { Numbers } from "./ring";

/** What this phone knows that a question may need to be drawn: names, numbers, photos and the hour. */
export interface Surroundings {
  people: readonly Somebody[];
  workers: readonly Somebody[];
  /** The name of anybody this phone knows, offered as an answer or not. */
  nameOf: (id: string) => string | null;
  numbers: Numbers;
  /** Threads that an answer may point at: the key, and words for it. */
  records: readonly { value: string; label: string; form: string }[];
  photos: PhotoKeeper;
  now: Date;
  /** How the person is called whom the entry is about, for titles that name them. */
  named: string | null;
  context: Context;
}
