import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { SecurityActs } from "./security-acts";

/** The few things that need the server. The app hands them in, so that no screen can reach the network. */
export interface Acts {
  signIn: (signInName: string, passphrase: string, code: string | null) => Promise<void>;
  signInWithPasskey: () => Promise<void>;
  lookAtCode: (code: string) => Promise<Invitation>;
  join: (joining: Joining) => Promise<void>;
  setUp: (settingUp: SettingUp) => Promise<void>;
  signOut: () => Promise<void>;
  unlock: (workerId: string, passphrase: string) => Promise<void>;
  unlockWithPasskey: (workerId: string) => Promise<void>;
  lock: () => void;
  sendNow: () => Promise<void>;
  makeJoinCode: (service: string, role: string) => Promise<JoinCode>;
  addPerson: (person: NewPerson) => Promise<void>;
  onCall: (service: string) => Promise<OnCallSlot[]>;
  loadRescueFile: (file: Blob, onProgress: (done: number, of: number) => void) => Promise<Rescued>;
  saveOnCall: (service: string, slots: OnCallSlot[]) => Promise<void>;
  saveCouncilNumber: (service: string, number: string) => Promise<void>;
  shifts: (service: string) => Promise<Shift[]>;
  saveShifts: (service: string, shifts: Shift[]) => Promise<void>;
  devices: (service: string) => Promise<DeviceInTouch[]>;
  alerts: () => Promise<AlertState>;
  subscribe: () => Promise<AlertState>;
  unsubscribe: () => Promise<AlertState>;
  /** A photo of an entry, from this phone or else from the server; null when neither has it. */
  photo: (key: string, hash: string) => Promise<Blob | null>;
  takeUpdate: () => Promise<void>;
  /** What is rarely needed: its code is read when it is. */
  security: () => Promise<SecurityActs>;
}

export interface Invitation {
  provider: string;
  /** What follows the @ when they sign in. */
  handle: string;
  service: string;
  role: string;
}

export interface Joining {
  code: string;
  name: string;
  signInName: string;
  passphrase: string;
}

export type Division = "england-and-wales" | "scotland" | "northern-ireland";
export type ServiceKind = "homecare" | "supported_living" | "care_home";

export interface NewService {
  name: string;
  kind: ServiceKind;
  division: Division;
  officeNumber: string;
  onCallNumber: string;
}

export interface SettingUp {
  setUpCode: string;
  provider: { name: string; handle: string };
  services: NewService[];
  manager: { name: string; signInName: string; passphrase: string };
}

export interface JoinCode {
  code: string;
  url: string;
  qr: string[];
  expiresAt: string;
}

export interface NewPerson {
  name: string;
  knownAs: string;
  service: string;
  moneyRule: string | null;
  /** In pence. */
  moneyLimit: number | null;
}

export interface OnCallSlot {
  rank: 1 | 2;
  worker: string;
  number: string;
  from: string;
  until: string;
}

export interface Shift {
  id: string | null;
  from: string;
  until: string;
  workers: string[];
}

export interface DeviceInTouch {
  id: string;
  name: string;
  workers: { id: string; name: string }[];
  lastSeenAt: string | null;
  unsent: number;
  oldestUnsentAt: string | null;
  appVersion: string | null;
  storageKept: boolean | null;
  isTold: boolean;
  worries: { rule: string; words: string }[];
}

/** What became of a rescue file. */
export interface Rescued {
  outcomes: { outcome: "accepted" | "repeated" | "quarantined" | "unnamed"; words: string }[];
  photos: { arrived: number; refused: number };
  /** How much in it is another provider's. */
  elsewhere: number;
}

export interface AlertState {
  /** off: may be switched on; home_screen: an iPhone that must first be put on the Home Screen. */
  state: "on" | "off" | "refused" | "home_screen" | "unsupported";
}

/** What the server would not do, in one plain sentence, and which answers it was about. */
export class Refused extends Error {
  readonly errors: Record<string, string[]>;
  /** Which of several refusals it is, where a screen must tell them apart. */
  readonly reason: string | null;

  constructor(message: string, errors: Record<string, string[]> = {}, reason: string | null = null) {
    super(message);
    this.errors = errors;
    this.reason = reason;
  }
}

const ActsContext = createContext<Acts | null>(null);
export const ActsProvider = ActsContext.Provider;

export function useActs(): Acts {
  const acts = useContext(ActsContext);
  if (!acts) throw new Error("A screen was drawn outside the app");
  return acts;
}

/** What to say when an act failed: the server's own sentence, or that there is no signal. */
export function failureWords(failure: unknown): string {
  if (failure instanceof Refused) return failure.message;
  if (failure instanceof Error && OWN_WORDS.has(failure.name)) return failure.message;
  if (typeof navigator !== "undefined" && !navigator.onLine) return "There is no signal now. Try again when you have signal.";
  return "That did not work. Check your signal and try again.";
}

/** Failures that say themselves what to do. */
const OWN_WORDS = new Set(["Refusal", "NotKept", "BadRescueFile", "NotShown", "Closed"]);
