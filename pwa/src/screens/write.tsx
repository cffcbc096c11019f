import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { mayWrite } from "../domain/access";
import type { Schema } from "../domain/form";
import { AnswerList } from "../elements/answers";
import { Banner } from "../elements/banner";
import { Button, ButtonLink } from "../elements/button";
import { DangerBox } from "../elements/ring";
import { WhyUrgent } from "../elements/severity";
import { notKeptWords } from "../store/not-kept";
import { surroundings } from "./around";
import { useDesk } from "./desk";
import { firstAnswers, ownShift, worryFrom } from "./first-answers";
import { Frame, type Surround } from "./frame";
import { isAskDue, GentleAsk } from "./gentle-ask";
import { go, replace, route, to } from "./route";
import { oneAtATime } from "./small-screen";
import { useAct } from "./use-act";
import { asSent, useWriting, type Sheet } from "./use-writing";
import { useView, type Thread, type View } from "./view";
import { WriteCheck } from "./write-check";
import { WritePage } from "./write-page";
import { WriteStep } from "./write-step";

/** Begins something new, and goes on to where it is written. */
export function Begin({ form, around }: { form: string; around: Surround }) {
  const view = useView();
  const desk = useDesk();
  const schema = view.forms.get(form);
  const { trouble, run } = useAct(notKeptWords);
  const asked = route.value.with;
  const about = asked.get("about");
  const person = asked.get("person");
  const begin = (service: string): void => {
    if (!schema) return;
    const thread = about ? (view.threads.get(about) ?? null) : null;
    const answers = firstAnswers(schema, view, service, person ? { person } : {}, thread);
    void run(async () => {
      const writing = await desk.begin({ form, service, about, replaces: null, answers, isBlank: true });
      replace(to("write", writing.id));
    });
  };
  // A handover belongs to one service, and nobody is named in it from whom to tell which.
  const choices = form === "handover" && !ownShift(view) ? view.services.filter(({ id }) => mayWrite(form, view.roles, id)) : [];
  const mustChoose = choices.length > 1;
  useEffect(() => {
    if (mustChoose) return;
    const known = about ? view.threads.get(about)?.service : form === "handover" ? ownShift(view)?.service : undefined;
    begin(known ?? serviceFor(form, view, person));
  }, [schema]);
  return (
    <Frame around={around} place="home" title={mustChoose ? "Which service is it for?" : (schema?.title ?? "Write")} plain>
      {trouble && <Banner kind="red">{trouble}</Banner>}
      {!schema && <p>This form is not on this phone yet. It comes with the next signal.</p>}
      {mustChoose && <div class="tiles">{choices.map(({ id, name }) => <button type="button" class="tile" key={id} onClick={() => begin(id)}>{name}</button>)}</div>}
    </Frame>
  );
}

/** The service of the person, else the first where what this worker writes counts. */
function serviceFor(form: string, view: View, person: string | null): string {
  const known = view.people.find(({ id }) => id === person);
  const own = view.roles.find(({ service }) => mayWrite(form, view.roles, service));
  return known?.service ?? own?.service ?? view.roles[0]?.service ?? view.services[0]?.id ?? "";
}

/** Writing: `#/write/<draft>`, a question at a time (`/3`) on small phones, then `/check` before sending. */
export function Write({ id, place, around }: { id: string; place: string | null; around: Surround }) {
  const sheet = useWriting(id);
  if (sheet === "opening") return <Frame around={around} place="home" title="Opening…" plain><p /></Frame>;
  if (sheet === "gone")
    return (
      <Frame around={around} place="home" title="This is not here any more" plain>
        <p>It was sent or thrown away. Look under “What you wrote”.</p>
        <ButtonLink href={to("home")}>Home</ButtonLink>
      </Frame>
    );
  return <Sheets sheet={sheet} place={place} around={around} />;
}

