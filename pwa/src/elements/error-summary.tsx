import { useEffect, useRef } from "preact/hooks";
import type { Problem } from "../domain/form";
import { inputId } from "./field";

interface ErrorSummaryProps {
  problems: Problem[];
  /** Goes up by one at each try, so that the summary takes focus again. */
  attempt: number;
  title?: string;
  onGo: (field: string) => void;
}

/** Everything that still needs an answer, in one place; it takes focus, and each line leads to its question, where it has one. */
export function ErrorSummary({ problems, attempt, title, onGo }: ErrorSummaryProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [attempt]);
  if (problems.length === 0) return null;
  return (
    <div class="summary" role="alert" tabIndex={-1} ref={box} aria-labelledby="summary-title">
      <h2 id="summary-title">{title ?? (problems.length === 1 ? "Please answer this" : `Please answer these ${problems.length}`)}</h2>
      <ul>
        {problems.map((problem) => (
          <li key={problem.field}>
            {problem.field === "" ? (
              <p class="wrong">{problem.words}</p>
            ) : (
              <a
                href={`#${inputId(problem.field)}`}
                onClick={(event) => {
                  event.preventDefault();
                  onGo(problem.field);
                }}
              >
                {problem.words}
              </a>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
