// Whom a concern names, and whether anybody inside is left to read it. The server decides for certain: its rule is
// server/domain/conflict.py, and docs/rules/access.md says why. Here it is asked without signal, right after writing.
import regulatorsFile from "../../../schemas/rules/regulators.json" with { type: "json" };
import type { Answers } from "./form.ts";

/** Somebody who would read a restricted concern, and who has power over them. */
export interface Lead {
  worker: string;
  under: readonly string[];
}

/** What a phone knows of a service without signal. */
export interface WhoReads {
  managers: readonly string[];
  leads: readonly (readonly Lead[])[];
}

export interface Named {
  id: string;
  name: string;
}

export interface Regulator {
  name: string;
  number: string;
}

const OUTSIDERS = new Set(["family_or_partner", "friend_or_neighbour", "another_person", "stranger", "nobody"]);
const STAFF = new Set(["our_staff", "a_manager"]);
const SHORTEST_NAME = 2;
const SHORTEST_PART = 3;

/** The workers whom these answers name, in "who might have caused it", in the story, or as not to see it. */
export function namedWorkers(answers: Answers, workers: readonly Named[], author: string): Set<string> {
  const named = blamed(answers, workers, answers["what_happened"]);
  for (const id of listed(answers["private_from"])) named.add(id);
  named.delete(author);
  return named;
}

/** Whether nobody inside would read this concern: everybody who might is named, or under somebody who is. */
export function nobodyReads(answers: Answers, workers: readonly Named[], author: string, who: WhoReads): boolean {
  const named = namedWorkers(answers, workers, author);
  const isAnyManager = answers["who_caused"] === "a_manager" && without(blamed(answers, workers, ""), author).size === 0;
  if (isAnyManager) for (const id of who.managers) if (id !== author) named.add(id);
  return !who.leads.flat().some(({ worker, under }) => worker !== author && !named.has(worker) && !under.some((id) => named.has(id)));
}

/** The regulators of a division of the United Kingdom, by their public numbers. */
export const regulators = (division: string): readonly Regulator[] =>
  (regulatorsFile.divisions as Record<string, Regulator[]>)[division] ?? [];

function blamed(answers: Answers, workers: readonly Named[], story: unknown): Set<string> {
  const caused = String(answers["who_caused"] ?? "");
  const given = words(OUTSIDERS.has(caused) ? "" : answers["who_name"]);
  const said = words(STAFF.has(caused) ? story : "");
  const named = new Set(listed(answers["who_worker"]));
  for (const { id, name } of workers) {
    const parts = [...words(name)];
    if (parts.some((part) => (part.length >= SHORTEST_NAME && given.has(part)) || (part.length >= SHORTEST_PART && said.has(part)))) named.add(id);
  }
  return named;
}

function without(ids: Set<string>, author: string): Set<string> {
  ids.delete(author);
  return ids;
}

const listed = (answer: unknown): string[] => (Array.isArray(answer) ? answer.filter((id): id is string => typeof id === "string") : []);

/** The words of a text without accents, and those that hyphens and apostrophes divide written as one, too. */
function words(text: unknown): Set<string> {
  if (typeof text !== "string") return new Set();
  const bare = text.normalize("NFKD").replace(/\p{M}/gu, "");
  const joined = bare.replace(/(?<=[\p{L}\p{N}_])['’\-‐‑](?=[\p{L}\p{N}_])/gu, "");
  // Upper case first, so that "ß" becomes "ss" here as on the server.
  return new Set(`${bare} ${joined}`.toUpperCase().toLowerCase().match(/[\p{L}\p{Nl}\p{No}]+/gu) ?? []);
}
