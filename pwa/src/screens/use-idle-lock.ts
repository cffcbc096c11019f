import { useEffect } from "preact/hooks";

const signs = ["pointerdown", "keydown", "input", "scroll"] as const;

/** Locks after nobody has touched the phone for a while. Drafts are kept at every keystroke, so nothing is lost. */
export function useIdleLock(isOn: boolean, minutes: number, lock: () => void): void {
  useEffect(() => {
    if (!isOn) return;
    let last = Date.now();
    const touched = (): void => {
      last = Date.now();
    };
    // A sleeping phone stops timers, so the clock is also looked at when it wakes.
    const look = (): void => {
      if (Date.now() - last > minutes * 60_000) lock();
    };
    const beat = setInterval(look, 5_000);
    for (const sign of signs) addEventListener(sign, touched, { passive: true, capture: true });
    document.addEventListener("visibilitychange", look);
    return () => {
      clearInterval(beat);
      for (const sign of signs) removeEventListener(sign, touched, { capture: true });
      document.removeEventListener("visibilitychange", look);
    };
  }, [isOn, minutes]);
}
