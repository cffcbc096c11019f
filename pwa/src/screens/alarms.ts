import { isAllowed } from "../domain/access";
import { onDay } from "../elements/when";
import { isOverdue } from "../store/second-step";
import type { SecondStep } from "../store/worker";
import type { AlertState } from "./acts";
import type { Alarm } from "./frame";
import { to } from "./route";
import type { View } from "./view";

/** How the session and the second step of whoever unlocked stand. */
interface Standing {
  mustSignIn: boolean;
  mayOnlySend: boolean;
  secondStep: SecondStep | null;
  /** Why this phone does not keep what is new, or empty. */
  notKept: string;
  /** Whether the browser threw away what was here, under somebody's hands. */
  isCleared: boolean;
}

/** Sentences that stay until what they say is mended: red when somebody may not be told in time. */
export function alarmsOf(view: View, alerts: AlertState["state"] | null, { mustSignIn, mayOnlySend, secondStep, notKept, isCleared }: Standing): Alarm[] {
  const alarms: Alarm[] = [];
  const alarm = (words: string, href: string, link: string, everywhere = false): void =>
    void alarms.push({ kind: "red", words, way: { href, link }, everywhere });
  const overseen = view.services.filter(({ id }) => isAllowed("readConcern", view.roles, id));
  const isMine = ({ onCall }: View["services"][number]): boolean => onCall.some(({ worker }) => worker === view.worker.id);
  const isDeaf = alerts !== null && alerts !== "on";
  const empty = overseen.filter(({ onCall }) => onCall.length === 0);
  // Where this phone is the one that gets no alerts, saying so is enough.
  const unreached = overseen.filter((service) => service.onCall.length > 0 && !service.pushReachesOnCall && !(isDeaf && isMine(service)));
  const isDue = isOverdue(secondStep, view.now);
  if (isCleared)
    alarms.push({
      kind: "red", everywhere: true, inForms: true, way: { href: to("sign-in"), link: "Sign in again" },
      words: "This browser has cleared what Heed kept on this phone. What you see is still on this screen: copy what you need onto paper first.",
    });
  if (notKept) alarms.push({ kind: "red", words: notKept, way: null, everywhere: true });
  if (mustSignIn) alarm("Your notes are safe on this phone. To read what is new, sign in again.", to("sign-in"), "Sign in", true);
  if (isDue) alarm("Your notes are being sent. To read, set up a second step.", to("security"), "Set it up", true);
  else if (mayOnlySend) alarm("Your notes are being sent. To read, sign in again.", to("sign-in"), "Sign in", true);
  else if (secondStep?.needed_by && !secondStep.set_up)
    alarms.push({ kind: "amber", words: `Your role needs a second step to sign in. Set it up by ${onDay(secondStep.needed_by)}.`, way: { href: to("security"), link: "Set it up" }, everywhere: false });
  if (empty.length > 0) alarm(`Nobody is on call now for ${listed(empty)}.`, to("on-call"), "Say who is");
  if (isDeaf && view.services.some(isMine)) alarm("You are on call, but this phone gets no alerts.", to("settings"), "Turn them on");
  if (unreached.length > 0) alarm(`Alerts do not reach whoever is on call for ${listed(unreached)}. Ring them.`, to("on-call"), "Their numbers");
  if (view.calendarWarning) alarms.push({ kind: "amber", words: view.calendarWarning, way: null, everywhere: false });
  return alarms;
}

const names = new Intl.ListFormat("en-GB", { type: "conjunction" });

const listed = (services: View["services"]): string => names.format(services.map(({ name }) => name));
