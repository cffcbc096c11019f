// What a push shows and opens: words that say nothing about anybody, and only ever a screen of this app.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openScreen, showPush } from "../../src/service-worker/push.ts";

const PLAIN = "Something in Heed needs you. Open the app.";

type Shown = [title: string, options: NotificationOptions];

/** A browser that only remembers what it was asked to show. */
async function shownFor(data: unknown): Promise<Shown[]> {
  const shown: Shown[] = [];
  const registration = { showNotification: async (...each: Shown) => void shown.push(each) };
  await showPush(data as PushMessageData | null, registration as unknown as ServiceWorkerRegistration);
  return shown;
}

const saying = (text: string) => ({ json: () => JSON.parse(text) as unknown });

/** A browser with these windows open. Answers what it did when somebody tapped. */
async function tapped(navigate: unknown, windows: { focuses: boolean }[]): Promise<string[]> {
  const did: string[] = [];
  const open = windows.map(({ focuses }) => ({
    postMessage: ({ to }: { to: string }) => void did.push(`told ${to}`),
    focus: async () => {
      if (!focuses) throw new Error("Not allowed to focus");
      did.push("focused");
    },
  }));
  const clients = { matchAll: async () => open, openWindow: async (url: string) => void did.push(`opened ${url}`) };
  const notification = { close: () => void did.push("closed"), data: { navigate } };
  await openScreen(notification as unknown as Notification, clients as unknown as Clients).catch(() => did.push("refused"));
  return did;
}

test("a push shows what it says, and the same notice again takes the place of the first", async () => {
  const notification = { title: "Heed", body: "A red concern needs you. Open the app.", navigate: "/#/notices", tag: "opaque" };
  const [[title, options]] = (await shownFor(saying(JSON.stringify({ web_push: 8030, notification })))) as [Shown];
  assert.deepEqual([title, options.body, options.tag, options.data], ["Heed", notification.body, "opaque", { navigate: "/#/notices" }]);
});

test("a push that is empty or cannot be read still shows something, or the browser would take the subscription away", async () => {
  for (const data of [null, saying(""), saying("not json"), saying("null"), saying("{}"), saying('{"notification":{}}'), saying("[]")]) {
    const shown = await shownFor(data);
    assert.deepEqual(shown.map(([title, { body }]) => [title, body]), [["Heed", PLAIN]]);
  }
});

test("a tap opens the screen in the window that is open, else in a new one", async () => {
  assert.deepEqual(await tapped("/#/notices", [{ focuses: true }]), ["closed", "told /#/notices", "focused"]);
  assert.deepEqual(await tapped("/#/thread/a.1", []), ["closed", "opened /#/thread/a.1"]);
});

test("a window that may not come to the front shows the screen all the same", async () => {
  assert.ok((await tapped("/#/notices", [{ focuses: false }])).includes("told /#/notices"));
});

test("a notification never leads out of the app", async () => {
  for (const navigate of ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/api/home", undefined, 7])
    assert.deepEqual(await tapped(navigate, []), ["closed", "opened /#/notices"]);
});
