/** Runs something several times and tells the middle of what it measured. */
export function median(runs: number, measure: () => number): number {
  const values = Array.from({ length: runs }, measure).sort((a, b) => a - b);
  return values[Math.floor(runs / 2)] as number;
}

/** Wall-clock milliseconds that a call takes. */
export function milliseconds(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

/** One line of the report. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
}

export function format({ name, value, unit }: Result): string {
  const shown = value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 1 : 2);
  return `${name.padEnd(58)} ${shown.padStart(12)} ${unit}`;
}
