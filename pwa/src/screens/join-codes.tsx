import { useEffect, useRef, useState } from "preact/hooks";
import { allowedIn } from "../domain/access";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { Select } from "../elements/plain-input";
import { Qr } from "../elements/qr";
import { roleNames } from "../elements/role";
import { when } from "../elements/when";
import { useActs, type JoinCode } from "./acts";
import { serviceName } from "./names";
import { useAct } from "./use-act";
import { useView } from "./view";

/** A one-time code for a new worker, to scan or to type. */
export function JoinCodes() {
  const view = useView();
  const acts = useActs();
  const acting = useAct();
  const services = allowedIn("inviteWorker", view.roles);
  const [service, setService] = useState(services[0] ?? "");
  const [role, setRole] = useState("worker");
  const [code, setCode] = useState<JoinCode | null>(null);
  const made = useRef<HTMLElement>(null);
  useEffect(() => made.current?.scrollIntoView({ block: "nearest" }), [code]);
  const make = (): void => void acting.run(async () => setCode(await acts.makeJoinCode(service, role)));
  return (
    <>
      <p>The new worker opens Heed on their own phone and scans this, or types the code. Each code works once.</p>
      <Select at="service" title="Where will they work?" value={service} options={services.map((id) => ({ value: id, label: serviceName(view, id) }))} onChoose={setService} />
      <Select at="role" title="What will they be?" value={role} options={Object.entries(roleNames).map(([value, label]) => ({ value, label }))} onChoose={setRole} />
      {acting.trouble && <Banner kind="amber">{acting.trouble}</Banner>}
      <Button busy={acting.busy} onPress={make}>{code ? "Make another code" : "Make a code"}</Button>
      {code && (
        <section class="panel" role="status" ref={made}>
          <p class="code">{code.code}</p>
          <Qr rows={code.qr} label={`QR code for ${code.code}`} />
          <p class="small">{code.url}</p>
          <p>It works until {when(code.expiresAt, view.now)}.</p>
        </section>
      )}
    </>
  );
}
