import { signal } from "@preact/signals";

const EVERY = 20_000;

/** The time as the screens show it: due times come nearer while somebody looks. */
export const now = signal(new Date());

/** Keeps the time going while the app is in sight; answers how to stop. */
export function keepTime(): () => void {
  const tick = (): void => {
    now.value = new Date();
  };
  const beat = setInterval(tick, EVERY);
  document.addEventListener("visibilitychange", tick);
  return () => {
    clearInterval(beat);
    document.removeEventListener("visibilitychange", tick);
  };
}
