import { useEffect, useState } from "preact/hooks";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { momentOf } from "../elements/date-time";
import { PlainInput, Select } from "../elements/plain-input";
import { when } from "../elements/when";
import { useActs, type OnCallSlot } from "./acts";
import { workerName } from "./names";
import { useAct } from "./use-act";
import { useView } from "./view";

const HALF_DAY = 12 * 3_600_000;

/** "2026-11-24T18:00", as the browser's own input for a day and a time wants it. */
export const asInput = (moment: string): string => momentOf(new Date(moment)).slice(0, 16);
export const fromInput = (typed: string): string => (typed ? momentOf(new Date(typed)) : "");

/** Slots for the first and the second person on call. Signal is needed: a roster holds for everybody at once. */
export function OnCallEditor({ service }: { service: string }) {
  const view = useView();
  const acts = useActs();
  const loading = useAct();
  const saving = useAct();
  const [slots, setSlots] = useState<OnCallSlot[] | null>(null);
  const [added, setAdded] = useState<number | null>(null);
  const [saved, setSaved] = useState(false);
  useEffect(() => void loading.run(async () => setSlots(await acts.onCall(service))), [service]);
  const workers = view.workers.filter(({ services }) => services.includes(service)).map(({ id, name }) => ({ value: id, label: name }));
  if (loading.trouble) return <Banner kind="amber">{loading.trouble}</Banner>;
  if (!slots) return <p>Fetching…</p>;
  const change = (index: number, part: Partial<OnCallSlot>): void => {
    setSaved(false);
    setSlots(slots.map((slot, place) => (place === index ? { ...slot, ...part } : slot)));
  };
  const add = (): void => {
    const last = slots[slots.length - 1];
    const from = last ? new Date(last.until) : view.now;
    setAdded(slots.length);
    setSlots([...slots, {
      rank: 1, worker: workers[0]?.value ?? "", number: last?.number ?? "", from: momentOf(from), until: momentOf(new Date(from.getTime() + HALF_DAY)),
    }]);
  };
  return (
    <div class="stack">
      {slots.map((slot, index) => (
        <details class="line-item slot" key={index} open={index === added}>
          <summary>
            {workerName(view, slot.worker)}, {slot.rank === 1 ? "first" : "second"}
            <span>{when(slot.from, view.now)} until {when(slot.until, view.now)}</span>
          </summary>
          <div class="fields">
            <Select at={`slot.${index}.worker`} title="Who" value={slot.worker} options={workers} onChoose={(worker) => change(index, { worker })} />
            <Select at={`slot.${index}.rank`} title="Rung first or second?" value={String(slot.rank)} options={[{ value: "1", label: "First" }, { value: "2", label: "Second" }]} onChoose={(rank) => change(index, { rank: rank === "2" ? 2 : 1 })} />
            <PlainInput at={`slot.${index}.number`} title="Number" kind="tel" value={slot.number} onInput={(number) => change(index, { number })} />
            <PlainInput at={`slot.${index}.from`} title="From" kind="datetime-local" value={asInput(slot.from)} onInput={(typed) => change(index, { from: fromInput(typed) })} />
            <PlainInput at={`slot.${index}.until`} title="Until" kind="datetime-local" value={asInput(slot.until)} onInput={(typed) => change(index, { until: fromInput(typed) })} />
          </div>
          <Button kind="plain" onPress={() => setSlots(slots.filter((_, place) => place !== index))}>Remove<span class="only-heard"> slot {index + 1}</span></Button>
        </details>
      ))}
      {saving.trouble && <Banner kind="red">{saving.trouble}</Banner>}
      {saved && <Banner kind="green">Saved.</Banner>}
      <div class="row">
        <Button kind="quiet" icon="plus" onPress={add}>Add a slot</Button>
        <Button busy={saving.busy} onPress={() => void saving.run(async () => { await acts.saveOnCall(service, slots); setSaved(true); })}>Save who is on call</Button>
      </div>
    </div>
  );
}
