import { isAllowed } from "../domain/access";
import type { AlertState } from "./acts";
import type { Surround } from "./frame";
import { to } from "./route";
import type { View } from "./view";

/** Red sentences that stay until what they say is mended. */
export function alarmsOf(view: View, alerts: AlertState["state"] | null, mustSignIn: boolean): Surround["alarms"] {
  const alarms: Surround["alarms"] = [];
  if (mustSignIn) alarms.push({ words: "Sign in again, so that what you write can be sent. It is safe on this phone.", href: to("sign-in"), link: "Sign in" });
  for (const service of view.services) {
    if (!isAllowed("readConcern", view.roles, service.id)) continue;
    if (service.onCall.length === 0) alarms.push({ words: `Nobody is on call now for ${service.name}.`, href: to("on-call"), link: "Say who is" });
    else if (service.pushReachesOnCall === false)
      alarms.push({ words: `Alerts do not reach whoever is on call for ${service.name}. Ring them.`, href: to("on-call"), link: "Their number" });
  }
  const isOnCall = view.services.some(({ onCall }) => onCall.some(({ worker }) => worker === view.worker.id));
  if (isOnCall && alerts !== null && alerts !== "on") alarms.push({ words: "You are on call, but this phone gets no alerts.", href: to("settings"), link: "Turn them on" });
  return alarms;
}
