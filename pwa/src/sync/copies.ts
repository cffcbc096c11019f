// Asking what became of what was sent: a copy that a backup has may go, and one that the server may have lost is offered again.
import { letGo, offerAgain, providersOfCopies, receiptsOf, tidyCopies } from "../store/copy.ts";
import { judgeHandedIn, judgeReceipts } from "./api-client.ts";
import type { Judged } from "./api-client.ts";
import { providerOf, withToken } from "./session.ts";
import { isSignedOut } from "./trouble.ts";

/** How often to ask while nothing says that it is time: a backup comes once a day. */
const EVERY = 15 * 60_000;
const MOST = 1000;

let askedAt = -Infinity;
const epochs = new Map<string, number>();

/** Note in which epoch a provider's server answered. Another one than before means that it came back from a backup. */
export function heardEpoch(provider: string, epoch: number): void {
  const before = epochs.get(provider);
  epochs.set(provider, epoch);
  if (before !== undefined && before !== epoch) askSoon();
}

/** Ask the next time that there is signal, however short ago that was. */
export function askSoon(): void {
  askedAt = -Infinity;
}

/** Ask when it is time. Answers whether something was put back among what waits. Never throws. */
export async function settleCopies(now = new Date()): Promise<boolean> {
  if (now.getTime() - askedAt < EVERY) return false;
  try {
    return (await navigator.locks.request("heed-copies", { ifAvailable: true }, (mine) => (mine ? askAndSettle(now) : false))) ?? false;
  } catch {
    // The copies are still here, and are asked about next time.
    return false;
  }
}

async function askAndSettle(now: Date): Promise<boolean> {
  await tidyCopies(now);
  const providers = await providersOfCopies();
  if (!providers.length) return false;
  const offered = await settleEach(providers);
  askedAt = now.getTime();
  return offered;
}

async function settleEach(providers: readonly string[]): Promise<boolean> {
  try {
    const mine = await withToken(async (token) => providerOf(token));
    // What another provider gave a receipt for waits for a session with that one.
    if (!mine || !providers.includes(mine)) return false;
    return await settleOf(mine, (receipts) => withToken((token) => judgeReceipts(token, receipts)));
  } catch (failure) {
    if (!isSignedOut(failure)) throw failure;
  }
  let offered = false;
  for (const provider of providers) offered = (await settleOf(provider, (receipts) => judgeHandedIn(provider, receipts))) || offered;
  return offered;
}

async function settleOf(provider: string, judge: (receipts: string[]) => Promise<Judged>): Promise<boolean> {
  const receipts = await receiptsOf(provider);
  let offered = false;
  for (let at = 0; at < receipts.length; at += MOST) {
    const { safe, again } = await judge(receipts.slice(at, at + MOST));
    await letGo(provider, safe);
    await offerAgain(provider, again);
    offered ||= again.length > 0;
  }
  return offered;
}
