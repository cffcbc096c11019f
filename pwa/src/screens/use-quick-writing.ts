import { useEffect, useRef, useState } from "preact/hooks";
import type { Answers } from "../domain/form";
import { useDesk, type Writing } from "./desk";
import { useView } from "./view";

interface Quick {
  answers: Answers;
  /** Keeps the answers as a draft, which is begun by the first of them. */
  keep: (answers: Answers) => void;
  save: (answers: Answers) => Promise<string>;
}

/** A short form inside another screen, kept at every keystroke like any other. */
export function useQuickWriting(form: string, service: string, about: string, first: Answers): Quick {
  const view = useView();
  const desk = useDesk();
  const [answers, setAnswers] = useState<Answers>(first);
  const writing = useRef<Promise<Writing> | null>(null);
  useEffect(() => {
    const begun = view.drafts.find((draft) => draft.form === form && draft.about === about);
    if (!begun) return;
    void desk.open(begun.id).then((found) => {
      if (!found || writing.current) return;
      writing.current = Promise.resolve(found);
      setAnswers(found.answers);
    });
  }, [about]);
  const keep = (next: Answers): void => {
    setAnswers(next);
    writing.current ??= desk.begin({ form, service, about, replaces: null, answers: next, isBlank: false });
    // What could not be kept is in the answers still, and is kept with the next keystroke or with the entry itself.
    writing.current.then((draft) => desk.keep({ ...draft, answers: next })).catch(() => undefined);
  };
  const save = async (last: Answers): Promise<string> => {
    const draft = await writing.current;
    const key = await (draft ? desk.save({ ...draft, answers: last }) : desk.write({ form, service, about, replaces: null, answers: last }));
    writing.current = null;
    setAnswers(first);
    return key;
  };
  return { answers, keep, save };
}
