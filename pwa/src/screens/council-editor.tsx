import { useState } from "preact/hooks";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { PlainInput } from "../elements/plain-input";
import { useActs } from "./acts";
import { useAct } from "./use-act";
import type { Service } from "./view";

/** The council's number, for when nobody inside is left to ring. Signal is needed: it holds for everybody at once. */
export function CouncilEditor({ service }: { service: Service }) {
  const acts = useActs();
  const saving = useAct();
  const [number, setNumber] = useState(service.councilNumber ?? "");
  const [saved, setSaved] = useState(false);
  const change = (typed: string): void => {
    setSaved(false);
    setNumber(typed);
  };
  return (
    <div class="stack">
      <PlainInput at={`council.${service.id}`} title="The council’s safeguarding adults number" kind="tel" value={number} onInput={change} />
      {saving.trouble && <Banner kind="red">{saving.trouble}</Banner>}
      {saved && <Banner kind="green">Saved.</Banner>}
      <div class="row">
        <Button busy={saving.busy} onPress={() => void saving.run(async () => { await acts.saveCouncilNumber(service.id, number); setSaved(true); })}>Save the council’s number</Button>
      </div>
    </div>
  );
}
