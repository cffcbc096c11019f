import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Answers, Schema } from "../domain/form";
import type { PhotoKeeper } from "../elements/photo-input";
import type { Severity } from "../elements/severity";
import type { Times } from "../elements/timeline";

/** What the store holds, as screens read it: everything on this phone that this worker may see. */
export interface View {
  now: Date;
  worker: Named & { signInName: string };
  provider: Named & { isDemo: boolean };
  roles: { role: string; service: string }[];
  services: Service[];
  people: Person[];
  workers: (Named & { services: string[] })[];
  shifts: { id: string; service: string; from: string; until: string; workers: string[] }[];
  forms: ReadonlyMap<string, Schema>;
  threads: ReadonlyMap<string, Thread>;
  drafts: Draft[];
  waiting: Waiting[];
  /** How many entries were sent and are kept here too, sealed, until a backup has them. */
  keptHere: number;
  notices: Notice[];
  /** A sentence for managers about bank holidays that Heed does not know, or null. */
  calendarWarning: string | null;
  /** Of everybody on this phone, not only of this worker. */
  unsent: number;
  isOnline: boolean;
  photos: PhotoKeeper;
}

export interface Named {
  id: string;
  name: string;
}

export interface Service extends Named {
  kind: string;
  division: string;
  officeNumber: string | null;
  onCallNumber: string | null;
  onCall: { rank: number; worker: string; name: string; number: string }[];
  /** Whether an alert would reach somebody on call now. */
  pushReachesOnCall: boolean;
  councilNumber: string | null;
  managers: string[];
  /** Who would read a restricted concern, in turn, each with those who have power over them. */
  leads: { worker: string; under: string[] }[][];
}

export interface Person extends Named {
  knownAs: string | null;
  service: string;
  moneyRule: string | null;
  moneyLimit: number | null;
  lastClosing: number | null;
}

/** An entry on this phone, fetched or written here. */
export interface Entry {
  key: string;
  form: string;
  version: number;
  service: string;
  person: string | null;
  about: string | null;
  replaces: string | null;
  observedAt: string;
  recordedAt: string;
  receivedAt: string | null;
  author: Named;
  answers: Answers;
  photos: { hash: string; here: boolean; damaged?: boolean }[];
  lang: string;
  /** Whether it counts, and in words why it does not. */
  effect: "counted" | "none" | null;
  reason: string | null;
  place: "waiting" | "sent" | "kept_apart";
}

export interface Deadline {
  rule: string;
  start: string;
  due: string;
  stop: string | null;
  working: string;
}

export interface Standing {
  state: string;
  severity: Severity | null;
  why: { rule: string; words: string }[];
  restricted: boolean;
  /** Nobody inside could read it when it came. */
  alone: boolean;
  /** Whom its leads let in, and which of them did. */
  opened: (Named & { at: string; by: Named })[];
  /** Who may read what is restricted. */
  openTo: Named[];
  /** Who has read what is restricted, for those who may. */
  readBy: (Named & { firstAt: string; lastAt: string })[];
  deadlines: Deadline[];
  due: string | null;
  seenBy: (Named & { at: string }) | null;
  decided: (Named & { at: string; decision: string; words: string }) | null;
  flags: { rule: string; words: string }[];
  balance: number | null;
  readers: (Named & { readAt: string | null })[];
  times: Times;
}

/** An entry and everything about it, in order; the standing once the server has said it. */
export interface Thread {
  key: string;
  form: string;
  service: string;
  person: string | null;
  entries: Entry[];
  standing: Standing | null;
}

export interface Draft {
  id: string;
  form: string;
  person: string | null;
  about: string | null;
  savedAt: string;
  missing: number;
}

/** One thing that waits on this phone, and why it is still here. */
export interface Waiting {
  id: string;
  key: string;
  form: string | null;
  writtenBy: string;
  savedAt: string;
  state: "waiting" | "sending" | "kept_apart";
  reason: string;
}

export interface Notice {
  id: string;
  thread: string | null;
  rule: string;
  rung: number;
  words: string;
  raisedAt: string;
}

const ViewContext = createContext<View | null>(null);
export const ViewProvider = ViewContext.Provider;

export function useView(): View {
  const view = useContext(ViewContext);
  if (!view) throw new Error("A screen was drawn before anybody unlocked");
  return view;
}
