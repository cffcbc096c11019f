import { Button } from "../elements/button";
import { Question } from "../elements/question";
import { go, to } from "./route";
import type { Sheet } from "./use-writing";

/** All questions on one short page. */
export function WritePage({ sheet }: { sheet: Sheet }) {
  const none = new Map<string, string>();
  return (
    <>
      {sheet.form["x-intro"] && <p class="soft">{sheet.form["x-intro"]}</p>}
      <div class="questions">
        {sheet.pages.flat().map((asked) => (
          <Question
            key={asked.name}
            asked={asked}
            at={asked.name}
            answer={sheet.writing.answers[asked.name]}
            answers={sheet.writing.answers}
            errors={none}
            around={sheet.around}
            onAnswer={(answer) => sheet.answer(asked.name, answer)}
          />
        ))}
      </div>
      <div class="form-actions">
        <Button wide onPress={() => go(to("write", sheet.writing.id, "check"))}>Check and send</Button>
      </div>
    </>
  );
}
