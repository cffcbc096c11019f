import type { ComponentChildren } from "preact";
import { Icon, type IconName } from "./icon";

interface ButtonProps {
  children: ComponentChildren;
  onPress?: () => void;
  kind?: "main" | "quiet" | "plain" | "danger";
  icon?: IconName;
  submits?: boolean;
  busy?: boolean;
  wide?: boolean;
  describedBy?: string;
  pressed?: boolean;
}

/** Something to press. While it is busy it says so and takes no second press. */
export function Button({ children, onPress, kind = "main", icon, submits, busy, wide, describedBy, pressed }: ButtonProps) {
  return (
    <button
      type={submits ? "submit" : "button"}
      class={`button button-${kind}${wide ? " button-wide" : ""}`}
      aria-disabled={busy ? "true" : undefined}
      aria-describedby={describedBy}
      aria-pressed={pressed}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onPress?.();
      }}
    >
      {icon && <Icon name={icon} />}
      <span>{busy ? "Wait…" : children}</span>
    </button>
  );
}

interface ButtonLinkProps {
  children: ComponentChildren;
  href: string;
  kind?: "main" | "quiet" | "plain" | "danger";
  icon?: IconName;
  wide?: boolean;
}

/** Somewhere to go, as large as a button. */
export function ButtonLink({ children, href, kind = "main", icon, wide }: ButtonLinkProps) {
  return (
    <a class={`button button-${kind}${wide ? " button-wide" : ""}`} href={href}>
      {icon && <Icon name={icon} />}
      <span>{children}</span>
    </a>
  );
}
