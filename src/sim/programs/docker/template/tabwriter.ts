// Go's text/tabwriter as docker's tables use it: NewWriter(out, 10, 1, 3, ' ', 0), or 20 as its least width.

/**
 * Aligns columns. A cell ends with a tab; the last cell of a line belongs to no column. A column is a run of lines that have a cell
 * there; it is as wide as its widest cell and `padding`, at least `minWidth`.
 */
export function alignColumns(text: string, minWidth = 10, padding = 3): string {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widths: number[][] = lines.map(() => []);
  for (const [row, cells] of lines.entries()) {
    for (let column = 0; column < cells.length - 1; column++) {
      if (widths[row]?.[column] !== undefined) continue;
      let end = row;
      let width = minWidth;
      for (; end < lines.length && (lines[end]?.length ?? 0) - 1 > column; end++)
        width = Math.max(width, [...(lines[end]?.[column] ?? '')].length + padding);
      for (let i = row; i < end; i++) (widths[i] as number[])[column] = width;
    }
  }
  return lines
    .map((cells, row) =>
      cells
        .map((cell, i) => (i === cells.length - 1 ? cell : cell + ' '.repeat(Math.max(0, (widths[row]?.[i] ?? 0) - [...cell].length))))
        .join(''),
    )
    .join('\n');
}
