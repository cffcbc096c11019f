// The only place that reaches the network. Every address of the server stands here.
import type { Outcome, Outcomes } from "../domain/outcome.ts";
import { areOutcomes } from "../domain/outcome.ts";
import type { Schema } from "../domain/form.ts";
import type { Fetched, Page } from "../store/fetched.ts";
import type { RequestOptions } from "../store/passkey.ts";
import type { HomeDocument } from "../store/home.ts";
import type { Welcome } from "../store/worker.ts";

/** What the server would not do, in its own plain sentence. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly errors: Record<string, string[]>;
  /** Which of several refusals with the same status it is, where that matters. */
  readonly reason: string | null;
  /** For how many seconds the server asks to be left alone. */
  readonly wait: number;
  constructor(status: number, message: string, errors: Record<string, string[]> = {}, reason: string | null = null, wait = 0) {
    super(message);
    this.wait = wait;
    this.status = status;
    this.errors = errors;
    this.reason = reason;
  }
}

/** There is no signal, or what answered was not our server. */
export class NoSignal extends Error {
  override readonly name = "NoSignal";
  constructor() {
    super("There is no signal now.");
  }
}

export interface Answer<Content> {
  content: Content;
  etag: string | null;
}

/** How long to wait for an answer, and longer for what takes its time on a weak signal: two letters a millisecond. */
const PATIENCE = 30_000;
const SLOWEST = 2;

interface Asking {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  body?: unknown;
  token?: string | null;
  etag?: string | null;
}

