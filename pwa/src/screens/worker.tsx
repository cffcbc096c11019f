import { useEffect, useRef, useState } from "preact/hooks";
import { allowedIn } from "../domain/access";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { Select } from "../elements/plain-input";
import { Qr } from "../elements/qr";
import { roleName, roleNames } from "../elements/role";
import { Tick } from "../elements/tick";
import { onDay, when } from "../elements/when";
import { useActs, type JoinCode } from "./acts";
import { DeviceWords } from "./my-devices";
import { serviceName } from "./names";
import type { ManagedWorker } from "./security-acts";
import { Sure } from "./sure";
import { useAct } from "./use-act";
import { useFetched, type Fetched } from "./use-fetched";
import { useView } from "./view";
import { WaitingFor } from "./waiting-for";

/** One worker, for whoever manages where they work: what they do, their phones, a new passphrase, and leaving. */
export function Worker({ id, name }: { id: string; name: string }) {
  const fetched = useFetched((security) => security.worker(id));
  const { found } = fetched;
  return (
    <>
      <h1 tabIndex={-1}>{found?.name ?? name}</h1>
      <WaitingFor fetched={fetched} />
      {found && (
        <>
          <p class="soft">Signs in as {found.signInName}</p>
          {found.leftAt && <Banner kind="amber">{found.name} left on {onDay(found.leftAt)}. What their phones still send is kept apart, and whoever leads on safeguarding reads it.</Banner>}
          <Roles fetched={fetched} worker={found} />
          <Devices fetched={fetched} worker={found} />
          {!found.leftAt && <NewPassphrase worker={found} />}
          {!found.leftAt && <Leave fetched={fetched} worker={found} />}
        </>
      )}
    </>
  );
}

interface PartProps {
  fetched: Fetched<ManagedWorker>;
  worker: ManagedWorker;
}

function Roles({ fetched: { acting, change }, worker }: PartProps) {
  const view = useView();
  const services = allowedIn("inviteWorker", view.roles);
  const [service, setService] = useState(services[0] ?? "");
  const [role, setRole] = useState("worker");
  const [adding, setAdding] = useState(false);
  const give = (): void => {
    setAdding(false);
    change((security) => security.giveRole(worker.id, service, role));
  };
  return (
    <section class="panel">
      <h2>What {worker.name} does</h2>
      <ul class="cards">
        {worker.roles.map((held) => (
          <li class="card card-plain" key={held.id}>
            <span class="card-title">{roleName(held.role)}</span>
            <span class="card-about">{serviceName(view, held.service)} · from {onDay(held.from)}{held.until && ` until ${onDay(held.until)}`}</span>
            {services.includes(held.service) && !worker.leftAt && (held.until === null || new Date(held.until) > new Date()) && (
              <Sure words="End this" question={`End ${roleName(held.role).toLowerCase()} at ${serviceName(view, held.service)}?`} busy={acting.busy} onYes={() => change((security) => security.endRole(worker.id, held.id))}>
                <p>From now on {worker.name} sees nothing new there.</p>
              </Sure>
            )}
          </li>
        ))}
      </ul>
      {adding ? (
        <div class="stack">
          <Select at="service" title="Where?" value={service} options={services.map((id) => ({ value: id, label: serviceName(view, id) }))} onChoose={setService} />
          <Select at="role" title="As what?" value={role} options={Object.entries(roleNames).map(([value, label]) => ({ value, label }))} onChoose={setRole} />
          <div class="row">
            <Button busy={acting.busy} onPress={give}>Give it</Button>
            <Button kind="quiet" onPress={() => setAdding(false)}>Not now</Button>
          </div>
        </div>
      ) : (
        !worker.leftAt && <Button kind="quiet" icon="plus" onPress={() => setAdding(true)}>Give another role</Button>
      )}
    </section>
  );
}

function Devices({ fetched: { acting, change }, worker }: PartProps) {
  return (
    <section class="panel">
      <h2>Phones and tablets</h2>
      {worker.devices.length === 0 && <p class="soft">{worker.name} has no phone or tablet in Heed now.</p>}
      <ul class="cards">
        {worker.devices.map((device) => (
          <li class="card card-plain" key={device.id}>
            <DeviceWords device={device} note="" />
            <Sure words="Lost or stolen" question={`Is ${device.name} lost or stolen?`} busy={acting.busy} onYes={() => change((security) => security.revokeDevice(worker.id, device.id))}>
              <ul class="bullets">
                <li>Everybody is signed out on it, and it opens for nobody the next time it has signal.</li>
                <li>What it still sends is kept apart, and whoever leads on safeguarding reads it.</li>
                <li>If it is found, people sign in on it again.</li>
              </ul>
            </Sure>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Nobody chooses a passphrase for somebody else: a manager makes a code, and whoever has it chooses. */
function NewPassphrase({ worker }: { worker: ManagedWorker }) {
  const view = useView();
  const acts = useActs();
  const acting = useAct();
  const [without, setWithout] = useState(false);
  const [code, setCode] = useState<JoinCode | null>(null);
  const made = useRef<HTMLDivElement>(null);
  useEffect(() => made.current?.scrollIntoView({ block: "nearest" }), [code]);
  const make = (): void => void acting.run(async () => setCode(await (await acts.security()).passwordCode(worker.id, without)));
  return (
    <section class="panel">
      <h2>Forgotten passphrase</h2>
      <p>Make a password code and give it to {worker.name} yourself, face to face or by phone. With it they choose a new passphrase. Nobody else can see what they choose.</p>
      <Tick at="without" title="They lost their code app or passkey too" help={null} error={null} ticked={without} onTick={setWithout} />
      {acting.trouble && <Banner kind="amber">{acting.trouble}</Banner>}
      <Button kind="quiet" icon="key" busy={acting.busy} onPress={make}>{code ? "Make another code" : "Make a password code"}</Button>
      {code && (
        <div role="status" ref={made} class="stack">
          <p class="code">{code.code}</p>
          <Qr rows={code.qr} label={`QR code for ${code.code}`} />
          <p class="small">{code.url}</p>
          <p>It works once, until {when(code.expiresAt, view.now)}.</p>
        </div>
      )}
    </section>
  );
}

function Leave({ fetched: { acting, change }, worker }: PartProps) {
  return (
    <section class="panel">
      <h2>Leaving</h2>
      <Sure words={`${worker.name} has left us`} question={`Has ${worker.name} left?`} busy={acting.busy} onYes={() => change((security) => security.leave(worker.id))}>
        <ul class="bullets">
          <li>They are signed out everywhere, and all their roles end today.</li>
          <li>What their phone still sends is kept apart, and whoever leads on safeguarding reads it. Nothing is thrown away.</li>
          <li>What they wrote stays, with their name.</li>
        </ul>
      </Sure>
    </section>
  );
}
