// A push says nothing about anybody: it shows that something waits, and opens the right screen.

interface Payload {
  notification: { title: string; body: string; navigate: string; tag: string };
}

const PLAIN: Payload = { notification: { title: "Heed", body: "Something in Heed needs you. Open the app.", navigate: "/#/notices", tag: "heed" } };

/** Show it, always: a browser that sees nothing shown takes the subscription away. */
export async function showPush(data: PushMessageData | null, registration: ServiceWorkerRegistration): Promise<void> {
  const { title, body, navigate, tag } = read(data).notification;
  await registration.showNotification(title, {
    body,
    tag,
    // The same notice may come twice; the second takes the place of the first and sounds again.
    renotify: true,
    requireInteraction: true,
    icon: "/icons/heed-192.png",
    badge: "/icons/heed-badge-96.png",
    data: { navigate },
  } as NotificationOptions);
}

/** Open the screen that a notification points at, in a window that is open already if there is one. */
export async function openScreen(notification: Notification, clients: Clients): Promise<void> {
  notification.close();
  const target = safe(notification.data?.navigate);
  const windows = await clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows[0];
  if (!open) {
    await clients.openWindow(target);
    return;
  }
  open.postMessage({ kind: "navigate", to: target });
  await open.focus();
}

function read(data: PushMessageData | null): Payload {
  try {
    const payload = data?.json() as Payload;
    return payload?.notification?.title ? payload : PLAIN;
  } catch {
    return PLAIN;
  }
}

/** Only ever a screen of this app. */
const safe = (navigate: unknown): string => (typeof navigate === "string" && navigate.startsWith("/#/") ? navigate : "/#/notices");