/** Ask the server. Throws Refusal for what it refuses and NoSignal for everything that is not its answer. */
export async function ask<Content>(path: string, { method = "GET", body, token, etag }: Asking = {}): Promise<Answer<Content>> {
  const headers = new Headers({ Accept: "application/json" });
  if (body !== undefined) headers.set("Content-Type", "application/json");
  if (token) headers.set("Authorization", `Bearer ${token}`);
  if (etag) headers.set("If-None-Match", etag);
  const answer = await reach(path, { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  if (answer.status === 304) throw new Refusal(304, "Nothing has changed.");
  if (saysNothing(answer)) return { content: undefined as Content, etag: null };
  if (!answer.headers.get("content-type")?.includes("json")) throw new NoSignal();
  const content: unknown = await answer.json().catch(() => null);
  if (!answer.ok) throw refusal(answer, content);
  return { content: content as Content, etag: answer.headers.get("etag") };
}

/** Done, and nothing to say about it. */
const saysNothing = ({ status, headers }: Response): boolean => status === 204 || (status === 201 && headers.get("content-length") === "0");

async function reach(path: string, options: RequestInit & { body?: string | ArrayBuffer }): Promise<Response> {
  const { body } = options;
  const size = typeof body === "string" ? body.length : (body?.byteLength ?? 0);
  const signal = AbortSignal.timeout(PATIENCE + Math.ceil(size / SLOWEST));
  const answer = await fetch(path, { ...options, credentials: "same-origin", redirect: "error", cache: "no-store", signal }).catch(() => null);
  // Whatever stands between, such as a hotel that wants money first, may answer with any page, status and JSON, but not so.
  if (!answer?.headers.has(OURS)) throw new NoSignal();
  return answer;
}

/** Every answer of Heed's own carries this header. */
const OURS = "Heed-Answer";

/** Nobody asks us to wait for longer than ten minutes and means it. */
const LONGEST_WAIT = 600;

function refusal({ status, headers }: Response, content: unknown): Error {
  if (typeof content !== "object" || content === null || !("message" in content)) return new NoSignal();
  const { message, errors, reason } = content as { message: string; errors?: Record<string, string[]>; reason?: string };
  return new Refusal(status, message, errors ?? {}, reason ?? null, Math.min(LONGEST_WAIT, Number(headers.get("retry-after")) || 0));
}

export interface Introduction {
  device: { id: string | null; name: string };
  signing_key: string;
}

export interface NewProvider extends Introduction {
  set_up_code: string;
  provider: { name: string; handle: string };
  services: { name: string; kind: string; division: string; office_number: string; on_call_number: string }[];
  manager: { name: string; sign_in_name: string; password: string };
}

export const post = async <Content>(path: string, body: unknown, token?: string | null): Promise<Content> =>
  (await ask<Content>(path, { method: "POST", body, token: token ?? null })).content;

// Getting in
/** session: whether this browser still holds the cookie of a session. */
export const askSetUp = async (): Promise<{ needed: boolean; session: boolean }> => (await ask<{ needed: boolean; session: boolean }>("/api/set-up")).content;
export const setUp = (asked: NewProvider): Promise<Welcome> => post("/api/set-up", asked);
export const lookAtCode = (code: string): Promise<{ provider: string; handle: string; service: string; role: string }> => post("/api/join/look", { code });
export const join = (asked: { code: string; name: string; sign_in_name: string; password: string } & Introduction): Promise<Welcome> => post("/api/join", asked);
export const signIn = (asked: { sign_in_name: string; password: string; code?: string } & Introduction): Promise<Welcome> => post("/api/session/sign-in", asked);
export const passkeyOptions = (): Promise<{ challenge_id: string; options: RequestOptions }> => post("/api/session/passkey/options", {});
export const signInWithPasskey = (asked: { challenge_id: string; credential: unknown } & Introduction): Promise<Welcome> => post("/api/session/passkey", asked);
export const usePasswordCode = (asked: { code: string; password: string; second_step_code?: string } & Introduction): Promise<Welcome> => post("/api/session/password-code", asked);
/** Show again who one is, for what must not be done by whoever found an open phone. */
export const proveFresh = (token: string, proof: { password: string; code?: string } | { challenge_id: string; credential: unknown }): Promise<void> =>
  post("/api/session/fresh", proof, token);
/** full: everything that the worker may; upload: send what is written and nothing else. */
export type Scope = "full" | "upload";
export interface Refreshed {
  access_token: string;
  expires_in: number;
  scope: Scope;
}
export const refresh = (): Promise<Refreshed> => post("/api/session/refresh", undefined);
export const signOut = (): Promise<void> => post("/api/session/sign-out", undefined);

// Having at hand
export const fetchHome = (token: string, etag: string | null): Promise<Answer<HomeDocument>> => ask("/api/home", { token, etag });
export interface FormListed {
  form: string;
  version: number;
  title: string;
  url: string;
  sha256: string;
}
export const listForms = async (): Promise<FormListed[]> => (await ask<FormListed[]>("/api/forms")).content;
export const fetchForm = async (listed: FormListed): Promise<Schema> => (await ask<Schema>(`/api/forms/${listed.form}/${listed.version}`)).content;

// Sending and fetching
export async function sendItems(token: string, batch: { sent_at: string; unsent: number; items: unknown[] }): Promise<Outcomes> {
  const answer = await post<unknown>("/api/sync/send", batch, token);
  if (!areOutcomes(answer)) throw new NoSignal();
  return { ...answer, receipt: answer.receipt ?? null };
}

/** Which receipts stand for what a backup has, and which for what must be offered again. */
export interface Judged {
  safe: string[];
  again: string[];
}

/** Ask which of these receipts a backup has, and which stand for what must be offered again. */
export const judgeReceipts = (token: string, receipts: readonly string[]): Promise<Judged> => judged("/api/sync/receipts", { receipts }, token);

/** Ask the same without a session, of receipts that a provider gave. */
export const judgeHandedIn = (provider: string, receipts: readonly string[]): Promise<Judged> => judged("/api/sync/hand-in/receipts", { provider, receipts }, null);

async function judged(path: string, said: unknown, token: string | null): Promise<Judged> {
  const answer = await post<{ safe?: unknown; again?: unknown }>(path, said, token);
  if (!Array.isArray(answer?.safe) || !Array.isArray(answer.again)) throw new NoSignal();
  return { safe: answer.safe as string[], again: answer.again as string[] };
}

/** What a new phone needs first. */
export async function fetchFirst(token: string): Promise<Fetched[]> {
  const { content } = await ask<{ items?: unknown }>("/api/sync/first", { token });
  if (!Array.isArray(content?.items)) throw new NoSignal();
  return content.items as Fetched[];
}

/** Hand in what waits without any session: the signatures say whose it is. */
export async function handIn(batch: { provider: string; sent_at: string; items: unknown[] }): Promise<{ outcomes: Outcome[]; receipt: string | null }> {
  const answer = await post<unknown>("/api/sync/hand-in", batch);
  if (!areOutcomes(answer)) throw new NoSignal();
  return { outcomes: answer.outcomes, receipt: answer.receipt ?? null };
}

export async function fetchPage(token: string, cursor: string | null): Promise<Page> {
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
  const { content } = await ask<Page>(`/api/sync/fetch${query}`, { token });
  if (!Array.isArray(content?.items) || typeof content.cursor !== "string") throw new NoSignal();
  return content;
}

export interface SealedPhoto {
  keyId: string;
  entry: string;
  hash: string;
  seal: string;
  sealed: ArrayBuffer;
}

/** By which road a photo goes: with a session, or handed in without one. */
export interface PhotoRoad {
  path: string;
  token: string | null;
}

const photoName = ({ keyId, entry, hash }: SealedPhoto): string => `${keyId}/${entry}/${hash}/part`;
export const bySession = (token: string, photo: SealedPhoto): PhotoRoad => ({ path: `/api/sync/photo/${photoName(photo)}`, token });
export const byHandIn = (provider: string, photo: SealedPhoto): PhotoRoad => ({ path: `/api/sync/hand-in/photo/${provider}/${photoName(photo)}`, token: null });

/** How many bytes of a photo the server has by this road, from its beginning. */
export async function photoArrived({ path, token }: PhotoRoad): Promise<number> {
  const { content } = await ask<{ received?: unknown }>(path, { token });
  if (typeof content?.received !== "number") throw new NoSignal();
  return content.received;
}

/** Send some bytes of a photo. Answers how many the server has now, or the receipt when the whole is safely there. */
export async function sendPhotoPart({ path, token }: PhotoRoad, photo: SealedPhoto, begin: number, until: number): Promise<number | { receipt: string | null }> {
  const headers = new Headers({
    "Content-Type": "application/octet-stream",
    "Heed-Intake-Key": photo.seal,
    "Heed-Photo-Size": String(photo.sealed.byteLength),
  });
  if (token) headers.set("Authorization", `Bearer ${token}`);
  const answer = await reach(`${path}/${begin}`, { method: "PUT", headers, body: photo.sealed.slice(begin, until) });
  const content: unknown = answer.headers.get("content-type")?.includes("json") ? await answer.json().catch(() => null) : null;
  if (!answer.ok) throw refusal(answer, content);
  if (typeof content !== "object" || content === null) throw new NoSignal();
  if ("outcome" in content) return { receipt: "receipt" in content ? String(content.receipt) : null };
  if ("received" in content && typeof content.received === "number") return content.received;
  throw new NoSignal();
}

/** A photo of somebody else's entry; null when it has not arrived at the server. */
export async function fetchPhoto(token: string, key: string, hash: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const answer = await reach(`/api/photo/${key.replace(".", "/")}/${hash}`, { headers: { Authorization: `Bearer ${token}` } });
  return answer.ok && answer.headers.get("content-type") === "image/jpeg" ? new Uint8Array(await answer.arrayBuffer()) : null;
}

// Managing
export const makeJoinCode = (token: string, asked: { service: string; role: string }): Promise<{ code: string; url: string; qr: string[]; expires_at: string }> =>
  post("/api/join-codes", asked, token);
export const addPerson = (token: string, asked: unknown): Promise<void> => post("/api/people", asked, token);

export interface RosterSlot {
  rank: number;
  worker: string;
  number: string;
  from: string;
  until: string;
}
export interface RosterShift {
  id?: string;
  from: string;
  until: string;
  workers: string[];
}
export const onCall = async (token: string, service: string): Promise<RosterSlot[]> => (await ask<RosterSlot[]>(`/api/services/${service}/on-call`, { token })).content;
export const saveOnCall = async (token: string, service: string, slots: RosterSlot[]): Promise<void> =>
  (await ask<void>(`/api/services/${service}/on-call`, { method: "PUT", body: slots, token })).content;
export const saveCouncilNumber = async (token: string, service: string, number: string): Promise<void> =>
  (await ask<void>(`/api/services/${service}/council-number`, { method: "PUT", body: { number }, token })).content;
export const shifts = async (token: string, service: string): Promise<RosterShift[]> => (await ask<RosterShift[]>(`/api/services/${service}/shifts`, { token })).content;
export const saveShifts = async (token: string, service: string, body: RosterShift[]): Promise<void> =>
  (await ask<void>(`/api/services/${service}/shifts`, { method: "PUT", body, token })).content;

// How devices are
export interface DeviceReport {
  unsent: number;
  oldest_unsent_at: string | null;
  app_version: string;
  storage_kept: boolean | null;
  alerts: string;
}
export const reportDevice = async (token: string, report: DeviceReport): Promise<void> =>
  (await ask<void>("/api/devices/mine", { method: "PUT", body: report, token })).content;

/** What this device last said that it held, and when. */
export const ownDevice = async (token: string): Promise<{ unsent: number; last_seen_at: string }> =>
  (await ask<{ unsent: number; last_seen_at: string }>("/api/devices/mine", { token })).content;

export interface DeviceShown {
  id: string;
  name: string;
  workers: { id: string; name: string }[];
  last_seen_at: string | null;
  unsent: number;
  oldest_unsent_at: string | null;
  app_version: string | null;
  storage_kept: boolean | null;
  alerts: string | null;
  is_told: boolean;
  worries: { rule: string; words: string }[];
}
export const devices = async (token: string, service: string): Promise<DeviceShown[]> => (await ask<DeviceShown[]>(`/api/services/${service}/devices`, { token })).content;

// Being told
export const addSubscription = (token: string, subscription: PushSubscriptionJSON): Promise<void> =>
  post("/api/push-subscriptions", { endpoint: subscription.endpoint, keys: subscription.keys }, token);
export const removeSubscription = async (token: string, endpoint: string): Promise<void> =>
  (await ask<void>("/api/push-subscriptions", { method: "DELETE", body: { endpoint }, token })).content;
