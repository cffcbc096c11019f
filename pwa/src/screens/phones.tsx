import { useEffect, useState } from "preact/hooks";
import { allowedIn, isAllowed } from "../domain/access";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { when } from "../elements/when";
import { useActs, type DeviceInTouch } from "./acts";
import { LoadRescue } from "./load-rescue";
import { serviceName } from "./names";
import { to } from "./route";
import { unsentWords } from "./state-words";
import { useAct } from "./use-act";
import { useView } from "./view";

/** Which phones and tablets are in touch, and what they still hold, for whoever runs a service. */
export function Phones() {
  const view = useView();
  return (
    <>
      <p>Each phone says what it holds when it has signal. When one is silent, ask its worker to open Heed where there is signal.</p>
      {allowedIn("seeDevices", view.roles).map((service) => <ServicePhones key={service} service={service} />)}
      <LoadRescue />
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
  const heard = devices?.filter(isHeard) ?? [];
  const urgent = heard.filter(isGrave);
  const others = heard.filter((device) => !isGrave(device));
  const unheard = devices?.filter((device) => !isHeard(device)) ?? [];
  return (
    <section aria-label={serviceName(view, service)}>
      <h2>{serviceName(view, service)}</h2>
      {acting.busy && !devices && <p class="soft">Looking…</p>}
      {acting.trouble && <Banner kind="amber">{acting.trouble}</Banner>}
      {acting.trouble && <Button kind="quiet" busy={acting.busy} onPress={look}>Look again</Button>}
      {devices?.length === 0 && <p class="soft">Nobody here has signed in on anything yet.</p>}
      {heard.length > 0 && urgent.length === 0 && <p>No phone here is stuck or silent.</p>}
      <ul class="cards">{[...urgent, ...others].map((device) => <PhoneCard key={device.id} device={device} service={service} />)}</ul>
      {unheard.length > 0 && (
        <details>
          <summary>Nothing heard yet ({unheard.length})</summary>
          <ul class="cards">{unheard.map((device) => <PhoneCard key={device.id} device={device} service={service} />)}</ul>
        </details>
      )}
    </section>
  );
}

/** Of a phone that never said anything nobody knows what it holds. */
const isHeard = ({ lastSeenAt }: DeviceInTouch): boolean => lastSeenAt !== null;

const isGrave = ({ worries }: DeviceInTouch): boolean => worries.some(({ rule }) => rule === "silent" || rule === "stuck");

function PhoneCard({ device, service }: { device: DeviceInTouch; service: string }) {
  const view = useView();
  const { lastSeenAt, unsent, oldestUnsentAt, worries, appVersion } = device;
  const mayHelp = isAllowed("inviteWorker", view.roles, service);
  const tone = isGrave(device) ? "card-red" : isHeard(device) && worries.length ? "card-amber" : "";
  return (
    <li class={`card card-plain ${tone}`}>
      <span class="card-title">{device.workers.map(({ name }) => name).join(", ")}</span>
      <span class="card-about">{device.name}{lastSeenAt && ` · last in touch ${when(lastSeenAt, view.now)}`}</span>
      {lastSeenAt && (
        <span class={`card-rest ${unsent ? "state-waiting" : ""}`}>
          {unsentWords(unsent)}
          {unsent > 0 && oldestUnsentAt && `, the oldest of ${when(oldestUnsentAt, view.now)}`}
        </span>
      )}
      {lastSeenAt && worries.map(({ rule, words }) => <span class="card-rest" key={rule}>{words}</span>)}
      {appVersion && <span class="card-rest soft small">Version {appVersion}</span>}
      {mayHelp && device.workers.filter(({ id }) => id !== view.worker.id).map(({ id, name }) => <a class="button button-plain" href={to("worker", id)} key={id}>Help {name}</a>)}
    </li>
  );
}
