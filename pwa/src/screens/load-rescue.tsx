import { useRef, useState } from "preact/hooks";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { useActs, type Rescued } from "./acts";
import { useAct } from "./use-act";

const outcomeNames: Record<Rescued["outcomes"][number]["outcome"], string> = {
  accepted: "Arrived",
  repeated: "Was here already",
  quarantined: "Arrived, and somebody must look at it",
  unnamed: "Not taken",
};

const FEW = 50;

/** Handing in what somebody saved from a phone that could not send it. */
export function LoadRescue() {
  const acts = useActs();
  const acting = useAct();
  const input = useRef<HTMLInputElement>(null);
  const [progress, setProgress] = useState<string | null>(null);
  const [rescued, setRescued] = useState<Rescued | null>(null);
  const load = (file: File): void =>
    void acting.run(async () => {
      setRescued(null);
      try {
        setRescued(await acts.loadRescueFile(file, (done, of) => setProgress(`${done} of ${of}`)));
      } finally {
        setProgress(null);
      }
    });
  return (
    <section class="panel">
      <h2>A phone that cannot send</h2>
      <p>On that phone, open “Not sent yet” and press “Save a rescue file”. Bring the file here. Nobody can read what is in it before it has arrived.</p>
      {acting.trouble && <Banner kind="red">{acting.trouble}</Banner>}
      <input
        ref={input} type="file" class="only-heard" aria-label="Rescue file" tabIndex={-1}
        onChange={({ currentTarget }) => {
          const file = currentTarget.files?.[0];
          if (file) load(file);
          // The same file can be chosen again.
          currentTarget.value = "";
        }}
      />
      <Button kind="quiet" busy={acting.busy} onPress={() => input.current?.click()}>Load a rescue file</Button>
      {progress && <p role="status">{progress}</p>}
      {rescued && <Outcome rescued={rescued} />}
    </section>
  );
}

function Outcome({ rescued: { outcomes, photos, elsewhere } }: { rescued: Rescued }) {
  const isThere = outcomes.filter(({ outcome }) => outcome !== "unnamed").length;
  return (
    <div role="status">
      <p>{isThere} of {outcomes.length} entries are with the office now.</p>
      {photos.arrived + photos.refused > 0 && <p>{photos.arrived} of {photos.arrived + photos.refused} photos are with the office now.</p>}
      {elsewhere > 0 && <p>{elsewhere} more in this file belong to another provider, and were left alone.</p>}
      <ol class="bullets">
        {outcomes.slice(0, FEW).map(({ outcome, words }, at) => <li key={at}>{outcomeNames[outcome]}{words && `. ${words}`}</li>)}
      </ol>
      {outcomes.length > FEW && <p class="soft">These are the first {FEW}.</p>}
    </div>
  );
}
