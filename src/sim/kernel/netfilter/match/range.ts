/** From one number to another, both counted. */
export interface NumberRange {
  readonly from: number;
  readonly to: number;
  readonly invert: boolean;
}

export function inside(value: number, { from, to, invert }: NumberRange): boolean {
  return (value >= from && value <= to) !== invert;
}
