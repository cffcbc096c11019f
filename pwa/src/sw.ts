/// <reference lib="webworker" />
// The service worker, as a table of contents.
import { sendInBackground } from "./service-worker/background-sync.ts";
import { keepTheApp, respond } from "./service-worker/precache.ts";
import { openScreen, showPush } from "./service-worker/push.ts";

declare const self: ServiceWorkerGlobalScope;
type SyncEvent = ExtendableEvent & { tag: string };

keepTheApp();
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", respond);
self.addEventListener("push", (event) => event.waitUntil(showPush(event.data, self.registration)));
self.addEventListener("notificationclick", (event) => event.waitUntil(openScreen(event.notification, self.clients)));
self.addEventListener("sync", (event) => (event as SyncEvent).waitUntil(sendInBackground()));
self.addEventListener("message", (event) => event.data === "take-update" && void self.skipWaiting());
