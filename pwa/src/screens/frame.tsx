import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Banner } from "../elements/banner";
import { Icon, Mark, type IconName } from "../elements/icon";
import { to } from "./route";
import { unsentWords } from "./state-words";

export interface Alarm {
  kind: "red" | "amber";
  words: string;
  way: { href: string; link: string } | null;
  /** Shown on every screen, and not only where somebody sees what to do next. */
  everywhere: boolean;
  /** Shown above an open form too. */
  inForms?: true;
}

export interface Surround {
  /** How whoever unlocked is called. */
  called: string;
  provider: string;
  isDemo: boolean;
  isOnline: boolean;
  unsent: number;
  notices: number;
  /** Sees the queue, the receipts and who is on call. */
  reviews: boolean;
  /** Sentences that stay until they are mended: nobody on call, no alerts on this device. */
  alarms: Alarm[];
  /** What is red and has nobody yet. */
  red: ComponentChildren;
  onHide: () => void;
  update: (() => void) | null;
}

interface FrameProps {
  around: Surround;
  /** Which of the places in the bar this screen belongs to. */
  place: string;
  title: string;
  /** Which screen this is when the title alone does not say: a title may change while somebody types. */
  at?: string;
  /** The screen that leads here, where none of the places in the bar does. */
  up?: { screen: string; words: string };
  /** The screen draws its own heading, such as a question. */
  ownHeading?: boolean;
  /** No bar at the bottom: a form has buttons of its own there. */
  plain?: boolean;
  wide?: boolean;
  children: ComponentChildren;
}

interface Place {
  name: string;
  words: string;
  icon: IconName;
  count: number;
}

/** Where somebody sees what to do next. */
const overviews = new Set(["home", "queue", "notices"]);

function places({ reviews, notices }: Surround): Place[] {
  return [
    { name: "home", words: "Home", icon: "home", count: 0 },
    ...(reviews ? [{ name: "queue", words: "To do", icon: "queue" as const, count: 0 }] : []),
    { name: "entries", words: "Entries", icon: "list", count: 0 },
    { name: "notices", words: "Notices", icon: "bell", count: notices },
    { name: "more", words: "More", icon: "more", count: 0 },
  ];
}

/** What surrounds every screen: whose app it is, what is not sent yet, and the way to everywhere else. */
export function Frame({ around, place, title, at = title, up, ownHeading, plain, wide, children }: FrameProps) {
  const main = useRef<HTMLElement>(null);
  const isOverview = overviews.has(place) && !plain;
  const alarms = around.alarms.filter(({ everywhere, inForms }) => (plain ? inForms : everywhere || isOverview));
  useEffect(() => {
    document.title = `${title} – Heed`;
  }, [title]);
  useEffect(() => {
    // A new screen starts at its heading, for eyes and for screen readers.
    scrollTo(0, 0);
    (main.current?.querySelector<HTMLElement>("h1") ?? main.current)?.focus({ preventScroll: true });
  }, [at]);
  return (
    <div class={`frame${plain ? " frame-plain" : ""}`}>
      <a class="skip" href="#main" onClick={(event) => { event.preventDefault(); main.current?.focus(); }}>Go to the main part</a>
      <header class="top">
        {around.isDemo && <p class="demo">Demo data. Nobody here is real.</p>}
        <div class="top-bar">
          <a class="top-home" href={to("home")} aria-label="Heed, home"><Mark /></a>
          <a class={`top-words${around.unsent || !around.isOnline ? " top-unsent" : ""}`} href={to("outbox")}>
            <span class="top-provider" role="status">{around.isOnline ? around.provider : "No signal"}</span>
            <span class="unsent">{unsentWords(around.unsent)}</span>
          </a>
          <button type="button" class="hide" onClick={around.onHide}><Icon name="hide" /><span>Hide now</span></button>
        </div>
      </header>
      {!plain && (
        <nav class="bar" aria-label="Main">
          <ul>
            {places(around).map(({ name, words, icon, count }) => (
              <li key={name}>
                <a href={to(name)} aria-current={place === name ? "page" : undefined}>
                  <span class="bar-icon">
                    <Icon name={icon} />
                    {count > 0 && <span class="bar-count">{count}<span class="only-heard"> new</span></span>}
                  </span>
                  <span>{words}</span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <main id="main" ref={main} tabIndex={-1} class={wide ? "main main-wide" : "main"}>
        {isOverview && around.red}
        {alarms.map(({ kind, words, way }) => (
          <Banner kind={kind} key={words}>{words} {way && <a href={way.href}>{way.link}</a>}</Banner>
        ))}
        {around.update && !plain && (
          <Banner kind="calm" icon="waiting">
            A new version of Heed is ready. <button type="button" class="button button-plain" onClick={around.update}>Take it now</button>
          </Banner>
        )}
        {up && <a class="button button-plain up" href={to(up.screen)}><Icon name="back" /><span>{up.words}</span></a>}
        {!ownHeading && <h1 tabIndex={-1}>{title}</h1>}
        {children}
      </main>
    </div>
  );
}
