// The app itself, kept on the phone whole: a new version is there completely or not at all.
import { cleanupOutdatedCaches, matchPrecache, precacheAndRoute } from "workbox-precaching";

declare const __PRECACHE__: { url: string; revision: string | null }[];

export function keepTheApp(): void {
  cleanupOutdatedCaches();
  precacheAndRoute(__PRECACHE__, { directoryIndex: "index.html", cleanURLs: false });
}

/** Every page of the app is the same document; what it shows stands after the #. */
export function respond(event: FetchEvent): void {
  if (event.request.mode !== "navigate" || new URL(event.request.url).pathname.startsWith("/api/")) return;
  event.respondWith(matchPrecache("/index.html").then((page) => page ?? fetch(event.request)));
}
