/** Where a cable may leave a box, and the free ways around it. */
export interface CableEnd {
  /** The box's sides. */
  readonly left: number;
  readonly right: number;
  /** Of the device, on either side. */
  readonly y: number;
  readonly column: number;
  readonly row: number;
  /** A free line below all boxes of its row. */
  readonly below: number;
  /** Its machine's place from above: gutters end where a machine does. */
  readonly floor: number;
  readonly leftGutter: number;
  readonly rightGutter: number;
}

/** A switch's rail at the left. */
export interface Rail {
  readonly rail: number;
}

export interface Route {
  readonly path: string;
  readonly ends: readonly { readonly x: number; readonly y: number }[];
}

type Point = readonly [x: number, y: number];

const CORNER = 6;

/** How many cables each gutter has, so that they lie side by side: from the middle to both sides by turns. */
export class Lanes {
  readonly #counts = new Map<string, number>();
  readonly #distance: (column: number) => number;

  /** @param distance between two in the gutter right of a column. */
  constructor(distance: (column: number) => number) {
    this.#distance = distance;
  }

  /** A lane that is free in the gutter of all machines from one to another: its distance from the middle. */
  take(column: number, floors: readonly [number, number]): number {
    const gutters: string[] = [];
    for (let floor = Math.min(...floors); floor <= Math.max(...floors); floor++) gutters.push(`${floor} ${column}`);
    const nth = Math.max(...gutters.map((gutter) => this.#counts.get(gutter) ?? 0));
    for (const gutter of gutters) this.#counts.set(gutter, nth + 1);
    return Math.ceil(nth / 2) * (nth % 2 === 1 ? 1 : -1) * this.#distance(column);
  }

  /** The most that the gutter right of a column has on any floor. */
  in(column: number): number {
    return Math.max(0, ...[...this.#counts].filter(([gutter]) => gutter.endsWith(` ${column}`)).map(([, count]) => count));
  }
}

/** A way from one device to another (or to a rail) with right angles that runs in gutters only. */
export function routeCable(from: CableEnd, to: CableEnd | Rail, lanes: Lanes): Route {
  const lane = (end: CableEnd, side: 'left' | 'right'): number => {
    const column = side === 'left' ? end.column - 1 : end.column;
    const middle = side === 'left' ? end.left - end.leftGutter / 2 : end.right + end.rightGutter / 2;
    return middle + lanes.take(column, [from.floor, 'rail' in to ? from.floor : to.floor]);
  };
  const edge = (end: CableEnd, side: 'left' | 'right'): Point => [side === 'left' ? end.left : end.right, end.y];

  if ('rail' in to) {
    if (from.column === 0) return route([edge(from, 'left'), [to.rail, from.y]]);
    const x = lane(from, 'left');
    return route([edge(from, 'left'), [x, from.y], [x, from.below], [to.rail, from.below]]);
  }
  // In one column, or one box: out on the right and back.
  if (from.column === to.column) {
    const x = lane(from, 'right');
    return route([edge(from, 'right'), [x, from.y], [x, to.y], edge(to, 'right')]);
  }
  const forward = from.column < to.column;
  const [out, back] = forward ? (['right', 'left'] as const) : (['left', 'right'] as const);
  if (Math.abs(from.column - to.column) === 1) {
    if (from.y === to.y) return route([edge(from, out), edge(to, back)]);
    const x = lane(from, out);
    return route([edge(from, out), [x, from.y], [x, to.y], edge(to, back)]);
  }
  const x1 = lane(from, out);
  const x2 = lane(to, back);
  const gap = from.row < to.row ? from.below : to.row < from.row ? to.below : from.below;
  return route([edge(from, out), [x1, from.y], [x1, gap], [x2, gap], [x2, to.y], edge(to, back)]);
}

function route(points: readonly Point[]): Route {
  const first = points[0] as Point;
  const last = points.at(-1) as Point;
  let path = `M${first[0]} ${first[1]}`;
  for (let i = 1; i < points.length; i++) {
    const before = points[i - 1] as Point;
    const point = points[i] as Point;
    const next = points[i + 1];
    if (!next) {
      path += ` L${point[0]} ${point[1]}`;
      continue;
    }
    const radius = Math.min(CORNER, distance(before, point) / 2, distance(point, next) / 2);
    const [ax, ay] = towards(point, before, radius);
    const [bx, by] = towards(point, next, radius);
    path += ` L${ax} ${ay} Q${point[0]} ${point[1]} ${bx} ${by}`;
  }
  return {
    path,
    ends: [
      { x: first[0], y: first[1] },
      { x: last[0], y: last[1] },
    ],
  };
}

const distance = (a: Point, b: Point): number => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]);

const towards = (from: Point, to: Point, by: number): Point => [
  from[0] + Math.sign(to[0] - from[0]) * by,
  from[1] + Math.sign(to[1] - from[1]) * by,
];
