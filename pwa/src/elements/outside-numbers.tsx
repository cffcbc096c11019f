import { regulators } from "../domain/conflict";
import { Ring } from "./ring";

/** Whom to ring outside when nobody inside may read it: the council first, then the regulator. */
export function OutsideNumbers({ division, council }: { division: string; council: string | null }) {
  return (
    <section class="panel outside stack-tight" aria-label="Ring somebody outside">
      <p class="outside-words">Nobody here may read this: everybody who might is named in it, or works for somebody who is. It is kept. Please ring somebody outside. They will listen.</p>
      <div class="row">
        {council ? <Ring number={council} name="the council’s safeguarding adults team" /> : <p>Ask the council for “safeguarding adults”. Their number is not saved on this phone.</p>}
        {regulators(division).map(({ name, number }) => <Ring key={number} number={number} name={name} />)}
      </div>
    </section>
  );
}
