import type { ComponentChildren } from "preact";
import type { Severity } from "./severity";

interface EntryCardProps {
  href: string;
  title: string;
  /** Who it is about, and when. */
  about: string;
  severity?: Severity | null;
  current?: boolean;
  children: ComponentChildren;
}

/** One thread in a list: the whole card leads there. */
export function EntryCard({ href, title, about, severity, current, children }: EntryCardProps) {
  return (
    <a class={`card card-${severity ?? "plain"}`} href={href} aria-current={current ? "true" : undefined}>
      <span class="card-title">{title}</span>
      {about && <span class="card-about">{about}</span>}
      <span class="card-rest">{children}</span>
    </a>
  );
}
