import { Icon } from "./icon";

/** A number to ring, as large as a button. `tel:` opens the phone's own dialler, with signal for data or without. */
export function Ring({ number, name, urgent }: { number: string; name: string; urgent?: boolean }) {
  return (
    <a class={`button ${urgent ? "button-danger" : "button-quiet"}`} href={`tel:${number.replace(/[^0-9+]/g, "")}`}>
      <Icon name="phone" />
      <span>
        Ring {name}
        {name === number ? null : <span class="ring-number">{number}</span>}
      </span>
    </a>
  );
}

export interface Numbers {
  /** The on-call number of the service, or null when nobody has written it down. */
  onCall: string | null;
  /** Who is on call now, by name, when this phone knows. */
  onCallName: string | null;
}

interface DangerBoxProps {
  words: string;
  numbers: Numbers;
  /** One row of numbers alone, so that on a small phone the question stays in sight. */
  small: boolean;
}

/** The numbers for an emergency, always on the concern form. */
export function DangerBox({ words, numbers, small }: DangerBoxProps) {
  return (
    <section class={small ? "danger-box danger-small" : "danger-box"} aria-label="In danger now">
      {!small && <p class="danger-words">{words}</p>}
      <div class="row">
        <Ring number="999" name="999" urgent />
        {numbers.onCall ? (
          <Ring number={numbers.onCall} name="on-call" />
        ) : (
          <p class="small">No on-call number is saved on this phone. Ring your office.</p>
        )}
      </div>
    </section>
  );
}
