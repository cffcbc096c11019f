import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { Icon } from "../elements/icon";
import { when } from "../elements/when";
import { useActs } from "./acts";
import { formName } from "./form-names";
import { SaveRescue } from "./save-rescue";
import { useAct } from "./use-act";
import { useView } from "./view";

const stateNames = { waiting: "Not sent yet – I will keep trying", sending: "Sending now", kept_apart: "Needs somebody to look" } as const;

const keptTwice = (count: number): string =>
  `${count === 1 ? "The last one is" : `The last ${count} are`} kept twice for now: at the office, and locked on this phone until the office has a second copy. You do not need to do anything.`;

/** What is still on this phone, and why. */
export function Outbox() {
  const view = useView();
  const acts = useActs();
  const acting = useAct();
  if (view.waiting.length === 0)
    return (
      <div class="sent">
        <div class="sent-tick"><Icon name="tick" /></div>
        <p>Everything on this phone has been sent.</p>
        {view.keptHere > 0 && <p class="soft">{keptTwice(view.keptHere)}</p>}
      </div>
    );
  const waiting = view.waiting.filter(({ state }) => state !== "kept_apart").length;
  return (
    <>
      <p>These are safe on this phone. I will keep trying until they are sent. You do not need to write them again.</p>
      {!view.isOnline && <p class="soft">They go by themselves when there is signal. On an iPhone, open Heed once you have signal.</p>}
      <ul class="cards">
        {view.waiting.map((item) => (
          <li class={`card ${item.state === "kept_apart" ? "card-red" : "card-amber"}`} key={item.key}>
            <span class="card-title">{item.form ? formName(item.form) : "Something written here"}</span>
            <span class="card-about">{item.writtenBy} · {when(item.savedAt, view.now)}</span>
            <span class={`card-rest ${item.state === "kept_apart" ? "state-wrong" : "state-waiting"}`}>{stateNames[item.state]}</span>
            <span class="card-rest">{item.reason}</span>
          </li>
        ))}
      </ul>
      {view.unsent > waiting && <p>These are the oldest {waiting} of {view.unsent}. The others are safe here too, and are sent in their turn.</p>}
      {acting.trouble && <Banner kind="amber">{acting.trouble}</Banner>}
      <Button icon="waiting" busy={acting.busy} onPress={() => void acting.run(acts.sendNow)}>Try again now</Button>
      {view.unsent > 0 && <SaveRescue />}
      <p class="soft small">If you delete the app or lose the phone now, what is not sent yet is lost.</p>
    </>
  );
}
