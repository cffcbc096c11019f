import { useEffect, useState } from "preact/hooks";
import { isAllowed } from "../domain/access";
import { Banner } from "../elements/banner";
import { Ring } from "../elements/ring";
import { when } from "../elements/when";
import { CouncilEditor } from "./council-editor";
import { OnCallEditor } from "./on-call-editor";
import { workerName } from "./names";
import { ShiftEditor } from "./shift-editor";
import { useView, type Service } from "./view";

/** Who is on call and on shift, for each service; whoever may, changes it here. */
export function OnCall() {
  const view = useView();
  return (
    <>
      {view.services.map((service) => <ServiceRoster key={service.id} service={service} />)}
    </>
  );
}

function ServiceRoster({ service }: { service: Service }) {
  const view = useView();
  const [editing, setEditing] = useState<"on-call" | "shifts" | "council" | null>(null);
  const mayEdit = isAllowed("editRoster", view.roles, service.id);
  const onShift = view.shifts.filter(({ service: place, from, until }) => place === service.id && new Date(from) <= view.now && new Date(until) > view.now);
  useEffect(() => setEditing(null), [service.id]);
  return (
    <section class="panel" aria-label={service.name}>
      <h2>{service.name}</h2>
      {service.onCall.length === 0 && <Banner kind="red">Nobody is on call now.</Banner>}
      <div class="row">
        {service.onCall.map(({ rank, name, number }) => <Ring key={rank} number={number} name={`${name} (${rank === 1 ? "on call" : "second"})`} />)}
        {service.onCallNumber && <Ring number={service.onCallNumber} name="the on-call number" />}
        {service.officeNumber && <Ring number={service.officeNumber} name="the office" />}
        {service.councilNumber && <Ring number={service.councilNumber} name="the council (safeguarding adults)" />}
      </div>
      <p>
        <strong>On shift now:</strong>{" "}
        {onShift.length === 0 ? "nobody is written down" : onShift.map(({ workers, until }) => `${workers.map((id) => workerName(view, id)).join(", ")} until ${when(until, view.now)}`).join("; ")}
      </p>
      {mayEdit && (
        <div class="row">
          <button type="button" class="button button-quiet" aria-expanded={editing === "on-call"} onClick={() => setEditing(editing === "on-call" ? null : "on-call")}>Change who is on call</button>
          <button type="button" class="button button-quiet" aria-expanded={editing === "shifts"} onClick={() => setEditing(editing === "shifts" ? null : "shifts")}>Change the shifts</button>
          <button type="button" class="button button-quiet" aria-expanded={editing === "council"} onClick={() => setEditing(editing === "council" ? null : "council")}>Change the council’s number</button>
        </div>
      )}
      {editing === "on-call" && <OnCallEditor service={service.id} />}
      {editing === "council" && <CouncilEditor service={service} />}
      {editing === "shifts" && <ShiftEditor service={service.id} />}
    </section>
  );
}
