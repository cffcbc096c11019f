const steps: { words: string; path: string }[] = [
  { words: "Press Share, the square with the arrow", path: "M24 30V9M17 15l7-7 7 7M14 21h-3v20h26V21h-3" },
  { words: "Choose “Add to Home Screen”", path: "M9 9h30v30H9zM24 17v14M17 24h14" },
  { words: "Press Add. Then open Heed from its new picture", path: "M16 8h16a4 4 0 0 1 4 4v24a4 4 0 0 1-4 4H16a4 4 0 0 1-4-4V12a4 4 0 0 1 4-4zM20 17v14M20 25c0-4 2-5 4-5s4 1 4 5v6" },
  { words: "Sign in there, and turn alerts on", path: "M15 31V22a9 9 0 0 1 18 0v9l4 4H11zM21 40h6" },
];

/** How to put Heed on the Home Screen of an iPhone, with a small picture for each step. */
export function HomeScreenSteps() {
  return (
    <ol class="picture-steps">
      {steps.map(({ words, path }, index) => (
        <li key={words}>
          <svg viewBox="0 0 48 48" aria-hidden="true"><path d={path} /></svg>
          <span>{index + 1}. {words}</span>
        </li>
      ))}
    </ol>
  );
}
