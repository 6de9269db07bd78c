// How dnf 4 lays out what it prints (dnf/cli/output.py, dnf/cli/format.py).

/** Nothing says how wide a file is. */
export const WIDTH = 80;

/** `806 k`, `1.2 M`: with a step of 1024 and never more than three digits. */
export function formatNumber(value: number): string {
  const units = [' ', 'k', 'M', 'G', 'T'];
  let number = value;
  let depth = 0;
  for (; number > 999 && depth < units.length - 1; depth++) number /= 1024;
  const shown = depth === 0 ? String(Math.trunc(number)) : number < 9.95 ? number.toFixed(1) : number.toFixed(0);
  return `${shown} ${units[depth]}`;
}

type Lengths = [length: number, count: number][];

function lengthsOf(values: readonly string[]): Lengths {
  const counts = new Map<number, number>();
  for (const { length } of values) counts.set(length, (counts.get(length) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b);
}

/** How many rows a column would fit that gets all the room that is left. */
function helps(width: number, lengths: Lengths, left: number): number {
  let rows = 0;
  for (const [length, count] of lengths) {
    if (left < length - width) break;
    rows += count;
  }
  return rows;
}

/**
 * The widths of columns. Each begins with `least`; the room goes where it helps most rows, and what is left is shared among all but the last, the odd
 * rest going to `remainder`. A column without values only has its least.
 */
export function columnWidths(
  columns: readonly (readonly string[])[],
  least: readonly number[],
  remainder: number,
  indent: number,
): number[] {
  const widths = [...least];
  const lengths = columns.map(lengthsOf);
  const last = widths.length - 1;
  let left = WIDTH - widths.reduce((sum, width) => sum + width, 0) - last - indent + (widths[last] === 0 ? 1 : 0);
  while (left > 0) {
    let best = 0;
    let chosen = 0;
    for (const [i, width] of widths.entries()) {
      const rows = helps(width, lengths[i] as Lengths, left);
      if (rows === 0 || rows < best) continue;
      best = rows;
      chosen = i;
    }
    if (best > 0) {
      const difference = ((lengths[chosen] as Lengths).shift() as Lengths[number])[0] - (widths[chosen] as number);
      if (widths[chosen] === 0 && chosen === last) left--;
      widths[chosen] = (widths[chosen] as number) + difference;
      left -= difference;
      continue;
    }
    const over = lengths.flatMap((one, i) => (one.length > 0 ? [i] : []));
    const each = over.length > 0 ? Math.floor(left / over.length) : 0;
    for (const i of over) widths[i] = (widths[i] as number) + each;
    left -= each * over.length;
    const share = Math.floor(left / last);
    for (let i = 0; i < last; i++) widths[i] = (widths[i] as number) + share;
    widths[remainder] = (widths[remainder] as number) + left - last * share;
    break;
  }
  return widths;
}

/** One row; what is too long for its column is followed by a new line. A negative width is for a column flush right. */
export function row(values: readonly string[], widths: readonly number[], begin = ''): string {
  let out = begin;
  let before = begin.length;
  for (const [i, value] of values.entries()) {
    const width = widths[i] as number;
    const isLast = i === values.length - 1;
    if (width < 0) out += value.padStart(-width);
    else if (value.length <= width) out += `${value.padEnd(width)}${isLast ? '' : ' '}`;
    else out += isLast ? value : `${value}\n${' '.repeat(before + width + 1)}`;
    before += Math.abs(width) + 1;
  }
  return `${out}\n`;
}

/** Names in as many columns as fit. */
export function inColumns(names: readonly string[]): string {
  let widths: number[] = [WIDTH - 2];
  for (let count = 8; count >= 2; count--) {
    const fitting = fits(names, count);
    if (fitting === undefined) continue;
    widths = fitting;
    break;
  }
  let out = '';
  for (let i = 0; i < names.length; i += widths.length) out += row(names.slice(i, i + widths.length), widths, '  ');
  return out;
}

function fits(names: readonly string[], count: number): number[] | undefined {
  if (names.length < count) return undefined;
  let left = WIDTH - (count - 1 + 2);
  const widths = new Array<number>(count).fill(0);
  for (const [i, { length }] of names.entries()) {
    const more = length - (widths[i % count] as number);
    if (more <= 0) continue;
    if (left <= more) return undefined;
    left -= more;
    widths[i % count] = length;
  }
  return widths.map((width) => width + Math.floor(left / count));
}

/** A download that is done: ` 483 kB/s | 8.2 kB     00:00    ` behind its name. */
export function downloaded(name: string, bytes: number, seconds: number): string {
  const rate = formatNumber(bytes / Math.max(seconds, 0.001));
  const whole = Math.floor(seconds);
  const time = `${String(Math.floor(whole / 60)).padStart(2, '0')}:${String(whole % 60).padStart(2, '0')}`;
  const end = ` ${rate.padStart(5)}B/s | ${formatNumber(bytes).padStart(5)}B ${time.padStart(9)}    `;
  const room = WIDTH - 1 - end.length;
  return `${name.slice(0, room).padEnd(room)}${end}\n`;
}

/** A step of a transaction. */
export function step(action: string, name: string, number: number, total: number): string {
  const count = `${String(number).padStart(String(total).length)}/${total}`;
  const head = `  ${action.padEnd(16)} : `;
  const room = WIDTH - head.length - count.length - 2;
  return `${head}${name.slice(0, room).padEnd(room)} ${count} \n`;
}

/** A title in a line of its own. */
export function rule(title: string): string {
  const room = Math.max(WIDTH - title.length - 2, 0);
  const before = Math.floor(room / 2);
  return `${'='.repeat(before)} ${title} ${'='.repeat(room - before)}\n`;
}
