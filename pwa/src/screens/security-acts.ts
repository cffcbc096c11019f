/** What people do about passphrases, passkeys, codes and devices: their own, or as a manager those of others. */
export interface SecurityActs {
  /** Open what is here with the passphrase of before. Throws Refused when it is another. */
  bringPassphrase: (passphrase: string) => Promise<void>;
  bringPasskey: () => Promise<void>;
  /** Give up what only the old passphrase opens. */
  beginAgain: () => Promise<void>;
  beginWithPassphrase: (passphrase: string, code: string | null) => Promise<void>;
  usePasswordCode: (code: string, passphrase: string) => Promise<void>;
}

/** What is still missing after the server has let somebody in. */
export type Missing =
  | { kind: "key"; name: string; unfinished: number; passkeys: boolean; byPasskey: boolean }
  | { kind: "passphrase"; name: string };
