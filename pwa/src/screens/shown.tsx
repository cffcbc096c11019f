import type { ComponentChildren } from "preact";
import { Entries } from "./entries";
import { Frame, type Surround } from "./frame";
import { Home } from "./home";
import { later } from "./later";
import { More } from "./more";
import { Notices } from "./notices";
import { Outbox } from "./outbox";
import { route } from "./route";
import { useView } from "./view";

const writing = () => import("./write");
const Begin = later(() => writing().then((found) => found.Begin));
const Write = later(() => writing().then((found) => found.Write));
const Sent = later(() => import("./sent").then((found) => found.Sent));
const BeginProvider = later(() => import("./begin").then((found) => found.BeginProvider));
const JoinCodes = later(() => import("./join-codes").then((found) => found.JoinCodes));
const OnCall = later(() => import("./on-call").then((found) => found.OnCall));
const People = later(() => import("./people").then((found) => found.People));
const Phones = later(() => import("./phones").then((found) => found.Phones));
const ChangePassphrase = later(() => import("./change-passphrase").then((found) => found.ChangePassphrase));
const MyDevices = later(() => import("./my-devices").then((found) => found.MyDevices));
const Security = later(() => import("./security").then((found) => found.Security));
const Worker = later(() => import("./worker").then((found) => found.Worker));
const Workers = later(() => import("./workers").then((found) => found.Workers));
const Queue = later(() => import("./queue").then((found) => found.Queue));
const Receipts = later(() => import("./receipts").then((found) => found.Receipts));
const Settings = later(() => import("./settings").then((found) => found.Settings));
const ThreadView = later(() => import("./thread").then((found) => found.ThreadView));

const signingIn = { screen: "security", words: "Signing in and devices" };
const workers = { screen: "workers", words: "Workers" };

/** The screen that the address names, for somebody who has unlocked. */
export function Shown({ around, version }: { around: Surround; version: string }) {
  const { name, rest } = route.value;
  const [first = "", second = null] = rest;
  const view = useView();
  const nameOf = (worker: string): string => view.workers.find(({ id }) => id === worker)?.name ?? "Worker";
  const framed = (place: string, title: string, children: ComponentChildren, look: { wide?: boolean; ownHeading?: boolean; up?: { screen: string; words: string } } = {}) => (
    <Frame around={around} place={place} title={title} {...look}>{children}</Frame>
  );
  switch (name) {
    case "new":
      return <Begin key={first + (route.value.with.get("about") ?? "")} form={first} around={around} />;
    case "write":
      return <Write key={first} id={first} place={second} around={around} />;
    case "sent":
      return framed("home", "Sent", <Sent threadKey={first} />, { ownHeading: true });
    case "entries":
      return framed("entries", "Entries", <Entries />);
    case "thread":
      return framed("entries", "Entry", <ThreadView key={first} threadKey={first} />, { ownHeading: true });
    case "queue":
      return framed("queue", "To do", <Queue threadKey={first || null} />, { wide: true, ownHeading: true });
    case "receipts":
      return framed("more", "Check receipts", <Receipts threadKey={first || null} />, { wide: true, ownHeading: true });
    case "outbox":
      return framed("more", "Not sent yet", <Outbox />);
    case "notices":
      return framed("notices", "Notices", <Notices />);
    case "more":
      return framed("more", "More", <More />);
    case "settings":
      return framed("more", "Settings", <Settings version={version} update={around.update} />);
    case "security":
      return framed("more", "Signing in and devices", <Security />, { up: { screen: "settings", words: "Settings" } });
    case "change-passphrase":
      return framed("more", "Change my passphrase", <ChangePassphrase />, { up: signingIn });
    case "my-devices":
      return framed("more", "My phones and tablets", <MyDevices />, { up: signingIn });
    case "workers":
      return framed("more", "Workers", <Workers />);
    case "worker":
      return framed("more", nameOf(first), <Worker key={first} id={first} name={nameOf(first)} />, { up: workers, ownHeading: true });
    case "on-call":
      return framed("more", "Who is on call", <OnCall />, { wide: true });
    case "people":
      return framed("more", "People we support", <People />);
    case "phones":
      return framed("more", "Phones in touch", <Phones />);
    case "join-codes":
      return framed("more", "Add a worker", <JoinCodes />, { up: workers });
    case "begin":
      return framed("home", "Heed is ready", <BeginProvider />);
    default:
      return framed("home", `Hello ${around.called}`, <Home />);
  }
}
