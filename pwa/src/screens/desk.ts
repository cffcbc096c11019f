import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Answers } from "../domain/form";

/** Something that is being written: kept on this phone at every keystroke, until it is saved as an entry. */
export interface Writing {
  id: string;
  form: string;
  version: number;
  service: string;
  about: string | null;
  replaces: string | null;
  answers: Answers;
  /** Nothing of it is the writer's own yet: looking at a form is not beginning to write. */
  isBlank: boolean;
}

/** Where drafts are kept and entries are made. All of it works without signal. */
export interface Desk {
  begin: (writing: Omit<Writing, "id" | "version">) => Promise<Writing>;
  open: (id: string) => Promise<Writing | null>;
  keep: (writing: Writing) => Promise<void>;
  discard: (id: string) => Promise<void>;
  /** Makes the entry, signed and sealed, and lets go of the draft. Answers the key of the entry. */
  save: (writing: Writing) => Promise<string>;
  /** Makes an entry of one press, such as "I have this", with no draft before it. */
  write: (writing: Omit<Writing, "id" | "version" | "isBlank">) => Promise<string>;
}

const DeskContext = createContext<Desk | null>(null);
export const DeskProvider = DeskContext.Provider;

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error("Nothing can be written before somebody unlocked");
  return desk;
}
