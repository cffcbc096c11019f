// A phone for the tests: a real database in memory, real keys, and a real small server on this machine to talk to.
import "fake-indexeddb/auto";
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import { toBase64url } from "../src/domain/bytes.ts";
import type { Bytes } from "../src/domain/bytes.ts";
import type { Answers } from "../src/domain/form.ts";
import { withDatabase } from "../src/store/database.ts";
import type { Draft } from "../src/store/draft.ts";
import { home } from "../src/store/home.ts";
import type { HomeDocument } from "../src/store/home.ts";
import { write } from "../src/store/outbox.ts";
import { moveIn, prepareSigningKey } from "../src/store/worker.ts";
import type { Welcome } from "../src/store/worker.ts";
import { forgetToken } from "../src/sync/session.ts";

export const PASSPHRASE = "meadow lark at noon";
export const PROVIDER = "9d3a3d0e-30f1-4d5a-8a52-4b8c9a0e7d11";
export const SERVICE = "5f0f2b5c-6c0e-4a0c-9b1d-0d3c5b8a1f22";
export const DEVICE = "c0b7f6a4-8a56-4a39-9f6e-2f6f0f3a9b33";

export const welcome = (own: string): Welcome => ({
  access_token: "",
  expires_in: 600,
  worker: { id: own, name: own, sign_in_name: `${own}@meadow` },
  provider: { id: PROVIDER, name: "Meadow", demo: false },
  device: { id: DEVICE },
  key_id: `key-${own}`,
  scope: "full",
  second_step: { set_up: false, needed_by: null },
});

/** Somebody signs in here, and has at hand what they need to write. Answers what opens what they seal. */
export async function settleIn(own: string): Promise<CryptoKeyPair> {
  await moveIn(welcome(own), PASSPHRASE, await prepareSigningKey());
  const intake = (await crypto.subtle.generateKey({ name: "ECDH", namedCurve: "P-256" }, true, ["deriveBits"])) as CryptoKeyPair;
  knowHome(toBase64url(new Uint8Array(await crypto.subtle.exportKey("raw", intake.publicKey))));
  return intake;
}

export function knowHome(intakeKey: string): void {
  home.value = { ...NOBODY_HOME, intake_key: { id: "intake", public_key: intakeKey } };
}

const NOBODY_HOME: HomeDocument = {
  worker: { id: "", name: "", sign_in_name: "" },
  provider: { id: PROVIDER, name: "Meadow", demo: false },
  roles: [],
  services: [],
  people: [],
  workers: [],
  shifts: [],
  intake_key: { id: "", public_key: "" },
  push_key: "",
  passkeys: [],
  left: [],
  calendar_warning: null,
  server_time: "",
};

/** An entry, with or without a draft before it. */
export const note = (answers: Answers, form = "visit-note") => ({ form, version: 1, service: SERVICE, about: null, replaces: null, answers, photos: [] });

export const writeNote = async (words: string, form?: string): Promise<string> => keyOf(await write(note({ note: words }, form), null));

export const draftOf = (id: string, answers: Answers): Draft => ({
  id, form: "concern", version: 1, service: SERVICE, about: null, replaces: null, answers, isBlank: false, savedAt: new Date().toISOString(),
});

const keyOf = (written: unknown): string => (typeof written === "string" ? written : (written as { key: string }).key);

type StoreName = "worker" | "device" | "form" | "outbox" | "outboxPhoto" | "copy" | "copyPhoto" | "entry" | "standing" | "notice" | "draft" | "setting" | "photo";
const STORES: StoreName[] = ["worker", "device", "form", "outbox", "outboxPhoto", "copy", "copyPhoto", "entry", "standing", "notice", "draft", "setting", "photo"];

/** Every byte and every letter that lies in the database of this phone, in one text. */
export async function everythingStored(): Promise<string> {
  const rows = await withDatabase((open) => Promise.all(STORES.map((name) => open.getAll(name))));
  const found: string[] = [];
  const look = (value: unknown): void => {
    if (value instanceof ArrayBuffer) found.push(Buffer.from(value).toString("latin1"));
    else if (ArrayBuffer.isView(value)) found.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1"));
    else if (typeof value === "object" && value !== null) Object.entries(value).forEach((pair) => pair.forEach(look));
    else found.push(String(value));
  };
  look(rows);
  return found.join("\n");
}

/** A phone whose disk is full as soon as one of these stores wants to grow. */
export const failingPuts = (stores: readonly StoreName[], meanwhile: () => Promise<void>): Promise<void> =>
  watchingPuts((name) => {
    if ((stores as readonly string[]).includes(name)) throw new DOMException("The disk is full", "QuotaExceededError");
  }, meanwhile);

