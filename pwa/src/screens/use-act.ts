import { useState } from "preact/hooks";
import { Refused, failureWords } from "./acts";

export interface Acting {
  busy: boolean;
  /** What went wrong, in one sentence, or null. */
  trouble: string | null;
  errors: Record<string, string>;
  attempt: number;
  run: (act: () => Promise<void>) => Promise<void>;
  refuse: (errors: Record<string, string>) => void;
}

/** One act at a time, with the words for when it fails. */
export function useAct(wordsFor: (failure: unknown) => string = failureWords): Acting {
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [attempt, setAttempt] = useState(0);
  const run = async (act: () => Promise<void>): Promise<void> => {
    setBusy(true);
    setTrouble(null);
    setErrors({});
    try {
      await act();
    } catch (failure) {
      setTrouble(wordsFor(failure));
      if (failure instanceof Refused)
        setErrors(Object.fromEntries(Object.entries(failure.errors).map(([field, words]) => [field, words.join(" ")])));
      setAttempt((number) => number + 1);
    } finally {
      setBusy(false);
    }
  };
  const refuse = (found: Record<string, string>): void => {
    setTrouble(null);
    setErrors(found);
    setAttempt((number) => number + 1);
  };
  return { busy, trouble, errors, attempt, run, refuse };
}
