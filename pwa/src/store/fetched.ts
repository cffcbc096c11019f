// Keeping a page that was fetched: everything in it and the new cursor, in one commit.
import type { Answers } from "../domain/form.ts";
import { changed } from "./changes.ts";
import { inOneCommit } from "./database.ts";
import type { BoxRow, EntryRow } from "./database.ts";
import { entryRow } from "./entry.ts";
import type { EntryContent, Notice, Standing } from "./entry.ts";
import { readSetting } from "./setting.ts";
import { Locked, encrypt, isStillOpen } from "./vault.ts";
import type { OpenVault } from "./vault.ts";

export interface FetchedEntry {
  kind: "entry";
  key: string;
  thread: string;
  form: string;
  version: number;
  service: string;
  person: string | null;
  about: string | null;
  replaces: string | null;
  observed_at: string;
  recorded_at: string;
  received_at: string;
  clock_skew_ms: number;
  author: { id: string; name: string };
  answers: Answers;
  photos: { hash: string; here: boolean; damaged?: boolean }[];
  lang: string;
  effect: "counted" | "none";
  reason: string | null;
  /** Why it has no effect, in words; empty when it counts. */
  words: string;
}

export type Fetched = FetchedEntry | ({ kind: "standing" } & Standing) | ({ kind: "notice" } & Notice) | { kind: "forget"; thread: string };

export interface Page {
  items: Fetched[];
  cursor: string;
  more: boolean;
  epoch: number;
  server_time: string;
}

export const cursor = (): Promise<string | null> => readSetting<string>("cursor");

/**
 * Keep a page for whoever asked for it, and for nobody else: throws Locked when they locked meanwhile. The cursor moves
 * only together with everything that came before it.
 */
export async function keepPage(page: Page, mine: OpenVault): Promise<void> {
  if (!isStillOpen(mine)) throw new Locked();
  const { worker } = mine;
  // Encrypt first: a transaction does not wait for anything else.
  const steps = await Promise.all(page.items.map((item) => prepared(item, mine)));
  const box = await encrypt(page.cursor, "setting|cursor", mine);
  await inOneCommit(["entry", "standing", "notice", "setting"], async (commit) => {
    for (const step of steps) {
      if (step.kind === "entry") await commit.objectStore("entry").put(step.row);
      else if (step.kind === "standing") await commit.objectStore("standing").put(step.row);
      else if (step.kind === "notice") await commit.objectStore("notice").put(step.row);
      else {
        await commit.objectStore("standing").delete([worker, step.thread]);
        const keys = await commit.objectStore("entry").index("thread").getAllKeys([worker, step.thread]);
        for (const key of keys) await commit.objectStore("entry").delete(key);
      }
    }
    await commit.objectStore("setting").put({ worker, key: "cursor", box });
  });
}

/**
 * Keep what a new phone fetched ahead of the rest, without moving the cursor, and mark it. What is here already is
 * newer or the phone's own, and stays.
 */
export async function keepAhead(items: readonly Fetched[], mine: OpenVault): Promise<void> {
  if (!isStillOpen(mine)) throw new Locked();
  const { worker } = mine;
  const steps = await Promise.all(items.map((item) => prepared(item, mine)));
  const box = await encrypt(true, "setting|ahead", mine);
  await inOneCommit(["entry", "standing", "notice", "setting"], async (commit) => {
    for (const step of steps) {
      if (step.kind === "forget") continue;
      const store = commit.objectStore(step.kind);
      if (!(await store.count([worker, step.row.key]))) await store.put({ ...step.row, ahead: true } as EntryRow & BoxRow);
    }
    await commit.objectStore("setting").put({ worker, key: "ahead", box });
  });
  changed("entry");
}

/** Let go of what was fetched ahead and did not come in its turn: its reader may not read it any more. */
export async function letGoOfAhead({ worker }: OpenVault): Promise<void> {
  if (!(await readSetting<boolean>("ahead"))) return;
  const everything = everythingOf(worker);
  await inOneCommit(["entry", "standing", "notice", "setting"], async (commit) => {
    for (const name of ["entry", "standing", "notice"] as const) {
      const store = commit.objectStore(name);
      for (const row of await store.getAll(everything)) if (row.ahead) await store.delete([worker, row.key]);
    }
    await commit.objectStore("setting").delete([worker, "ahead"]);
  });
  changed("entry");
}

const everythingOf = (worker: string): IDBKeyRange => IDBKeyRange.bound([worker, ""], [worker, "\uffff"]);

/**
 * Begin to fetch from the beginning, without anything that was fetched before: what was taken away meanwhile would
 * otherwise stay here, because nobody is told to forget what was gone before they began. What waits to be sent stays.
 */
export async function beginAnew({ worker }: OpenVault): Promise<void> {
  const everything = everythingOf(worker);
  await inOneCommit(["entry", "standing", "notice", "setting"], async (commit) => {
    for (const row of await commit.objectStore("entry").getAll(everything))
      if (row.place === "sent") await commit.objectStore("entry").delete([worker, row.key]);
    await commit.objectStore("standing").delete(everything);
    await commit.objectStore("notice").delete(everything);
    await commit.objectStore("setting").delete([worker, "cursor"]);
  });
  changed("entry");
}

type Step = { kind: "entry"; row: EntryRow } | { kind: "standing"; row: BoxRow } | { kind: "notice"; row: BoxRow } | { kind: "forget"; thread: string };

async function prepared(item: Fetched, mine: OpenVault): Promise<Step> {
  const { worker } = mine;
  switch (item.kind) {
    case "entry":
      return { kind: "entry", row: await entryRow(mine, item.key, item.thread, "sent", contentOf(item), item.effect, item.words) };
    case "standing": {
      const { kind, ...standing } = item;
      return { kind, row: { worker, key: item.thread, box: await encrypt(standing, `standing|${item.thread}`, mine) } };
    }
    case "notice": {
      const { kind, ...notice } = item;
      return { kind, row: { worker, key: item.id, box: await encrypt(notice, `notice|${item.id}`, mine) } };
    }
    case "forget":
      return { kind: "forget", thread: item.thread };
  }
}

function contentOf(item: FetchedEntry): EntryContent {
  return {
    form: item.form,
    version: item.version,
    service: item.service,
    person: item.person,
    about: item.about,
    replaces: item.replaces,
    observedAt: item.observed_at,
    recordedAt: item.recorded_at,
    receivedAt: item.received_at,
    clockSkewMs: item.clock_skew_ms,
    author: item.author,
    answers: item.answers,
    photos: item.photos,
    lang: item.lang,
  };
}
