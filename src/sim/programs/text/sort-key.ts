/** How one key (or the whole line) is compared. */
export interface SortKey {
  /** Field and character where it begins and ends, from one; `endField` 0: at the line's end, `endChar` 0: at the field's. */
  readonly startField: number;
  readonly startChar: number;
  readonly endField: number;
  readonly endChar: number;
  /** Ordering letters: b d f g h i M n r R V. */
  readonly flags: string;
}

/** `2,2n` or `1.3,1.5`; undefined if it makes no sense. */
export function parseSortKey(text: string): SortKey | undefined {
  const m = /^(\d+)(?:\.(\d+))?([bdfghiMnrRV]*)(?:,(\d+)(?:\.(\d+))?([bdfghiMnrRV]*))?$/.exec(text);
  if (!m || Number(m[1]) === 0) return undefined;
  return {
    startField: Number(m[1]),
    startChar: Number(m[2] ?? 1),
    endField: Number(m[4] ?? 0),
    endChar: Number(m[5] ?? 0),
    flags: (m[3] ?? '') + (m[6] ?? ''),
  };
}

/** The part of a line that a key covers. */
export function keyText(line: string, key: SortKey, separator: string | undefined): string {
  const fields = fieldStarts(line, separator);
  const skip = (at: number): number => {
    if (!key.flags.includes('b')) return at;
    let i = at;
    while (line[i] === ' ' || line[i] === '\t') i++;
    return i;
  };
  const start = fields[key.startField - 1];
  if (start === undefined) return '';
  const from = skip(start.from) + Math.max(key.startChar, 1) - 1;
  if (key.endField === 0) return line.slice(from);
  const end = fields[key.endField - 1];
  const to = end === undefined ? line.length : key.endChar === 0 ? end.to : Math.min(skip(end.from) + key.endChar, line.length);
  return line.slice(from, to);
}

/** Fields begin with the blanks before them, unless a separator is given. */
function fieldStarts(line: string, separator: string | undefined): { readonly from: number; readonly to: number }[] {
  const out: { from: number; to: number }[] = [];
  if (separator !== undefined) {
    let from = 0;
    for (let at = line.indexOf(separator); at >= 0; at = line.indexOf(separator, from)) {
      out.push({ from, to: at });
      from = at + 1;
    }
    out.push({ from, to: line.length });
    return out;
  }
  for (const m of line.matchAll(/[ \t]*[^ \t]+|[ \t]+$/g)) out.push({ from: m.index, to: m.index + m[0].length });
  return out;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const UNITS = 'KMGTPEZY';

/** Compares two keys by their ordering letters (without r). */
export function compareKeys(a: string, b: string, flags: string): number {
  if (flags.includes('n')) return number(a) - number(b);
  if (flags.includes('g')) return general(a, b);
  if (flags.includes('h')) return human(a) - human(b);
  if (flags.includes('M')) return month(a) - month(b);
  if (flags.includes('V')) return compareVersions(a, b);
  return compareText(fold(a, flags), fold(b, flags));
}

function fold(text: string, flags: string): string {
  let out = text;
  if (flags.includes('d')) out = out.replace(/[^0-9A-Za-z \t]/g, '');
  if (flags.includes('i')) out = out.replace(/[^\x20-\x7e]/g, '');
  return flags.includes('f') ? out.replace(/[a-z]/g, (c) => c.toUpperCase()) : out;
}

/** The order of bytes, which for UTF-8 is that of code points. */
export function compareText(a: string, b: string): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    const [highX, highY] = [x >= 0xd800 && x < 0xe000, y >= 0xd800 && y < 0xe000];
    return highX !== highY ? (highX ? 1 : -1) : x - y;
  }
  return a.length - b.length;
}

function number(text: string): number {
  return Number(/^[ \t]*(-?(?:\d+(?:\.\d*)?|\.\d+))/.exec(text)?.[1] ?? 0);
}

/** What is no number comes first. */
function general(a: string, b: string): number {
  const [x, y] = [a, b].map((text) => Number.parseFloat(text.trim())) as [number, number];
  if (Number.isNaN(x) || Number.isNaN(y)) return Number(!Number.isNaN(x)) - Number(!Number.isNaN(y));
  return x < y ? -1 : x > y ? 1 : 0;
}

/** Ordered by unit first, as `sort -h` has it. */
function human(text: string): number {
  const m = /^[ \t]*(-?)((?:\d+(?:\.\d*)?|\.\d+))([KkMGTPEZY]?)/.exec(text);
  if (!m) return 0;
  const value = Number(m[2]) * (m[3] ? 1024 ** (UNITS.indexOf(m[3].toUpperCase()) + 1) : 1);
  return m[1] === '-' ? -value : value;
}

function month(text: string): number {
  return MONTHS.indexOf(text.trimStart().slice(0, 3).toUpperCase()) + 1;
}

/** Numbers inside compare as numbers (filevercmp, without its rules for suffixes). */
export function compareVersions(a: string, b: string): number {
  const parts = (text: string): string[] => text.match(/\d+|\D+/g) ?? [];
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const [p, q] = [x[i] ?? '', y[i] ?? ''];
    if (p === q) continue;
    if (/^\d/.test(p) && /^\d/.test(q)) {
      const difference = Number(p) - Number(q);
      if (difference !== 0) return difference;
      continue;
    }
    return versionText(p, q);
  }
  return compareText(a, b);
}

/** `~` before the end, letters before everything else. */
function versionText(a: string, b: string): number {
  const rank = (c: string | undefined): number =>
    c === '~' ? -1 : c === undefined || /\d/.test(c) ? 0 : /[A-Za-z]/.test(c) ? c.charCodeAt(0) : c.charCodeAt(0) + 256;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = rank(a[i]) - rank(b[i]);
    if (difference !== 0) return difference;
  }
  return 0;
}
