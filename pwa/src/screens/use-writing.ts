import { useEffect, useRef, useState } from "preact/hooks";
import { mayWrite } from "../domain/access";
import { problems, prune, questions, screens, type Answer, type Problem, type Question, type Schema } from "../domain/form";
import type { Surroundings } from "../elements/surroundings";
import { notKeptWords } from "../store/not-kept";
import { surroundings } from "./around";
import { useDesk, type Writing } from "./desk";
import { withWhatFollows } from "./first-answers";
import { mayLetIn } from "./may-decide";
import { useView, type Thread } from "./view";

export interface Sheet {
  writing: Writing;
  form: Schema;
  asked: Question[];
  /** The questions screen by screen. */
  pages: Question[][];
  problems: Problem[];
  around: Surroundings;
  about: Thread | null;
  /** Why the last keystroke is not kept, or null. */
  trouble: string | null;
  answer: (name: string, answer: Answer | undefined) => void;
  /** Waits until everything typed so far is on this phone. */
  settled: () => Promise<void>;
}

/** A draft that is open: every keystroke is kept before anything else happens. */
export function useWriting(id: string): Sheet | "opening" | "gone" {
  const view = useView();
  const desk = useDesk();
  const [writing, setWriting] = useState<Writing | "opening" | "gone">("opening");
  const latest = useRef<Writing | null>(null);
  const kept = useRef<Promise<void>>(Promise.resolve());
  const [trouble, setTrouble] = useState<string | null>(null);

  useEffect(() => {
    let here = true;
    void desk.open(id).then((found) => {
      latest.current = found;
      if (here) setWriting(found ?? "gone");
    });
    return () => {
      here = false;
    };
  }, [id]);

  if (typeof writing === "string") return writing;
  // What was begun with one version of a form goes on with it, whatever was published meanwhile.
  const form = view.forms.get(`${writing.form}/${writing.version}`) ?? view.forms.get(writing.form);
  if (!form) return "opening";
  const about = writing.about ? (view.threads.get(writing.about) ?? null) : null;
  const person = typeof writing.answers["person"] === "string" ? writing.answers["person"] : (about?.person ?? null);
  const near = surroundings(view, { service: writing.service, person, ...(about?.entries[0] ? { about: about.entries[0].answers } : {}) });
  // Nobody is offered whom this worker may write about in vain; who was chosen before stays.
  const offered = new Set(view.people.filter(({ id, service }) => id === person || mayWrite(writing.form, view.roles, service)).map(({ id }) => id));
  const letIn = writing.form === "opening" && about ? new Set(mayLetIn(about, view)) : null;
  const around = {
    ...near,
    people: near.people.filter(({ id }) => offered.has(id)),
    workers: letIn ? near.workers.filter(({ id }) => letIn.has(id)) : near.workers,
  };
  const asked = questions(form, writing.answers, around.context);
  return {
    writing,
    form,
    asked,
    pages: screens(asked),
    problems: problems(form, writing.answers, around.context),
    around,
    about,
    answer: (name, answer) => {
      const before = latest.current ?? writing;
      const chosen = name === "person" ? view.people.find(({ id }) => id === answer) : undefined;
      // What is written about a person goes to the service that supports them, so that the right people are told.
      const service = chosen && !before.about ? chosen.service : before.service;
      const next = { ...before, service, isBlank: false, answers: withWhatFollows(before.form, { ...before.answers, [name]: answer }) };
      latest.current = next;
      setWriting(next);
      // The newest words hold all before them, so one that could not be kept does not keep back the next.
      kept.current = desk.keep(next);
      kept.current.then(() => setTrouble(null), (failure: unknown) => setTrouble(notKeptWords(failure)));
    },
    trouble,
    settled: () => kept.current,
  };
}

/** The draft as it is sent: nothing that answers a question that is no longer asked. */
export const asSent = (sheet: Sheet): Writing => ({
  ...sheet.writing,
  answers: prune(sheet.form, sheet.writing.answers, sheet.around.context),
});
