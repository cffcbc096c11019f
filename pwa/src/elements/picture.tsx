/** Pictures beside words, for whoever reads English slowly. Drawn for Heed, 32 by 32. */
const drawings: Record<string, string> = {
  physical: "M9 19 19 9a4.2 4.2 0 0 1 6 6L15 25a4.2 4.2 0 0 1-6-6zM13 15l6 6M15.5 18.5h.01M18 16h.01",
  domestic_abuse: "M4 15 16 5l12 10M7 13v14h18V13M16 25s-5-3-5-6.5a2.6 2.6 0 0 1 5-1 2.6 2.6 0 0 1 5 1C21 22 16 25 16 25zM16 17l-1.5 2.5 3 1.5-1.5 2",
  sexual: "M10 17V9a2 2 0 0 1 4 0v6V6a2 2 0 0 1 4 0v9-7a2 2 0 0 1 4 0v10c0 6-3 9-7 9-3.5 0-5.5-2-8.5-7-1.5-2.5 1.5-4 3.5-1.5z",
  psychological: "M13 27v-4H9v-4l-2-1 2-4c0-5 3-9 8.5-9S26 9 26 14c0 4-2 5.5-2 8v5M18 9l-3 5h4l-3 5",
  financial: "M4 11h24v15H4zM4 11l4-5h16l4 5M20.5 15.5a3 3 0 0 0-5.5 1.5c0 2 .5 3-1 5h7M13.5 18.5h5",
  modern_slavery: "M13 12H9a5 5 0 0 0 0 10h4M19 12h4a5 5 0 0 1 0 10h-4M12 17h8M16 4v4M10 6l2 3M22 6l-2 3",
  discriminatory: "M6 12h20M6 20h20M21 6 11 26",
  organisational: "M6 28V7l10-4v25M16 12h10v16M3 28h26M10 11h2M10 16h2M10 21h2M20 17h2M20 22h2",
  neglect: "M5 17h22a11 9 0 0 1-22 0zM11 27h10M10 12c0-3 3-3 3-6M17 12c0-3 3-3 3-6M4 5l24 24",
  self_neglect: "M9 18h14l-2 10H11zM16 18c0-6-1-9-6-11M16 13c3 0 6 1 8 6M10 7c-3-1-5 1-5 4 3 0 5-1 5-4z",
  other: "M7 16h.01M16 16h.01M25 16h.01",
  not_sure: "M11 12a5 5 0 1 1 7 4.6c-1.5.9-2 1.9-2 3.9M16 26h.01",
};

export function Picture({ name }: { name: string }) {
  return (
    <svg class="picture" viewBox="0 0 32 32" aria-hidden="true">
      <path d={drawings[name] ?? drawings["other"]} />
    </svg>
  );
}
