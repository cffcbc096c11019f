import { isAllowed } from "../domain/access";
import { Button } from "../elements/button";
import { Icon, type IconName } from "../elements/icon";
import { useActs } from "./acts";
import { to } from "./route";
import { useView } from "./view";

/** Everything that is not needed at the door. */
export function More() {
  const view = useView();
  const acts = useActs();
  const may = (permission: Parameters<typeof isAllowed>[0]): boolean => isAllowed(permission, view.roles);
  const places: { address: string; words: string; note: string; icon: IconName; shown: boolean }[] = [
    { address: to("receipts"), words: "Check receipts", note: "Photo beside the amounts", icon: "money", shown: may("checkTransaction") },
    { address: to("on-call"), words: "Who is on call", note: "And who is on shift", icon: "phone", shown: true },
    { address: to("people"), words: "People we support", note: may("editPeople") ? "See and add" : "Their names, and rules for their money", icon: "people", shown: true },
    { address: to("workers"), words: "Workers", note: "Add one, lost phones, leaving", icon: "person", shown: may("inviteWorker") },
    { address: to("phones"), words: "Phones in touch", note: "And what they still hold", icon: "phone", shown: may("seeDevices") },
    { address: to("outbox"), words: "Not sent yet", note: view.unsent === 0 ? "Everything is sent" : `${view.unsent} on this phone`, icon: "waiting", shown: true },
    { address: to("settings"), words: "Settings", note: "Alerts, signing in, this phone, the app", icon: "gear", shown: true },
  ];
  return (
    <>
      <p class="soft">{view.worker.name} · {view.worker.signInName}</p>
      <div class="tiles">
        {places.filter(({ shown }) => shown).map(({ address, words, note, icon }) => (
          <a class="tile" href={address} key={address}>
            <Icon name={icon} />
            <span>{words}<span class="tile-note">{note}</span></span>
          </a>
        ))}
      </div>
      <Button kind="quiet" icon="lock" wide onPress={acts.lock}>Lock this phone</Button>
    </>
  );
}
