import { signal } from "@preact/signals";

const EASY = "heed-easy";
const narrow = typeof matchMedia === "undefined" ? null : matchMedia("(max-width: 399px)");

/** Easy mode: one question at a time on any screen. A wish about this phone, not about anybody. */
export const isEasy = signal(typeof localStorage !== "undefined" && localStorage.getItem(EASY) === "yes");
const isNarrow = signal(narrow?.matches ?? false);
narrow?.addEventListener("change", ({ matches }) => (isNarrow.value = matches));

export function setEasy(easy: boolean): void {
  isEasy.value = easy;
  localStorage.setItem(EASY, easy ? "yes" : "no");
}

/** Whether questions come one at a time. */
export const oneAtATime = (): boolean => isEasy.value || isNarrow.value;
