/** A name with how wide it is on the screen. */
export interface Cell {
  readonly text: string;
  readonly width: number;
}

/** Between two columns. */
const GAP = 2;
const TAB = 8;

/** Names in as many columns as the width takes, filled downwards (or `across`), as ls(1) lays them; ends in a newline. */
export function layColumns(cells: readonly Cell[], width: number, across: boolean): string {
  const { columns, widths } = bestFit(cells, width, across);
  const rows = Math.ceil(cells.length / columns);
  let out = '';
  for (let row = 0; row < rows; row++) {
    let at = 0;
    let target = 0;
    for (let column = 0; column < columns; column++) {
      const cell = cells[across ? row * columns + column : column * rows + row];
      if (cell === undefined) break;
      out += indent(at, target) + cell.text;
      at = target + cell.width;
      target += widths[column] as number;
    }
    out += '\n';
  }
  return out;
}

/** Blanks from one column to another: tabs where they reach, as ls has it. */
function indent(from: number, to: number): string {
  let out = '';
  let at = from;
  while (at < to) {
    if (Math.floor(to / TAB) > Math.floor((at + 1) / TAB)) {
      out += '\t';
      at += TAB - (at % TAB);
    } else {
      out += ' ';
      at++;
    }
  }
  return out;
}

function bestFit(cells: readonly Cell[], width: number, across: boolean): { readonly columns: number; readonly widths: readonly number[] } {
  for (let columns = Math.min(cells.length, Math.max(1, Math.floor(width / 3))); columns > 1; columns--) {
    const rows = Math.ceil(cells.length / columns);
    const widths = new Array<number>(columns).fill(0);
    for (const [i, cell] of cells.entries()) {
      const column = across ? i % columns : Math.floor(i / rows);
      const last = column === columns - 1;
      widths[column] = Math.max(widths[column] as number, cell.width + (last ? 0 : GAP));
    }
    if (widths.reduce((a, b) => a + b, 0) < width) return { columns, widths };
  }
  return { columns: 1, widths: [0] };
}
