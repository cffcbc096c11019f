// An outline of a body in a box of 120 by 260, part by part, so that a mark can be named as well as drawn.
// "Left" and "right" are those of the person whose body it is.

export type Side = "front" | "back";

export interface Part {
  words: string;
  path: string;
  mirrored: boolean;
  /** The middle of the part, in thousandths of the picture. */
  centre: [number, number];
}

type Drawn = [front: string, back: string, x: number, y: number, path: string];

const middle: Drawn[] = [
  ["head", "back of the head", 60, 16, "M60 4c10 0 16 8 15 19-1 10-7 18-15 18S46 33 45 23C44 12 50 4 60 4z"],
  ["face", "neck, high up", 60, 29, "M53 40h14v4H53z"],
  ["neck", "neck", 60, 48, "M53 43h14v12H53z"],
  ["chest", "upper back", 60, 76, "M38 57c7-2 12-3 15-3h14c3 0 8 1 15 3l-3 40H41z"],
  ["belly", "lower back", 60, 112, "M41 97h38l1 29H40z"],
  ["hips", "bottom", 60, 138, "M40 126h40l3 25H61l-1 2-1-2H37z"],
];

const paired: [words: string, x: number, y: number, path: string][] = [
  ["shoulder", 88, 66, "M81 57c9 1 14 6 15 15l1 9H85z"],
  ["upper arm", 91, 95, "M85 81h12l2 28H88z"],
  ["lower arm", 95, 126, "M88 109h11l3 33H92z"],
  ["hand", 97, 152, "M92 142h10c4 8 3 16-2 19-5 2-9-6-8-19z"],
  ["thigh", 72, 172, "M61 151h22l-4 42H63z"],
  ["knee", 71, 201, "M63 193h16l-1 16H64z"],
  ["lower leg", 70, 226, "M64 209h14l-3 33h-9z"],
  ["foot", 71, 249, "M66 242h9l6 11c0 2-1 3-3 3H65z"],
];

const thousandths = (x: number, y: number): [number, number] => [Math.round((x / 120) * 1000), Math.round((y / 260) * 1000)];

/** The parts of one side, from the head down. */
export function outlineOf(side: Side): Part[] {
  return [
    ...middle.map(([front, back, x, y, path]) => ({
      words: side === "front" ? front : back, path, mirrored: false, centre: thousandths(x, y),
    })),
    ...paired.flatMap(([words, x, y, path]) =>
      [false, true].map((mirrored) => {
        // Seen from the front, the person's left is on the right of the picture.
        const isLeft = mirrored === (side === "back");
        return { words: `${isLeft ? "left" : "right"} ${words}`, path, mirrored, centre: thousandths(mirrored ? 120 - x : x, y) };
      }),
    ),
  ];
}

export const partNames = (side: Side): string[] => outlineOf(side).map(({ words }) => words);

export const centreOf = (side: Side, words: string): [number, number] | undefined =>
  outlineOf(side).find((part) => part.words === words)?.centre;

/** What to call a place on the picture. */
export function nearestPart(side: Side, x: number, y: number): string {
  const distance = ({ centre: [px, py] }: Part): number => ((px - x) * 0.12) ** 2 + ((py - y) * 0.26) ** 2;
  return outlineOf(side).reduce((best, part) => (distance(part) < distance(best) ? part : best)).words;
}
