// How whoever unlocked stands with the second step of signing in, as the server last said. Kept for when there is no signal.
import { signal } from "@preact/signals-core";
import { readSetting, writeSetting } from "./setting.ts";
import { isStillOpen, vault } from "./vault.ts";
import type { SecondStep } from "./worker.ts";

export const secondStep = signal<SecondStep | null>(null);

export async function keepSecondStep(said: SecondStep): Promise<void> {
  const mine = vault();
  await writeSetting("second-step", said, mine);
  if (isStillOpen(mine)) secondStep.value = said;
}

export async function loadSecondStep(): Promise<void> {
  const mine = vault();
  const said = await readSetting<SecondStep>("second-step", mine);
  if (isStillOpen(mine)) secondStep.value = said;
}

/** Whether it is needed, and the day has passed. */
export const isOverdue = (step: SecondStep | null, now: Date): boolean => step !== null && !step.set_up && step.needed_by !== null && new Date(step.needed_by) <= now;
