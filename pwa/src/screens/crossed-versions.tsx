import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { AnswerList } from "../elements/answers";
import { when } from "../elements/when";
import { notKeptWords } from "../store/not-kept";
import { surroundings } from "./around";
import { useDesk } from "./desk";
import { go, to } from "./route";
import { useAct } from "./use-act";
import { usePhotosOf } from "./use-photos";
import { useView, type Entry } from "./view";

/** Corrections that crossed, side by side: both count until somebody has settled it, and this says how. */
export function CrossedVersions({ versions, Part }: { versions: Entry[]; Part: "h2" | "h3" }) {
  const view = useView();
  const [first] = versions;
  if (!first) return null;
  const isOwn = first.author.id === view.worker.id;
  return (
    <section class="stack" aria-label="Versions that crossed">
      <Banner kind="amber">
        <strong>There are {versions.length === 2 ? "two" : versions.length} versions of this.</strong>{" "}
        {isOwn ? "You" : first.author.name} corrected it on two screens before either knew of the other. Both are kept and both count.{" "}
        {isOwn ? "Read both. If something in one is wrong, correct that one." : "Read both before you decide. If it matters which is right, ask for more information."}
      </Banner>
      <div class="beside beside-wide">
        {versions.map((version, at) => <VersionShown key={version.key} version={version} number={at + 1} Part={Part} isOwn={isOwn} />)}
      </div>
    </section>
  );
}

function VersionShown({ version, number, Part, isOwn }: { version: Entry; number: number; Part: "h2" | "h3"; isOwn: boolean }) {
  const view = useView();
  const desk = useDesk();
  const { busy, trouble, run } = useAct(notKeptWords);
  const form = view.forms.get(`${version.form}/${version.version}`) ?? view.forms.get(version.form);
  const photos = usePhotosOf(version);
  const around = { ...surroundings(view, { service: version.service, person: version.person }), photos };
  const correct = async (): Promise<void> => {
    const writing = await desk.begin({ form: version.form, service: version.service, about: null, replaces: version.key, answers: version.answers, isBlank: true });
    go(to("write", writing.id));
  };
  return (
    <section class="panel">
      <Part>Version {number}, {when(version.recordedAt, view.now)}</Part>
      {version.place === "waiting" && <p class="state-waiting">Saved on this phone. Not sent yet.</p>}
      {form && <AnswerList form={form} answers={version.answers} around={around} without={null} />}
      {trouble && <Banner kind="red">{trouble}</Banner>}
      {isOwn && <Button kind="quiet" busy={busy} onPress={() => void run(correct)}>Correct this version</Button>}
    </section>
  );
}
