import { useEffect, useState } from "preact/hooks";
import { allowedIn } from "../domain/access";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { when } from "../elements/when";
import { useActs, type DeviceInTouch } from "./acts";
import { serviceName } from "./names";
import { unsentWords } from "./state-words";
import { useAct } from "./use-act";
import { useView } from "./view";

/** Which phones and tablets are in touch, and what they still hold, for whoever runs a service. */
export function Phones() {
  const view = useView();
  return (
    <>
      <p>What a phone holds is its own last word. Ask whoever has it to open Heed where there is signal.</p>
      {allowedIn("seeDevices", view.roles).map((service) => <ServicePhones key={service} service={service} />)}
    </>
  );
}

function ServicePhones({ service }: { service: string }) {
  const view = useView();
  const acts = useActs();
  const acting = useAct();
  const [devices, setDevices] = useState<DeviceInTouch[] | null>(null);
  const look = (): void => void acting.run(async () => setDevices(await acts.devices(service)));
  useEffect(look, [service]);
  return (
    <section aria-label={serviceName(view, service)}>
      <h2>{serviceName(view, service)}</h2>
      {acting.trouble && <Banner kind="amber">{acting.trouble}</Banner>}
      {acting.trouble && <Button kind="quiet" busy={acting.busy} onPress={look}>Look again</Button>}
      {devices?.length === 0 && <p class="soft">Nobody here has signed in on anything yet.</p>}
      <ul class="cards">{devices?.map((device) => <PhoneCard key={device.id} device={device} />)}</ul>
    </section>
  );
}

function PhoneCard({ device }: { device: DeviceInTouch }) {
  const view = useView();
  const { lastSeenAt, unsent, oldestUnsentAt, worries, appVersion } = device;
  const grave = worries.some(({ rule }) => rule === "silent" || rule === "stuck");
  return (
    <li class={`card ${grave ? "card-red" : worries.length ? "card-amber" : "card-plain"}`}>
      <span class="card-title">{device.workers.join(", ")}</span>
      <span class="card-about">{device.name} · {lastSeenAt ? `last in touch ${when(lastSeenAt, view.now)}` : "never in touch"}</span>
      <span class={`card-rest ${unsent ? "state-waiting" : ""}`}>
        {unsent ? unsentWords(unsent) : "Everything on it has been sent"}
        {unsent > 0 && oldestUnsentAt && `, the oldest of ${when(oldestUnsentAt, view.now)}`}
      </span>
      {worries.map(({ rule, words }) => <span class="card-rest" key={rule}>{words}</span>)}
      {appVersion && <span class="card-rest soft small">Version {appVersion}</span>}
    </li>
  );
}
