import { computed, signal } from "@preact/signals";
import { problems, type Schema } from "../domain/form";
import { copies } from "../store/copy";
import { drafts } from "../store/draft";
import { entries, notices, standings, type Entry as Kept, type Standing as Stood } from "../store/entry";
import { forms } from "../store/form";
import { home, type HomeDocument } from "../store/home";
import { SHOWN, outbox, sending, waitingCount } from "../store/outbox";
import { keepPhoto, photo, shrink } from "../store/photo";
import { unlocked } from "../store/worker";
import { now } from "./clock";
import type { Draft, Entry, Standing, Thread, View, Waiting } from "./view";

export const isOnline = signal(typeof navigator === "undefined" || navigator.onLine);

const allForms = computed(() => {
  const named = new Map<string, Schema>();
  for (const { form, version, schema } of [...forms.value].sort((one, other) => one.version - other.version)) {
    named.set(`${form}/${version}`, schema);
    named.set(form, schema);
  }
  return named;
});

const entryOf = (kept: Kept): Entry => ({
  ...kept,
  photos: kept.photos,
  reason: kept.words || null,
});

const standingOf = (stood: Stood): Standing => ({
  ...stood,
  seenBy: stood.seen_by,
  alone: stood.alone ?? false,
  opened: stood.opened ?? [],
  openTo: stood.open_to ?? [],
  readBy: (stood.read_by ?? []).map(({ id, name, first_at: firstAt, last_at: lastAt }) => ({ id, name, firstAt, lastAt })),
  readers: stood.readers.map(({ id, name, read_at: readAt }) => ({ id, name, readAt })),
});

/** The thread that an entry belongs to: what was written here may point at an answer instead of at the first entry. */
function rootOf(kept: Kept, all: ReadonlyMap<string, Kept>): string {
  let key = kept.thread;
  for (let steps = 0; steps < 8; steps++) {
    const up = all.get(key)?.thread;
    if (up === undefined || up === key) return key;
    key = up;
  }
  return key;
}

const threads = computed(() => {
  const all = entries.value;
  const byThread = new Map<string, Entry[]>();
  for (const kept of all.values()) {
    const root = rootOf(kept, all);
    const known = byThread.get(root);
    if (known) known.push(entryOf(kept));
    else byThread.set(root, [entryOf(kept)]);
  }
  const found = new Map<string, Thread>();
  for (const [key, members] of byThread) {
    const root = members.find((entry) => entry.key === key);
    // Answers whose first entry is not here yet wait for it.
    if (!root) continue;
    const rest = members.filter((entry) => entry !== root).sort((one, other) => one.recordedAt.localeCompare(other.recordedAt));
    const stood = standings.value.get(key);
    found.set(key, { key, form: root.form, service: root.service, person: root.person, entries: [root, ...rest], standing: stood ? standingOf(stood) : null });
  }
  return found;
});

const described = computed<Draft[]>(() =>
  drafts.value.filter(({ isBlank }) => !isBlank).map(({ id, form, version, about, answers, savedAt }) => {
    const schema = allForms.value.get(`${form}/${version}`);
    const person = answers["person"];
    return {
      id, form, about, savedAt,
      person: typeof person === "string" ? person : null,
      missing: schema ? problems(schema, answers).length : 0,
    };
  }),
);

const WAITS = "Waiting for signal.";

const waiting = computed<Waiting[]>(() => {
  const here: Waiting[] = outbox.value.map(({ key, kind, writtenBy, savedAt, trouble }) => ({
    id: key,
    key,
    form: kind === "photo" ? "photo" : (entries.value.get(key)?.form ?? null),
    writtenBy,
    savedAt,
    state: sending.value.has(key) ? "sending" : "waiting",
    reason: sending.value.has(key) ? "" : trouble || (isOnline.value ? "It is sent next." : WAITS),
  }));
  const apart: Waiting[] = [...entries.value.values()]
    .filter(({ place, author }) => place === "kept_apart" && author.id === unlocked.value?.worker)
    .map(({ key, form, author, recordedAt, words }) => ({
      id: key, key, form, writtenBy: author.name, savedAt: recordedAt, state: "kept_apart", reason: words,
    }));
  return [...here, ...apart.slice(0, SHOWN)];
});

function servicesOf(document: HomeDocument): View["services"] {
  return document.services.map((service) => ({
    id: service.id,
    name: service.name,
    kind: service.kind,
    division: service.division,
    officeNumber: service.office_number || null,
    onCallNumber: service.on_call_number || null,
    onCall: service.on_call,
    pushReachesOnCall: service.push_reaches_on_call,
    // A phone that was updated without signal still holds what the version before had kept.
    councilNumber: service.council_number || null,
    managers: service.managers ?? [],
    leads: service.leads ?? [],
  }));
}

const peopleOf = (document: HomeDocument): View["people"] =>
  document.people.map((person) => ({
    id: person.id,
    name: person.name,
    knownAs: person.known_as,
    service: person.service,
    moneyRule: person.money_rule,
    moneyLimit: person.money_limit,
    lastClosing: person.last_closing,
  }));

const services = computed(() => (home.value ? servicesOf(home.value) : []));
const people = computed(() => (home.value ? peopleOf(home.value) : []));

const photos: View["photos"] = {
  keep: async (file) => {
    const small = await shrink(file);
    await keepPhoto(small);
    return small.hash;
  },
  show: async (hash) => {
    const bytes = await photo(hash);
    return bytes ? URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" })) : null;
  },
};

/** The store as screens read it. Each part is worked out when a screen asks, and again when the store changes. */
export const storeView: View = {
  get now() {
    return now.value;
  },
  get worker() {
    const me = unlocked.value;
    return { id: me?.worker ?? "", name: me?.name ?? "", signInName: me?.signInName ?? "" };
  },
  get provider() {
    const me = unlocked.value;
    return { id: me?.provider ?? "", name: me?.providerName ?? "", isDemo: me?.isDemo ?? false };
  },
  get roles() {
    return home.value?.roles ?? [];
  },
  get services() {
    return services.value;
  },
  get people() {
    return people.value;
  },
  get workers() {
    return home.value?.workers ?? [];
  },
  get shifts() {
    return home.value?.shifts ?? [];
  },
  get forms() {
    return allForms.value;
  },
  get threads() {
    return threads.value;
  },
  get drafts() {
    return described.value;
  },
  get keptHere() {
    return copies.value;
  },
  get waiting() {
    return waiting.value;
  },
  get calendarWarning() {
    return home.value?.calendar_warning ?? null;
  },
  get notices() {
    return [...notices.value.values()].map(({ id, thread, rule, rung, words, raised_at: raisedAt }) => ({ id, thread, rule: rule ?? "", rung, words, raisedAt }));
  },
  get unsent() {
    return waitingCount.value;
  },
  get isOnline() {
    return isOnline.value;
  },
  photos,
};
