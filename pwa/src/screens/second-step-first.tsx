import { useActs } from "./acts";
import { Button } from "../elements/button";
import { Mark } from "../elements/icon";
import { SecondSteps } from "./security";

/** On a phone that has nothing to read yet, for somebody whose role needs a second step and who has none. */
export function SecondStepFirst() {
  const acts = useActs();
  return (
    <main class="entrance" id="main">
      <Mark />
      <h1 tabIndex={-1}>One thing first</h1>
      <div class="stack">
        <SecondSteps />
        <Button kind="plain" onPress={acts.lock}>Lock</Button>
      </div>
    </main>
  );
}
