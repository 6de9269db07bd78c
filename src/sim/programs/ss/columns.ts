// ss keeps what it prints until the end, then gives each column the room it needs and shares out what the terminal has left
// (render_calc_width and render in iproute2's misc/ss.c).

interface Column {
  readonly header: string;
  readonly align: 'left' | 'right';
  /** What stands between it and the column before. */
  readonly delimiter: string;
}

const COLUMNS: readonly Column[] = [
  { header: 'Netid', align: 'left', delimiter: '' },
  { header: 'State', align: 'left', delimiter: ' ' },
  { header: 'Recv-Q', align: 'left', delimiter: ' ' },
  { header: 'Send-Q', align: 'left', delimiter: ' ' },
  { header: 'Local Address:', align: 'right', delimiter: ' ' },
  { header: 'Port', align: 'left', delimiter: '' },
  { header: 'Peer Address:', align: 'right', delimiter: ' ' },
  { header: 'Port', align: 'left', delimiter: '' },
  { header: 'Process', align: 'left', delimiter: '' },
];

const NETID = 0;
const STATE = 1;

/** One socket: its nine columns, the last with everything that has no column of its own. */
export interface Row {
  readonly netid: string;
  readonly state: string;
  readonly receiveQueue: number;
  readonly sendQueue: number;
  /** With what divides it from the port. */
  readonly local: string;
  readonly localPort: string;
  readonly remote: string;
  readonly remotePort: string;
  readonly rest: string;
}

export interface Layout {
  readonly header: boolean;
  readonly netid: boolean;
  readonly state: boolean;
  /** Columns of the terminal; undefined for output that is none: nothing is shared out then. */
  readonly screen: number | undefined;
}

/** The whole table. */
export function render(rows: readonly Row[], layout: Layout): string {
  const shown = COLUMNS.map((_, i) => (i !== NETID || layout.netid) && (i !== STATE || layout.state));
  const lines = rows.map(cells);
  if (layout.header) lines.unshift(COLUMNS.map(({ header }) => header));
  const widths = columnWidths(lines, shown, layout.screen);
  return lines.map((line) => lineText(line, shown, widths)).join('');
}

function cells(row: Row): string[] {
  const { netid, state, receiveQueue, sendQueue, local, localPort, remote, remotePort, rest } = row;
  return [netid, state, String(receiveQueue), String(sendQueue), local, localPort, remote, remotePort, rest];
}

function columnWidths(lines: readonly (readonly string[])[], shown: readonly boolean[], screen: number | undefined): number[] {
  const limit = screen ?? Number.POSITIVE_INFINITY;
  const widths: number[] = [];
  let first = true;
  for (const [i, column] of COLUMNS.entries()) {
    const longest = shown[i] ? lines.reduce((max, line) => Math.max(max, line[i]?.length ?? 0), 0) : 0;
    const width = Math.min(!first && longest > 0 ? longest + column.delimiter.length : longest, limit);
    widths.push(width);
    if (width > 0) first = false;
  }
  if (screen !== undefined) shareOut(widths, screen);
  return widths;
}

/** Columns that do not fit beside each other go on in a line of their own; every line is filled with what is left. */
function shareOut(widths: number[], screen: number): void {
  let lineStart = 0;
  let used = 0;
  let columns = 0;
  const last = widths.findLastIndex((width) => width > 0);
  for (let i = 0; i < widths.length; i++) {
    const width = widths[i] as number;
    if (width === 0) continue;
    columns++;
    used += width;
    if (i !== last && used < screen) continue;
    if (used > screen) {
      used -= width;
      columns--;
      i--;
    }
    if (used !== screen) {
      const spacing = Math.floor((screen - used) / columns);
      let rest = (screen - used) % columns;
      for (let k = i; k >= lineStart; k--) {
        if (widths[k] === 0) continue;
        widths[k] = (widths[k] as number) + spacing + (rest-- > 0 ? 1 : 0);
      }
    }
    lineStart = i + 1;
    used = 0;
    columns = 0;
  }
}

function lineText(line: readonly string[], shown: readonly boolean[], widths: readonly number[]): string {
  let out = '';
  let started = false;
  for (const [i, { align, delimiter }] of COLUMNS.entries()) {
    if (!shown[i]) continue;
    const text = line[i] as string;
    const left = started ? delimiter : '';
    const room = Math.max(0, (widths[i] as number) - left.length - text.length);
    out += align === 'right' ? left + ' '.repeat(room) + text : left + text + ' '.repeat(room);
    started = true;
  }
  return `${out}\n`;
}
