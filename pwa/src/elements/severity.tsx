export type Severity = "red" | "amber" | "low";

const words: Record<Severity, string> = { red: "Red – now", amber: "Amber – today", low: "Not urgent" };

/** How urgent, in a word and a shape as well as a colour. */
export function SeverityMark({ severity }: { severity: Severity }) {
  return (
    <span class={`mark-severity severity-${severity}`}>
      <svg viewBox="0 0 16 16" aria-hidden="true">
        {severity === "red" && <path d="M5 0h6l5 5v6l-5 5H5l-5-5V5z" />}
        {severity === "amber" && <path d="M8 1 16 15H0z" />}
        {severity === "low" && <circle cx="8" cy="8" r="7" />}
      </svg>
      {words[severity]}
    </span>
  );
}

interface WhyProps {
  why: { rule: string; words: string }[];
  severity?: Severity | null;
  open?: boolean;
}

/** The rules that made it so urgent, in the words of the rules. */
export function WhyUrgent({ why, severity, open }: WhyProps) {
  if (why.length === 0) return null;
  return (
    <details class="why" open={open}>
      <summary>{severity === "low" ? "Why is this not urgent?" : "Why is this urgent?"}</summary>
      <ul>
        {why.map((reason) => <li key={reason.rule}>{reason.words} <span class="soft small">({reason.rule})</span></li>)}
      </ul>
    </details>
  );
}
