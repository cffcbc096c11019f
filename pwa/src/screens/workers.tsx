import { allowedIn } from "../domain/access";
import { ButtonLink } from "../elements/button";
import { Icon } from "../elements/icon";
import { serviceName } from "./names";
import { to } from "./route";
import { useView } from "./view";

/** Everybody who works where one may look after them. */
export function Workers() {
  const view = useView();
  const services = allowedIn("inviteWorker", view.roles);
  const mine = view.workers.filter(({ id, services: places }) => id !== view.worker.id && places.some((place) => services.includes(place)));
  return (
    <>
      <p>Open somebody to change what they do, to help with a lost phone or a forgotten passphrase, or when they leave.</p>
      <div class="tiles">
        {mine.map(({ id, name, services: places }) => (
          <a class="tile" href={to("worker", id)} key={id}>
            <Icon name="person" />
            <span>{name}<span class="tile-note">{places.filter((place) => services.includes(place)).map((place) => serviceName(view, place)).join(", ")}</span></span>
          </a>
        ))}
      </div>
      <ButtonLink href={to("join-codes")} kind="quiet" icon="plus">Add a worker</ButtonLink>
    </>
  );
}
