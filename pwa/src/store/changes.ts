// Telling the other tabs and the service worker that something in the store changed.

/** written: somebody saved an entry; outbox: what waits, or the trouble with it, changed. */
export type Change = "written" | "outbox" | "entry" | "draft" | "home" | "form" | "worker";

type Listener = (change: Change) => void;

const listeners = new Set<Listener>();
const channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel("heed");
if (channel) {
  channel.onmessage = ({ data }: MessageEvent<Change>) => tell(data);
  // Under Node an open channel would keep a test from ending.
  (channel as unknown as { unref?: () => void }).unref?.();
}

/** Tell everybody, here and in other tabs. */
export function changed(change: Change): void {
  tell(change);
  channel?.postMessage(change);
}

/** Hear of changes; answers how to stop. */
export function onChange(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(change: Change): void {
  for (const listener of listeners) listener(change);
}
