import { when } from "../elements/when";
import type { Standing } from "./view";

/** Who has read a handover, and who has not yet. */
export function Readers({ Part, readers, now }: { Part: "h2" | "h3"; readers: Standing["readers"]; now: Date }) {
  const read = readers.filter(({ readAt }) => readAt !== null).length;
  return (
    <section>
      <Part>Read by {read} of {readers.length}</Part>
      <ul class="cards">
        {readers.map(({ id, name, readAt }) => (
          <li class="card" key={id}>
            <span class="card-title">{name}</span>
            <span class={readAt ? "card-rest state-seen" : "card-rest state-waiting"}>{readAt ? `Read ${when(readAt, now)}` : "Not read yet"}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Who has read something restricted: reading it leaves a trace, and those who may read it see the trace. */
export function ReadBy({ Part, readBy, now }: { Part: "h2" | "h3"; readBy: Standing["readBy"]; now: Date }) {
  return (
    <section>
      <Part>Read by</Part>
      <ul class="cards">
        {readBy.map(({ id, name, firstAt, lastAt }) => (
          <li class="card" key={id}>
            <span class="card-title">{name}</span>
            <span class="card-rest">First {when(firstAt, now)}{when(lastAt, now) === when(firstAt, now) ? "" : `, last ${when(lastAt, now)}`}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