export const countingPuts = (store: StoreName, count: () => void, meanwhile: () => Promise<void>): Promise<void> =>
  watchingPuts((name) => void (name === store && count()), meanwhile);

async function watchingPuts(look: (store: string) => void, meanwhile: () => Promise<void>): Promise<void> {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (this: IDBObjectStore, ...row) {
    look(this.name);
    return put.apply(this, row);
  };
  try {
    await meanwhile();
  } finally {
    IDBObjectStore.prototype.put = put;
  }
}

/** Empty what waits and what was read, between one test and the next. */
export async function emptyOutbox(): Promise<void> {
  await withDatabase((open) => Promise.all((["outbox", "outboxPhoto", "copy", "copyPhoto", "entry", "standing", "notice", "setting"] as const).map((name) => open.clear(name))));
}

export interface Asked {
  method: string;
  path: string;
  body: Buffer;
}

export interface Batch {
  unsent: number;
  items: { id: string; key_id: string }[];
}

export type Handler = (asked: Asked, answer: ServerResponse) => void;

/** A server that knows one worker and takes what it is sent, until a test says otherwise. */
export class Server {
  readonly asked: Asked[] = [];
  /** What a test wants answered instead, by the beginning of the path. */
  readonly instead = new Map<string, Handler>();
  /** Whose session the cookie opens. */
  session = "amina";
  /** What that session may do. */
  scope = "full";
  address = "";

  /** The batches that came, oldest first. */
  get batches(): Batch[] {
    return this.to("/api/sync/send").map(({ body }) => JSON.parse(body.toString()) as Batch);
  }

  to(path: string): Asked[] {
    return this.asked.filter((each) => each.path.startsWith(path));
  }

  asFresh(): void {
    this.asked.length = 0;
    this.instead.clear();
    this.session = "amina";
    this.scope = "full";
    forgetToken();
  }

  async handle(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const asked = { method: request.method ?? "", path: request.url ?? "", body: Buffer.concat(parts) };
    this.asked.push(asked);
    const instead = [...this.instead].find(([path]) => asked.path.startsWith(path));
    (instead?.[1] ?? this.usually)(asked, answer);
  }

  private readonly usually: Handler = ({ path, body }, answer) => {
    if (path === "/api/session/refresh") return json(answer, 200, { access_token: tokenOf(this.session), expires_in: 600, scope: this.scope });
    if (path === "/api/sync/hand-in") return json(answer, 200, accept(JSON.parse(body.toString()) as Batch));
    if (path === "/api/sync/send") return json(answer, 200, accept(JSON.parse(body.toString()) as Batch));
    if (path.startsWith("/api/sync/photo/")) return json(answer, 200, { outcome: "accepted", words: "" });
    if (path.startsWith("/api/forms")) return json(answer, 200, []);
    return json(answer, 404, { code: 404, status: "Not Found", message: "There is nothing here." });
  };
}

/** An outcome for each item, as the server gives it. */
export const accept = ({ items }: Pick<Batch, "items">, outcome = "accepted") => ({
  outcomes: items.map(({ id, key_id }) => ({ id, key_id, outcome, effect: "counted", reason: null, words: "" })),
  server_time: new Date().toISOString(),
  epoch: 1,
});

/** What every answer of Heed's own carries, and no other. */
export const OURS = { "Heed-Answer": "1" };

export function json(answer: ServerResponse, status: number, content: unknown): void {
  answer.writeHead(status, { ...OURS, "Content-Type": "application/json" }).end(JSON.stringify(content));
}

export const refuse = (status: number, message: string): Handler => (_, answer) => json(answer, status, { code: status, status: "", message });

export const tokenOf = (worker: string): string =>
  `head.${toBase64url(Buffer.from(JSON.stringify({ sub: worker, provider: PROVIDER })) as Bytes)}.tail`;

/** A server on a port of its own, which this phone's addresses lead to. */
export async function startServer(): Promise<Server> {
  const server = new Server();
  const listening = createServer((request, answer) => void server.handle(request, answer));
  await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
  server.address = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
  after(() => {
    listening.closeAllConnections();
    listening.close();
  });
  // A page of the app asks for addresses without a host; Node wants the whole.
  const whole = globalThis.fetch;
  globalThis.fetch = (asked, options) => {
    assert.equal(typeof asked, "string");
    return whole(new URL(String(asked), server.address), options);
  };
  return server;
}
