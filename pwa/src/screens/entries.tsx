import { useState } from "preact/hooks";
import { OwnCard, ownThreads } from "./home";
import { personName } from "./names";
import { useView, type Thread } from "./view";

const PAGE = 50;

/** Everything on this phone that this worker may read, newest first; letters find a person. */
export function Entries() {
  const view = useView();
  const [letters, setLetters] = useState("");
  const [whose, setWhose] = useState<"all" | "own">("all");
  const [shown, setShown] = useState(PAGE);
  const all = [...view.threads.values()].sort((one, other) => recorded(other).localeCompare(recorded(one)));
  const wanted = letters.trim().toLowerCase();
  const found = (whose === "own" ? ownThreads(view) : all).filter(
    (thread) => !wanted || personName(view, thread.person, thread.entries[0]?.answers["person_name"]).toLowerCase().includes(wanted),
  );
  return (
    <>
      <div class="row row-fields">
        <label class="part">
          Find by name
          <input class="input" type="search" autocomplete="off" value={letters} onInput={(event) => setLetters(event.currentTarget.value)} />
        </label>
        <div class="row" role="group" aria-label="Whose entries">
          {([["all", "All"], ["own", "Mine"]] as const).map(([value, words]) => (
            <button type="button" class="button button-quiet" aria-pressed={whose === value} key={value} onClick={() => setWhose(value)}>{words}</button>
          ))}
        </div>
      </div>
      <p role="status" class="soft">{found.length === 0 ? "Nothing here yet." : found.length === 1 ? "1 entry" : `${found.length} entries`}</p>
      <div class="cards">
        {found.slice(0, shown).map((thread) => <OwnCard key={thread.key} thread={thread} view={view} />)}
      </div>
      {found.length > shown && <button type="button" class="button button-quiet" onClick={() => setShown(shown + PAGE)}>Show more</button>}
    </>
  );
}

const recorded = (thread: Thread): string => thread.entries[0]?.recordedAt ?? "";
