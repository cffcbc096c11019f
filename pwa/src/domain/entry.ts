// An entry on its way from answers to the exact bytes that its writer signs.
import { toBase64url, utf8 } from "./bytes.ts";
import type { Bytes } from "./bytes.ts";
import type { Answers } from "./form.ts";

/** What somebody wrote, before it is an entry. */
export interface NewEntry {
  form: string;
  version: number;
  service: string;
  about: string | null;
  replaces: string | null;
  answers: Answers;
  photos: { hash: string; type: "image/jpeg"; size: number }[];
}

/** Where an entry stands in the chain of everything written on this device. */
export interface Place {
  seq: number;
  previous: string | null;
}

export interface Made {
  id: string;
  recordedAt: string;
  observedAt: string;
  person: string | null;
  body: Bytes;
}

const PERSON = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The name by which an entry is pointed at: another device's same id is simply another entry. */
export const entryKey = (device: string, id: string): string => `${device}.${id}`;

/** An id that sorts by when it was made (RFC 9562, version 7). */
export function uuid7(now: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16);
  for (let place = 5, rest = now; place >= 0; place--, rest = Math.floor(rest / 256)) bytes[place] = rest % 256;
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A moment with this device's own offset, so that a reader can tell what its clock showed. */
export function withOffset(moment: Date): string {
  const minutes = -moment.getTimezoneOffset();
  const two = (number: number): string => String(Math.trunc(Math.abs(number))).padStart(2, "0");
  const local = new Date(moment.getTime() + minutes * 60_000).toISOString().slice(0, -1);
  return `${local}${minutes < 0 ? "-" : "+"}${two(minutes / 60)}:${two(minutes % 60)}`;
}

/** The body: made once, signed as it is, and never changed. */
export function makeBody(entry: NewEntry, place: Place, now: Date, random: Bytes, appVersion: string): Made {
  const id = uuid7(now.getTime(), random.subarray(16));
  const recordedAt = withOffset(now);
  const observedAt = textAnswer(entry.answers, "observed_at") ?? textAnswer(entry.answers, "when") ?? recordedAt;
  const named = textAnswer(entry.answers, "person");
  const person = named && PERSON.test(named) ? named : null;
  const body = {
    id,
    form: entry.form,
    version: entry.version,
    service: entry.service,
    person,
    about: entry.about,
    replaces: entry.replaces,
    observed_at: observedAt,
    recorded_at: recordedAt,
    device_seq: place.seq,
    previous: place.previous,
    answers: entry.answers,
    photos: entry.photos,
    lang: "en",
    app_version: appVersion,
    salt: toBase64url(random.subarray(0, 16)),
  };
  return { id, recordedAt, observedAt, person, body: utf8(JSON.stringify(body)) };
}

/** Concerns go before anything else, and what answers one goes next. */
export function rank(form: string): number {
  return form === "concern" ? 0 : form === "review" || form === "acknowledgement" ? 1 : 2;
}

function textAnswer(answers: Answers, name: string): string | null {
  const answer = answers[name];
  return typeof answer === "string" ? answer : null;
}
