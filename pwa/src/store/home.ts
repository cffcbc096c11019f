// What a worker needs at hand without signal: services, people, colleagues, numbers to ring, and the intake key.
import { signal } from "@preact/signals-core";
import { changed } from "./changes.ts";
import { readSetting, writeSetting } from "./setting.ts";
import { Locked, isStillOpen, vault } from "./vault.ts";
import type { OpenVault } from "./vault.ts";

export interface HomeDocument {
  worker: { id: string; name: string; sign_in_name: string };
  provider: { id: string; name: string; demo: boolean };
  roles: { role: string; service: string }[];
  services: {
    id: string;
    name: string;
    kind: string;
    division: string;
    office_number: string;
    on_call_number: string;
    on_call: { rank: number; worker: string; name: string; number: string }[];
    /** Whether a push would reach somebody who is on call now. */
    push_reaches_on_call: boolean;
    /** Of the council's safeguarding adults team; empty while nobody has written it down. */
    council_number: string;
    managers: string[];
    /** Who would read a restricted concern, in turn, each with those who have power over them. */
    leads: { worker: string; under: string[] }[][];
  }[];
  people: {
    id: string;
    name: string;
    known_as: string;
    service: string;
    money_rule: string | null;
    money_limit: number | null;
    last_closing: number | null;
  }[];
  workers: { id: string; name: string; services: string[] }[];
  shifts: { id: string; service: string; from: string; until: string; workers: string[] }[];
  intake_key: { id: string; public_key: string };
  push_key: string;
  /** The passkeys with which this worker signs in, by the names that their makers gave them. */
  passkeys: string[];
  /** Who used this device and has left. */
  left: string[];
  /** For managers, that the list of bank holidays ends soon or has ended. */
  calendar_warning: string | null;
  server_time: string;
}

export const home = signal<HomeDocument | null>(null);

export async function loadHome(): Promise<void> {
  const mine = vault();
  const kept = await readSetting<HomeDocument>("home", mine);
  if (isStillOpen(mine)) home.value = kept;
}

/** Keep it for whoever asked for it. Throws Locked when they locked meanwhile. */
export async function keepHome(fetched: HomeDocument, etag: string | null, mine: OpenVault): Promise<void> {
  if (!isStillOpen(mine)) throw new Locked();
  await writeSetting("home", fetched, mine);
  // The mark comes after what it marks: the other way round, a kill between the two would keep old numbers for good.
  await writeSetting("home-etag", etag, mine);
  if (!isStillOpen(mine)) throw new Locked();
  home.value = fetched;
  changed("home");
}

export const homeEtag = (): Promise<string | null> => readSetting<string>("home-etag");
