import { signal } from "@preact/signals";

/** Somebody must show again who they are before what they asked for is done. */
export interface Proving {
  /** The passphrase that they wrote for it already, when only the second step is missing. */
  passphrase: string | null;
  done: () => void;
  calledOff: () => void;
}

export const proving = signal<Proving | null>(null);