function Sheets({ sheet, place, around }: { sheet: Sheet; place: string | null; around: Surround }) {
  const desk = useDesk();
  const view = useView();
  const [attempt, setAttempt] = useState(0);
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);
  const { writing, form } = sheet;
  const steps = oneAtATime();
  const step = Math.min(Math.max(Number(place) || 1, 1), sheet.pages.length);
  const isCheck = place === "check";

  const send = async (isAskAnswered: boolean): Promise<void> => {
    if (busy) return;
    if (sheet.problems.length > 0) {
      setAttempt(attempt + 1);
      if (!isCheck) go(to("write", writing.id, "check"));
      return;
    }
    if (!isAskAnswered && isAskDue(writing.form, writing.answers)) return setAsking(true);
    setBusy(true);
    setTrouble(null);
    try {
      const ready = asSent(sheet);
      const key = await desk.save(ready);
      const worry = worryFrom(ready.form, ready.answers);
      const concern = view.forms.get("concern");
      if (!worry || !concern) return replace(to("sent", key));
      const next = await desk.begin({
        form: "concern", service: ready.service, about: null, replaces: null, answers: firstAnswers(concern, view, ready.service, worry, null),
        isBlank: false,
      });
      replace(to("write", next.id));
    } catch (failure) {
      setTrouble(notKeptWords(failure));
    } finally {
      setBusy(false);
    }
  };
  const worry = (answer: "yes" | "not_sure"): void => {
    sheet.answer("worried", answer);
    setAsking(false);
    go(to("write", writing.id, steps ? String(pageOf(sheet, "worried")) : "1"));
  };
  const discard = async (): Promise<void> => {
    await desk.discard(writing.id);
    go(to("home"));
  };

  const leave = (
    <div class="row row-apart">
      <Button kind="plain" onPress={() => void sheet.settled().then(() => go(to("home")), () => undefined)}>Keep for later</Button>
      <Discard onDiscard={() => void discard()} />
    </div>
  );
  const title = form.title ?? "Write";
  if (asking)
    return (
      <Frame around={around} place="home" title="Does a manager need to know?" plain ownHeading>
        <GentleAsk
          answers={writing.answers}
          onWorry={() => worry("yes")}
          onTold={() => worry("not_sure")}
          onSend={() => {
            setAsking(false);
            void send(true);
          }}
        />
      </Frame>
    );
  return (
    <Frame
      around={around}
      place="home"
      title={isCheck ? `Check: ${title}` : steps ? `${title}, ${step} of ${sheet.pages.length}` : title}
      at={`${writing.id}/${isCheck ? "check" : steps ? step : "page"}`}
      plain
      wide={sheet.about !== null}
      ownHeading={!isCheck && steps}
    >
      <TopOf form={form} sheet={sheet} small={steps && (isCheck || step > 1)} />
      <Beside about={sheet.about}>
        {isCheck ? (
          <WriteCheck sheet={sheet} attempt={attempt} busy={busy} steps={steps} onSend={() => void send(false)} />
        ) : steps ? (
          <WriteStep key={step} sheet={sheet} step={step} busy={busy} onSend={() => void send(false)} />
        ) : (
          <WritePage sheet={sheet} />
        )}
        {(trouble ?? sheet.trouble) && <Banner kind="red">{trouble ?? sheet.trouble}</Banner>}
        {form["x-bottom"] && <p class="form-foot">{form["x-bottom"]}</p>}
        {leave}
      </Beside>
    </Frame>
  );
}

export const pageOf = (sheet: Sheet, field: string): number =>
  Math.max(0, sheet.pages.findIndex((page) => page.some(({ name }) => name === field.split(".")[0]))) + 1;

/** What an answer is about stays in sight: beside the form on a tablet, folded above it on a phone. */
function Beside({ about, children }: { about: Thread | null; children: ComponentChildren }) {
  const view = useView();
  const root = about?.entries[0];
  const form = root && (view.forms.get(`${root.form}/${root.version}`) ?? view.forms.get(root.form));
  if (!about || !root || !form) return <>{children}</>;
  return (
    <div class="about-and-form">
      <details class="panel" open={matchMedia("(min-width: 60rem)").matches}>
        <summary>What was written</summary>
        {about.standing && <WhyUrgent why={about.standing.why} severity={about.standing.severity} open />}
        <AnswerList form={form} answers={root.answers} around={surroundings(view, { service: root.service, person: root.person })} />
      </details>
      <div class="stack">{children}</div>
    </div>
  );
}

function TopOf({ form, sheet, small }: { form: Schema; sheet: Sheet; small: boolean }) {
  const top = form["x-top"];
  return top ? <DangerBox words={top.words} numbers={sheet.around.numbers} small={small} /> : null;
}

/** Throwing away takes two presses, and says what goes. */
function Discard({ onDiscard }: { onDiscard: () => void }) {
  const [sure, setSure] = useState(false);
  if (!sure) return <Button kind="plain" onPress={() => setSure(true)}>Throw away</Button>;
  return (
    <div class="row" role="group" aria-label="Throw away what you wrote?">
      <span>Throw away what you wrote?</span>
      <Button kind="danger" onPress={onDiscard}>Yes, throw away</Button>
      <Button kind="quiet" onPress={() => setSure(false)}>No, keep it</Button>
    </div>
  );
}
