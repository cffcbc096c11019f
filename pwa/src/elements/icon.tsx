/** Line drawings of our own, 24 by 24. They stand beside words and never instead of them. */
const lines = {
  home: "M4 11 12 4l8 7v9h-5v-6H9v6H4z",
  list: "M4 6h16M4 12h16M4 18h10",
  queue: "M4 5h16v4H4zM4 12h11M4 17h7M19 12v5l3 2",
  bell: "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
  more: "M4 12h1.5M11.25 12h1.5M18.5 12H20",
  worry: "M12 3 2.5 20h19zM12 10v4M12 17h.01",
  note: "M6 3h9l4 4v14H6zM9 11h7M9 15h7",
  money: "M3 7h18v11H3zM12 10a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5zM6 10v5M18 10v5",
  handover: "M4 8h13M13 4l4 4-4 4M20 16H7M11 12l-4 4 4 4",
  phone: "M6 3h4l1.5 5L9 9.5a12 12 0 0 0 5.5 5.5l1.5-2.5 5 1.5v4c0 1-1 2-2 2C10 20 4 13 4 5c0-1 1-2 2-2z",
  tick: "M4 12.5 9.5 18 20 6.5",
  cross: "M6 6l12 12M18 6 6 18",
  back: "M14 5l-7 7 7 7",
  next: "M10 5l7 7-7 7",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
  camera: "M4 8h4l1.5-3h5L16 8h4v11H4zM12 10a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7z",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15.5 9h.01",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM4.5 21c.5-4.5 3.5-7 7.5-7s7 2.5 7.5 7",
  people: "M9 5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 20c.4-4 3-6 6.5-6s6.1 2 6.5 6M16 5.5a3.3 3.3 0 0 1 0 6.3M18 14.5c2 .9 3.2 2.9 3.5 5.5",
  cloud: "M7 18a4 4 0 0 1 .5-8A5.5 5.5 0 0 1 18 11a3.5 3.5 0 0 1-.5 7z",
  waiting: "M12 3v10M8 9l4 4 4-4M4 16v4h16v-4",
  gear: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  hide: "M3 12c2.5-4 5.5-6 9-6s6.5 2 9 6c-2.5 4-5.5 6-9 6s-6.5-2-9-6zM4 20 20 4",
  share: "M12 15V4M8 7.5 12 4l4 3.5M6 11v9h12v-9",
  plus: "M12 5v14M5 12h14",
  key: "M8 12a3.5 3.5 0 1 0 0 .01M11.5 12H21v4M17 12v3",
  photo: "M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4",
} as const;

export type IconName = keyof typeof lines;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={lines[name]} />
    </svg>
  );
}

/** The mark of the app: a doorway with somebody in it. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 64 64" aria-hidden="true">
      <rect class="mark-ground" width="64" height="64" rx="15" />
      <path class="mark-line" d="M20 13v38M20 35c0-8 5-13 12-13s12 5 12 13v16" />
      <circle class="mark-dot" cx="32" cy="45" r="4.5" />
    </svg>
  );
}
