import { useState } from "preact/hooks";
import { allowedIn } from "../domain/access";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { Field } from "../elements/field";
import { MoneyInput } from "../elements/money-input";
import { PlainInput, Select } from "../elements/plain-input";
import { pounds } from "../elements/when";
import { useActs } from "./acts";
import { serviceName } from "./names";
import { useAct } from "./use-act";
import { useView } from "./view";

/** The people this worker meets, and adding one. */
export function People() {
  const view = useView();
  const services = allowedIn("editPeople", view.roles);
  return (
    <>
      {services.length > 0 && <AddPerson services={services} isOpen={view.people.length === 0} />}
      <h2>{view.people.length === 1 ? "1 person" : `${view.people.length} people`}</h2>
      <ul class="cards">
        {view.people.map((person) => (
          <li class="card" key={person.id}>
            <span class="card-title">{person.name}</span>
            {person.knownAs && !person.name.startsWith(person.knownAs) && <span class="soft"> called {person.knownAs}</span>}
            <span class="card-rest soft">{serviceName(view, person.service)}</span>
            {person.moneyRule && <span class="card-rest">Money: {person.moneyRule}</span>}
            {person.moneyLimit !== null && <span class="card-rest">The most at once: {pounds(person.moneyLimit)}</span>}
          </li>
        ))}
      </ul>
    </>
  );
}

export function AddPerson({ services, isOpen }: { services: string[]; isOpen: boolean }) {
  const view = useView();
  const acts = useActs();
  const acting = useAct();
  const [name, setName] = useState("");
  const [knownAs, setKnownAs] = useState("");
  const [service, setService] = useState(services[0] ?? "");
  const [rule, setRule] = useState("");
  const [limit, setLimit] = useState<number | null>(null);
  // Adding the first person must not fold the form under the next one.
  const [wasOpen] = useState(isOpen);
  const [added, setAdded] = useState<string | null>(null);
  const add = (): void => {
    if (!name.trim()) return acting.refuse({ name: "Write their name" });
    void acting.run(async () => {
      await acts.addPerson({
        name: name.trim(), knownAs: knownAs.trim() || (name.trim().split(/\s+/)[0] ?? name.trim()), service, moneyRule: rule.trim() || null, moneyLimit: limit,
      });
      setAdded(name.trim());
      setName("");
      setKnownAs("");
      setRule("");
      setLimit(null);
    });
  };
  return (
    <details class="panel" open={wasOpen}>
      <summary>Add somebody we support</summary>
      <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); add(); }}>
        <PlainInput at="name" title="Full name" value={name} error={acting.errors["name"] ?? null} onInput={setName} />
        <PlainInput at="known_as" title="What they like to be called" optional="You can leave this empty" value={knownAs} error={acting.errors["known_as"] ?? null} onInput={setKnownAs} />
        <Select at="service" title="Which service?" value={service} options={services.map((id) => ({ value: id, label: serviceName(view, id) }))} onChoose={setService} />
        <PlainInput at="money_rule" title="What does their plan say about money?" help="For example: Cash only. Sign together." optional="You can leave this empty" value={rule} error={acting.errors["money_rule"] ?? null} onInput={setRule} />
        <Field at="money_limit" title="The most at once" help={null} error={acting.errors["money_limit"] ?? null} optional="You can leave this empty">
          <MoneyInput key={added ?? ""} at="money_limit" pence={limit} help={null} error={null} onPence={setLimit} />
        </Field>
        {acting.trouble && <Banner kind="amber">{acting.trouble}</Banner>}
        {added && <Banner kind="green">{added} is added.</Banner>}
        <Button submits busy={acting.busy}>Add</Button>
      </form>
    </details>
  );
}
