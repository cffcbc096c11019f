// Fetching what is new: the home document, the forms, and everything this worker may read.
import { changed } from "../store/changes.ts";
import { beginAnew, cursor, keepAhead, keepPage, letGoOfAhead } from "../store/fetched.ts";
import type { Page } from "../store/fetched.ts";
import { loadEntries } from "../store/entry.ts";
import { form, keepForm, loadForms } from "../store/form.ts";
import { homeEtag, keepHome } from "../store/home.ts";
import { dropPasskeys, passkeysOf } from "../store/keys.ts";
import { vault } from "../store/vault.ts";
import type { OpenVault } from "../store/vault.ts";
import { closeReading, unlocked } from "../store/worker.ts";
import { heardEpoch } from "./copies.ts";
import { Refusal, fetchFirst, fetchForm, fetchHome, fetchPage, listForms } from "./api-client.ts";
import { LEFT, withOwnToken } from "./session.ts";

/** The server's answer to a cursor that it cannot read, as after a change of the key that seals cursors. */
const NOT_OUR_PLACE = 422;

/** While much is fetched, the screen shows what has come about this often: drawing everything anew takes a while. */
const SHOWN_EVERY = 5_000;

/** Fetch until there is no more. A page is kept whole, with its cursor, before the next is asked for. */
export async function fetchNew(): Promise<number> {
  return navigator.locks.request("heed-fetch", async () => {
    const mine = vault();
    const provider = unlocked.value?.provider;
    let count = 0;
    if ((await cursor()) === null) await lookFirst(mine);
    let shownAt = Date.now();
    for (let more = true; more; ) {
      const page = await nextPage(mine);
      await keepPage(page, mine);
      if (provider) heardEpoch(provider, page.epoch);
      count += page.items.length;
      more = page.more;
      if (count && (!more || Date.now() - shownAt > SHOWN_EVERY)) {
        changed("entry");
        shownAt = Date.now();
      }
    }
    await letGoOfAhead(mine);
    if (count) await loadEntries();
    return count;
  });
}

/** A phone that has nothing yet fetches first what waits for somebody and what changed last. */
async function lookFirst(mine: OpenVault): Promise<void> {
  try {
    await keepAhead(await withOwnToken(fetchFirst), mine);
    await loadEntries();
  } catch (failure) {
    // Everything comes in its turn all the same.
    if (!(failure instanceof Refusal)) throw failure;
  }
}

/** The page after the cursor; the first page when the server does not know that cursor any more. */
async function nextPage(mine: OpenVault): Promise<Page> {
  const at = await cursor();
  try {
    return await withOwnToken((token) => fetchPage(token, at));
  } catch (failure) {
    if (at === null || !(failure instanceof Refusal) || failure.status !== NOT_OUR_PLACE) throw failure;
    await beginAnew(mine);
    return withOwnToken((token) => fetchPage(token, null));
  }
}

/** Fetch what to have at hand, if it changed. */
export async function fetchHomeDocument(): Promise<void> {
  const mine = vault();
  // Those of before the question: one that is made meanwhile is not in the answer yet.
  const asked = await passkeysOf(mine.worker);
  try {
    const { content, etag } = await withOwnToken(async (token) => fetchHome(token, await homeEtag()));
    await dropPasskeys(mine.worker, asked, content.passkeys);
    // On a shared tablet a colleague's session is the first to hear of it.
    for (const worker of content.left) await closeReading(worker, LEFT, "work");
    await keepHome(content, etag, mine);
  } catch (failure) {
    if (!(failure instanceof Refusal) || failure.status !== 304) throw failure;
  }
}

/** Fetch the forms that this phone has not met. */
export async function fetchForms(): Promise<void> {
  await loadForms();
  const unmet = (await listForms()).filter((listed) => form(listed.form, listed.version)?.sha256 !== listed.sha256);
  // Side by side: on a weak signal each question takes a while, however short its answer.
  await Promise.all(
    unmet.map(async (listed) => {
      const { form: name, version, title, sha256 } = listed;
      await keepForm({ form: name, version, title, sha256, schema: await fetchForm(listed) });
    }),
  );
}
