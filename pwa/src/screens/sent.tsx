import { ButtonLink } from "../elements/button";
import { Icon } from "../elements/icon";
import { Ring } from "../elements/ring";
import { clockTime } from "../elements/when";
import { onCallNumbers } from "./names";
import { NobodyLeft, isNobodyLeft } from "./nobody-left";
import { to } from "./route";
import { useView } from "./view";

/** After "Send": saved at first, then the green tick once the office has it. It changes by itself. */
export function Sent({ threadKey }: { threadKey: string }) {
  const view = useView();
  const entry = [...view.threads.values()].flatMap(({ entries }) => entries).find(({ key }) => key === threadKey);
  const waiting = view.waiting.find(({ key }) => key === threadKey);
  const isSent = entry?.place === "sent";
  const standing = (entry && view.threads.get(entry.key)?.standing) ?? null;
  const isConcern = entry?.form === "concern";
  const isAlone = entry ? isNobodyLeft(entry, standing, view) : false;
  const { onCall, onCallName } = onCallNumbers(view, entry?.service ?? null);
  return (
    <div class="sent" role="status">
      <div class={isSent ? "sent-tick" : "sent-tick sent-waiting"}><Icon name={isSent ? "tick" : "clock"} /></div>
      {isSent ? (
        <h1 tabIndex={-1}>Sent{entry.receivedAt && ` ${clockTime(entry.receivedAt)}`}</h1>
      ) : (
        <h1 tabIndex={-1}>Saved on this phone. Not sent yet.</h1>
      )}
      {!isSent && <p>{!view.isOnline ? "It goes by itself when there is signal. You can close Heed." : waiting && waiting.state !== "sending" ? waiting.reason : "Sending now…"}</p>}
      {isConcern && (
        <>
          <p>{standing?.seenBy ? `Seen by ${standing.seenBy.name} ${clockTime(standing.seenBy.at)}` : "Not seen yet."} If you are worried, do not wait: ring.</p>
          <div class="row">
            <Ring number="999" name="999" urgent />
            {onCall && !isAlone && <Ring number={onCall} name={onCallName ? `on-call, ${onCallName}` : "on-call"} />}
          </div>
        </>
      )}
      {entry && <NobodyLeft entry={entry} standing={standing} view={view} />}
      <div class="row">
        <ButtonLink href={to("home")}>Home</ButtonLink>
        {entry && <ButtonLink kind="quiet" href={to("thread", entry.about ?? entry.key)}>Look at it</ButtonLink>}
      </div>
    </div>
  );
}
