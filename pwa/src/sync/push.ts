// Being told: this device's push subscription, and letting the server know of it.
import { fromBase64url, toBase64url } from "../domain/bytes.ts";
import { home } from "../store/home.ts";
import { addSubscription, removeSubscription } from "./api-client.ts";
import { withOwnToken } from "./session.ts";

/** Some browsers never answer when they have no push service. */
const PATIENCE = 10_000;

export type AlertState = "on" | "off" | "refused" | "home_screen" | "unsupported";

export async function alertState(): Promise<AlertState> {
  if (!("serviceWorker" in navigator) || !("Notification" in globalThis) || !("PushManager" in globalThis)) return isAppleBrowser() ? "home_screen" : "unsupported";
  if (Notification.permission === "denied") return "refused";
  return (await current()) ? "on" : "off";
}

/** Switch alerts on. Call it from a tap: browsers ask their own question only then. */
export async function subscribe(): Promise<AlertState> {
  if (!home.value?.push_key) return "off";
  if ((await Notification.requestPermission()) !== "granted") return alertState();
  const subscription = await made();
  if (!subscription) return "unsupported";
  await withOwnToken((token) => addSubscription(token, subscription.toJSON()));
  return "on";
}

export async function unsubscribe(): Promise<AlertState> {
  const subscription = await current();
  if (!subscription) return alertState();
  await withOwnToken((token) => removeSubscription(token, subscription.endpoint));
  await subscription.unsubscribe();
  return "off";
}

/** Report the subscription again: the server may have dropped it, or the browser may have changed it. */
export async function reportSubscription(): Promise<void> {
  const subscription = await current();
  if (!subscription) return;
  const kept = isForOurKey(subscription) ? subscription : await subscribedAnew(subscription);
  if (kept) await withOwnToken((token) => addSubscription(token, kept.toJSON()));
}

/** A push service takes pushes only from whom a subscription was made for, and the provider may have changed its key. */
function isForOurKey(subscription: PushSubscription): boolean {
  const ours = home.value?.push_key;
  const its = subscription.options.applicationServerKey;
  return !ours || !its || toBase64url(new Uint8Array(its)) === ours;
}

async function subscribedAnew(old: PushSubscription): Promise<PushSubscription | null> {
  await withOwnToken((token) => removeSubscription(token, old.endpoint));
  await old.unsubscribe();
  return made();
}

/** A subscription for the provider's key, or null when the browser does not answer. */
async function made(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.ready;
  const subscribing = registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: fromBase64url(home.value?.push_key ?? "") });
  return Promise.race([subscribing, new Promise<null>((resolve) => setTimeout(() => resolve(null), PATIENCE))]);
}

async function current(): Promise<PushSubscription | null> {
  const registration = await navigator.serviceWorker.getRegistration();
  return (await registration?.pushManager.getSubscription()) ?? null;
}

const isAppleBrowser = (): boolean => /iPhone|iPad/.test(navigator.userAgent);
