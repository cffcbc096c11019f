import type { JoinCode } from "./acts";

/** What people do about passphrases, passkeys, codes and devices: their own, or as a manager those of others. */
export interface SecurityActs {
  /** Open what is here with the passphrase of before. Throws Refused when it is another. */
  bringPassphrase: (passphrase: string) => Promise<void>;
  bringPasskey: () => Promise<void>;
  /** Give up what only the old passphrase opens. */
  beginAgain: () => Promise<void>;
  beginWithPassphrase: (passphrase: string, code: string | null) => Promise<void>;
  usePasswordCode: (code: string, passphrase: string, secondStep: string | null) => Promise<void>;
  /** Show again who one is, with what the passphrase alone does not show. */
  proveByPassphrase: (passphrase: string, code: string | null) => Promise<void>;
  proveByPasskey: () => Promise<void>;
  look: () => Promise<OwnSecurity>;
  beginCodeApp: () => Promise<NewCodeApp>;
  /** Answers recovery codes, this once. */
  confirmCodeApp: (code: string) => Promise<string[]>;
  removeCodeApp: () => Promise<void>;
  addPasskey: (passphrase: string) => Promise<NewPasskey>;
  removePasskey: (id: string) => Promise<void>;
  /** Let a passphrase open this phone where only a passkey does. */
  letPassphraseIn: (passphrase: string) => Promise<void>;
  changePassphrase: (old: string, next: string) => Promise<void>;
  ownDevices: () => Promise<OwnDevice[]>;
  signOutDevice: (id: string) => Promise<void>;
  worker: (id: string) => Promise<ManagedWorker>;
  giveRole: (worker: string, service: string, role: string) => Promise<void>;
  endRole: (worker: string, grant: string) => Promise<void>;
  revokeDevice: (worker: string, device: string) => Promise<void>;
  leave: (worker: string) => Promise<void>;
  passwordCode: (worker: string, withoutSecondStep: boolean) => Promise<JoinCode>;
}

/** What is still missing after the server has let somebody in. */
export type Missing =
  | { kind: "key"; name: string; unfinished: number; passkeys: boolean; byPasskey: boolean }
  | { kind: "passphrase"; name: string };

export interface OwnSecurity {
  codeApp: boolean;
  recoveryCodesLeft: number;
  passkeys: { id: string; name: string; madeAt: string; lastUsedAt: string | null }[];
  secondStep: { isSetUp: boolean; neededBy: string | null };
  /** What opens this phone. */
  here: { passphrase: boolean; passkey: boolean };
}

export interface NewCodeApp {
  secret: string;
  uri: string;
  qr: string[];
}

export interface NewPasskey {
  /** Whether it opens this phone too, or signs in alone. */
  opensPhone: boolean;
  recoveryCodes: string[];
}

export interface SeenDevice {
  id: string;
  name: string;
  lastSeenAt: string | null;
  signedIn: boolean;
  unsent: number | null;
}

export interface OwnDevice extends SeenDevice {
  isThis: boolean;
}

export interface ManagedWorker {
  id: string;
  name: string;
  signInName: string;
  leftAt: string | null;
  roles: { id: string; service: string; role: string; from: string; until: string | null }[];
  devices: SeenDevice[];
}
