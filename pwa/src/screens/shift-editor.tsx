import { useEffect, useState } from "preact/hooks";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { momentOf } from "../elements/date-time";
import { PersonInput } from "../elements/person-input";
import { PlainInput } from "../elements/plain-input";
import { when } from "../elements/when";
import { useActs, type Shift } from "./acts";
import { asInput, fromInput } from "./on-call-editor";
import { workerName } from "./names";
import { useAct } from "./use-act";
import { useView } from "./view";

const SHIFT = 8 * 3_600_000;

/** Shifts, with who is on them: handovers go to whoever is on the next one. */
export function ShiftEditor({ service }: { service: string }) {
  const view = useView();
  const acts = useActs();
  const loading = useAct();
  const saving = useAct();
  const [shifts, setShifts] = useState<Shift[] | null>(null);
  const [added, setAdded] = useState<number | null>(null);
  const [saved, setSaved] = useState(false);
  useEffect(() => void loading.run(async () => setShifts(await acts.shifts(service))), [service]);
  const workers = view.workers.filter(({ services }) => services.includes(service)).map(({ id, name }) => ({ id, name, note: null }));
  if (loading.trouble) return <Banner kind="amber">{loading.trouble}</Banner>;
  if (!shifts) return <p>Fetching…</p>;
  const change = (index: number, part: Partial<Shift>): void => {
    setSaved(false);
    setShifts(shifts.map((shift, place) => (place === index ? { ...shift, ...part } : shift)));
  };
  const add = (): void => {
    const last = shifts[shifts.length - 1];
    const from = last ? new Date(last.until) : view.now;
    setAdded(shifts.length);
    setShifts([...shifts, { id: null, from: momentOf(from), until: momentOf(new Date(from.getTime() + SHIFT)), workers: [] }]);
  };
  return (
    <div class="stack">
      {shifts.map((shift, index) => (
        <details class="line-item slot" key={shift.id ?? `new-${index}`} open={index === added}>
          <summary>
            {when(shift.from, view.now)} until {when(shift.until, view.now)}
            <span>{shift.workers.map((id) => workerName(view, id)).join(", ") || "Nobody yet"}</span>
          </summary>
          <div class="fields">
            <PlainInput at={`shift.${index}.from`} title="From" kind="datetime-local" value={asInput(shift.from)} onInput={(typed) => change(index, { from: fromInput(typed) })} />
            <PlainInput at={`shift.${index}.until`} title="Until" kind="datetime-local" value={asInput(shift.until)} onInput={(typed) => change(index, { until: fromInput(typed) })} />
          </div>
          <fieldset>
            <legend class="question-title">Who</legend>
            <PersonInput at={`shift.${index}.workers`} people={workers} chosen={null} chosenMany={shift.workers} many other={null} onChoose={(ids) => change(index, { workers: ids })} />
          </fieldset>
          <Button kind="plain" onPress={() => setShifts(shifts.filter((_, place) => place !== index))}>Remove<span class="only-heard"> shift {index + 1}</span></Button>
        </details>
      ))}
      {saving.trouble && <Banner kind="red">{saving.trouble}</Banner>}
      {saved && <Banner kind="green">Saved.</Banner>}
      <div class="row">
        <Button kind="quiet" icon="plus" onPress={add}>Add a shift</Button>
        <Button busy={saving.busy} onPress={() => void saving.run(async () => { await acts.saveShifts(service, shifts); setSaved(true); })}>Save the shifts</Button>
      </div>
    </div>
  );
}
