/** Pictures beside words, for whoever reads English slowly. Drawn for Heed, 32 by 32. */
const drawings: Record<string, string> = {
  hand: "M10 18V9a2 2 0 0 1 4 0v6V6a2 2 0 0 1 4 0v9-7a2 2 0 0 1 4 0v10c0 6-3 9-7 9-3.5 0-5.5-2-8.5-7-1.5-2.5 1.5-4 3.5-2zM25 6l3-2M26 11h3M24 2.5 25 1",
  home: "M4 15 16 5l12 10M7 13v14h18V13M16 25s-5-3-5-6.5a2.6 2.6 0 0 1 5-1 2.6 2.6 0 0 1 5 1C21 22 16 25 16 25zM16 17l-1.5 2.5 3 1.5-1.5 2",
  stop: "M11 4h10l7 7v10l-7 7H11l-7-7V11zM10 16h12",
  shout: "M13 27v-4H9v-4l-2-1 2-4c0-5 3-9 8.5-9S26 9 26 14c0 4-2 5.5-2 8v5M18 9l-3 5h4l-3 5",
  coins: "M11 6a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM21 14a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM11 10v4M21 18v4",
  lock: "M7 14h18v13H7zM11 14v-4a5 5 0 0 1 10 0v4M16 19v3",
  people: "M9 7a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 0 0 9 7zM3.5 25c0-6 2-9 5.5-9s5.5 3 5.5 9M24 5a3.2 3.2 0 1 0 0 6.4A3.2 3.2 0 0 0 24 5zM19 26c0-8 1.5-12 5-12s5 4 5 12M17 4v24",
  building: "M6 28V7l10-4v25M16 12h10v16M3 28h26M10 11h2M10 16h2M10 21h2M20 17h2M20 22h2",
  plate: "M16 7a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM16 12a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM3 7v6a2 2 0 0 0 2 2v11M29 26V7c-2 1-3 4-3 8h3",
  mirror: "M16 3a8.5 10 0 1 0 0 20 8.5 10 0 0 0 0-20zM16 23v6M11 29h10M13 10l-2 3M17 9l-4 6",
  strings: "M5 5h22M10 5v8M16 5v6M22 5v8M16 11a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM10 13l6 6 6-6M16 17v7M16 24l-4 5M16 24l4 5",
  other: "M7 16h.01M16 16h.01M25 16h.01",
  question: "M11 12a5 5 0 1 1 7 4.6c-1.5.9-2 1.9-2 3.9M16 26h.01",
};

export function Picture({ name }: { name: string }) {
  return (
    <svg class="picture" viewBox="0 0 32 32" aria-hidden="true">
      <path d={drawings[name] ?? drawings["other"]} />
    </svg>
  );
}
