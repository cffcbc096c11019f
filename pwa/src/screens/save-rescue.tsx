import { useState } from "preact/hooks";
import { Banner } from "../elements/banner";
import { Button } from "../elements/button";
import { rescueFile } from "../store/rescue";
import { useAct } from "./use-act";

/** For a phone that cannot send: what waits, sealed, as one file that somebody else can hand in. */
export function SaveRescue() {
  const [saved, setSaved] = useState<string | null>(null);
  const acting = useAct(() => "This phone could not make the file. What you wrote is still here. Try again.");
  return (
    <section class="panel">
      <h2>If it never goes</h2>
      <p>Save everything that waits as one file, and give it to your manager. Nobody can read what is in it. It all stays on this phone too, until it is sent.</p>
      {acting.trouble && <Banner kind="red">{acting.trouble}</Banner>}
      <Button kind="quiet" busy={acting.busy} onPress={() => void acting.run(async () => setSaved(await save()))}>Save a rescue file</Button>
      {saved && <p role="status">Saved as {saved}, among this phone’s downloads. Give it to your manager, who opens “Phones in touch”.</p>}
    </section>
  );
}

/** The name under which it lies on this phone; null when it was handed to another app, or was not wanted after all. */
async function save(): Promise<string | null> {
  const file = await rescueFile();
  if (navigator.canShare?.({ files: [file] })) {
    const isDone = await navigator.share({ files: [file] }).then(() => true, (failure: unknown) => failure instanceof Error && failure.name === "AbortError");
    // A phone that cannot share it after all keeps it among its files.
    if (isDone) return null;
  }
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  return file.name;
}
