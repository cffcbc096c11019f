// Fetching what is new: the home document, the forms, and everything this worker may read.
import { cursor, keepPage } from "../store/fetched.ts";
import { loadEntries } from "../store/entry.ts";
import { form, keepForm, loadForms } from "../store/form.ts";
import { homeEtag, keepHome } from "../store/home.ts";
import { vault } from "../store/vault.ts";
import { Refusal, fetchForm, fetchHome, fetchPage, listForms } from "./api-client.ts";
import { withOwnToken } from "./session.ts";

/** Fetch until there is no more. A page is kept whole, with its cursor, before the next is asked for. */
export async function fetchNew(): Promise<number> {
  return navigator.locks.request("heed-fetch", async () => {
    const mine = vault();
    let count = 0;
    for (let more = true; more; ) {
      const page = await withOwnToken(async (token) => fetchPage(token, await cursor()));
      await keepPage(page, mine);
      count += page.items.length;
      more = page.more;
    }
    if (count) await loadEntries();
    return count;
  });
}

/** Fetch what to have at hand, if it changed. */
export async function fetchHomeDocument(): Promise<void> {
  const mine = vault();
  try {
    const { content, etag } = await withOwnToken(async (token) => fetchHome(token, await homeEtag()));
    await keepHome(content, etag, mine);
  } catch (failure) {
    if (!(failure instanceof Refusal) || failure.status !== 304) throw failure;
  }
}

/** Fetch the forms that this phone has not met. */
export async function fetchForms(): Promise<void> {
  await loadForms();
  for (const listed of await listForms()) {
    if (form(listed.form, listed.version)?.sha256 === listed.sha256) continue;
    const { form: name, version, title, sha256 } = listed;
    await keepForm({ form: name, version, title, sha256, schema: await fetchForm(listed) });
  }
}
