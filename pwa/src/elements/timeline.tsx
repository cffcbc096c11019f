import { hoursAndMinutes, when } from "./when";

export interface Times {
  observed_at: string | null;
  recorded_at: string | null;
  received_at: string | null;
  seen_at: string | null;
}

const steps: [keyof Times, string, string][] = [
  ["observed_at", "It happened", ""],
  ["recorded_at", "It was written down", "until written down"],
  ["received_at", "It reached the office", "until it had signal and was sent"],
  ["seen_at", "Somebody looked", "until somebody looked"],
];

/** The four times and the gaps between them: whose part of a delay was whose. */
export function Timeline({ times, now, seen }: { times: Times; now: Date; seen: boolean }) {
  let before: string | null = null;
  return (
    <ol class="timeline">
      {steps.filter(([key]) => seen || key !== "seen_at").map(([key, words, gap]) => {
        const at = times[key];
        const from = before;
        if (at) before = at;
        return (
          <li key={key} class={at ? "timeline-done" : "timeline-open"}>
            {from && at && hoursAndMinutes(from, at) !== "0:00" && <span class="timeline-gap">{hoursAndMinutes(from, at)} {gap}</span>}
            <span class="timeline-what">{words}</span>
            <span class="timeline-at">{at ? <time dateTime={at}>{when(at, now)}</time> : "not yet"}</span>
          </li>
        );
      })}
    </ol>
  );
}
