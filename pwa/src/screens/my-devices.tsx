import { when } from "../elements/when";
import { now } from "./clock";
import type { OwnDevice, SeenDevice } from "./security-acts";
import { unsentWords } from "./state-words";
import { Sure } from "./sure";
import { useFetched } from "./use-fetched";
import { WaitingFor } from "./waiting-for";

/** Every phone and tablet that one is signed in on, and ending it there. */
export function MyDevices() {
  const fetched = useFetched((security) => security.ownDevices());
  const { found, acting, change } = fetched;
  return (
    <>
      <p>You can sign out any of them from here. What was written there and is not sent yet is sent all the same.</p>
      <WaitingFor fetched={fetched} />
      <ul class="cards">
        {found && sorted(found).map((device) => (
          <li class="card card-plain" key={device.id}>
            <DeviceWords device={device} note={isThis(device)} />
            {device.signedIn && !device.isThis && (
              <Sure words="Sign out there" question={`Sign out ${device.name}?`} busy={acting.busy} onYes={() => change((security) => security.signOutDevice(device.id))}>
                <p>Nobody can read there until you sign in on it again.</p>
              </Sure>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

/** This one first, then wherever else somebody could still read. */
const sorted = (devices: readonly OwnDevice[]): OwnDevice[] =>
  [...devices].sort((one, other) => Number(other.isThis) - Number(one.isThis) || Number(other.signedIn) - Number(one.signedIn));

const isThis = ({ isThis: here }: OwnDevice): string => (here ? "This one. " : "");

/** A device as somebody would look for it: what it is, when it was last heard of, what it holds. */
export function DeviceWords({ device: { name, lastSeenAt, signedIn, unsent }, note }: { device: SeenDevice; note: string }) {
  return (
    <>
      <span class="card-title">{name}</span>
      <span class="card-about">
        {note}{signedIn ? "Signed in" : "Signed out"} · {lastSeenAt ? `last seen ${when(lastSeenAt, now.value)}` : "never seen"}
      </span>
      {unsent !== null && <span class={`card-rest ${unsent ? "state-waiting" : ""}`}>{unsentWords(unsent)}</span>}
    </>
  );
}
