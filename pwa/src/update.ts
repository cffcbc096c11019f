// The part of the composition root that starts the service worker and takes new versions of the app.
import { signal } from "@preact/signals";
import { replace, route } from "./screens/route";
import { syncSoon } from "./sync/scheduler";

/** A new version that waits until somebody takes it. */
export const waitingUpdate = signal<ServiceWorker | null>(null);

/** A browser looks by itself when a page is loaded; an app that stays open for weeks asks it to. */
const LOOK_EVERY = 60 * 60_000;

export async function startServiceWorker(): Promise<void> {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  let hadOne = navigator.serviceWorker.controller !== null;
  // Only somebody's own "Take it now" changes the version, here or in another tab.
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (hadOne) reloadWhenNobodyWrites();
    hadOne = true;
  });
  navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<{ kind?: string; to?: string }>) => {
    if (data?.kind !== "navigate" || !data.to?.startsWith("/#/")) return;
    replace(data.to.slice(1));
    // Whoever was told comes to see something that is not on this phone yet.
    syncSoon();
  });
  const registration = await navigator.serviceWorker.register("/sw.js");
  watchForUpdate(registration);
  lookNowAndThen(registration);
}

function watchForUpdate(registration: ServiceWorkerRegistration): void {
  const look = (): void => {
    waitingUpdate.value = navigator.serviceWorker.controller ? registration.waiting : null;
  };
  look();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", look));
}

/** While the app is in sight, and when it comes back into sight after a while. */
function lookNowAndThen(registration: ServiceWorkerRegistration): void {
  let lookedAt = Date.now();
  const look = (): void => {
    if (document.visibilityState !== "visible" || Date.now() - lookedAt < LOOK_EVERY) return;
    lookedAt = Date.now();
    // Without signal there is nothing new to find.
    registration.update().catch(() => undefined);
  };
  setInterval(look, LOOK_EVERY / 10);
  document.addEventListener("visibilitychange", look);
}

const hasOpenForm = (): boolean => route.value.name === "write" || route.value.name === "new";

/** A version that was taken in another tab does not load this page again under somebody's hands. */
function reloadWhenNobodyWrites(): void {
  const stop = route.subscribe(() => {
    if (hasOpenForm()) return;
    queueMicrotask(() => stop());
    location.reload();
  });
}
