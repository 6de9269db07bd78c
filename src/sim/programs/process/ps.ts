import type { Process } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { COLUMNS, type Column, LAYOUTS, type Row } from './ps-columns.ts';
import { visibleProcesses } from './select.ts';

const USAGE = `
Usage:
 ps [options]

 Try 'ps --help <simple|list|output|threads|misc|all>'
  or 'ps --help <s|l|o|t|m|a>'
 for additional help text.

For more details see ps(1).
`;

/** What the command line asks for. */
interface Request {
  all: boolean;
  /** Of every terminal (`a`), and those without one (`x`). */
  everyTerminal: boolean;
  withoutTerminal: boolean;
  /** `-a`, `-d`: session leaders left out. */
  noLeaders: boolean;
  layout: readonly Column[];
  pids: number[] | undefined;
  parents: number[] | undefined;
  names: string[] | undefined;
  forest: boolean;
  headings: boolean;
}

/** Thrown for what ps refuses, with the words after `error: `. */
class PsError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

function parseFormat(words: string): Column[] {
  return words
    .split(/[ ,]+/)
    .filter((word) => word !== '')
    .map((word) => {
      const equals = word.indexOf('=');
      const name = equals < 0 ? word : word.slice(0, equals);
      const column = COLUMNS[name];
      if (column === undefined) throw new PsError(`unknown user-defined format specifier "${name}"`);
      return equals < 0 ? column : { ...column, heading: word.slice(equals + 1) };
    });
}

function parseNumbers(text: string): number[] {
  return text.split(/[ ,]+/).map((word) => {
    if (!/^\d+$/.test(word)) throw new PsError('process ID list syntax error');
    return Number(word);
  });
}

function parseRequest(args: readonly string[]): Request {
  const request: Request = {
    all: false,
    everyTerminal: false,
    withoutTerminal: false,
    noLeaders: false,
    layout: LAYOUTS.simple,
    pids: undefined,
    parents: undefined,
    names: undefined,
    forest: false,
    headings: true,
  };
  const formats: Column[] = [];
  const queue = [...args];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    const value = (rest: string): string => {
      const given = rest === '' ? queue.shift() : rest;
      if (given === undefined) throw new PsError('list of process IDs must follow -p');
      return given;
    };
    if (word.startsWith('--')) readLong(request, formats, word, value);
    else if (/^\d/.test(word)) request.pids = [...(request.pids ?? []), ...parseNumbers(word)];
    else if (word.startsWith('-')) readUnix(request, formats, word.slice(1), value);
    else readBsd(request, formats, word, value);
  }
  if (formats.length > 0) request.layout = formats;
  return request;
}

function readLong(request: Request, formats: Column[], word: string, value: (rest: string) => string): void {
  const [name = '', given = ''] = word.slice(2).split(/=(.*)/s);
  if (name === 'forest') request.forest = true;
  else if (name === 'no-headers' || name === 'no-heading') request.headings = false;
  else if (name === 'pid') request.pids = parseNumbers(value(given));
  else if (name === 'ppid') request.parents = parseNumbers(value(given));
  else if (name === 'format') formats.push(...parseFormat(value(given)));
  else if (name === 'sort') value(given);
  else throw new PsError('unknown gnu long option');
}

function readUnix(request: Request, formats: Column[], letters: string, value: (rest: string) => string): void {
  for (let i = 0; i < letters.length; i++) {
    const rest = letters.slice(i + 1);
    switch (letters[i]) {
      case 'e':
      case 'A':
        request.all = true;
        break;
      case 'a':
        request.everyTerminal = true;
        request.noLeaders = true;
        break;
      case 'd':
        request.all = true;
        request.noLeaders = true;
        break;
      case 'f':
        request.layout = LAYOUTS.full;
        break;
      case 'H':
        request.forest = true;
        break;
      case 'o':
        formats.push(...parseFormat(value(rest)));
        return;
      case 'p':
      case 'q':
        request.pids = parseNumbers(value(rest));
        return;
      case 'C':
        request.names = value(rest).split(',');
        return;
      case 'x':
        readBsd(request, formats, 'x', value);
        break;
      case 'w':
      case 'l':
      case 'y':
        break;
      default:
        throw new PsError('unsupported SysV option');
    }
  }
}

function readBsd(request: Request, formats: Column[], letters: string, value: (rest: string) => string): void {
  for (let i = 0; i < letters.length; i++) {
    if (request.layout === LAYOUTS.simple) request.layout = LAYOUTS.bsd;
    switch (letters[i]) {
      case 'a':
        request.everyTerminal = true;
        break;
      case 'x':
        request.withoutTerminal = true;
        break;
      case 'u':
        request.layout = LAYOUTS.user;
        break;
      case 'f':
        request.forest = true;
        break;
      case 'h':
        request.headings = false;
        break;
      case 'o':
        formats.push(...parseFormat(value(letters.slice(i + 1))));
        return;
      case 'p':
        request.pids = parseNumbers(value(letters.slice(i + 1)));
        return;
      case 'w':
      case 'e':
        break;
      default:
        throw new PsError('unsupported option (BSD syntax)');
    }
  }
}

/** Every process that one sees, in order of number. */
export function processRows(viewer: Process): Row[] {
  return visibleProcesses(viewer).map(
    ({ pid, process, ns }): Row => ({ pid, ppid: process.parent?.id.in(ns) ?? 0, process, ns, viewer, branch: '' }),
  );
}

function chosen(viewer: Process, request: Request): Row[] {
  return processRows(viewer).filter(({ pid, ppid, process }) => {
    if (request.pids) return request.pids.includes(pid);
    if (request.parents) return request.parents.includes(ppid);
    if (request.names) return request.names.includes(process.comm);
    if (request.noLeaders && process.session.leader === process) return false;
    if (request.all) return true;
    if (request.everyTerminal) return request.withoutTerminal || process.tty !== undefined;
    return request.withoutTerminal || (process.tty !== undefined && process.tty === viewer.tty);
  });
}

/** The rows as a tree: children under their parents, joined by lines. */
function asForest(rows: readonly Row[]): Row[] {
  const shown = new Set(rows.map(({ pid }) => pid));
  const result: Row[] = [];
  const visit = (row: Row, prefix: string, branch: string) => {
    result.push({ ...row, branch });
    const children = rows.filter(({ ppid, pid }) => ppid === row.pid && pid !== row.pid);
    children.forEach((child, index) => {
      const last = index === children.length - 1;
      visit(child, `${prefix}${last ? '    ' : '|   '}`, `${prefix} \\_ `);
    });
  };
  for (const row of rows) if (!shown.has(row.ppid)) visit(row, ' '.repeat(0), '');
  return result;
}

function print(c: Command, columns: readonly Column[], rows: readonly Row[], headings: boolean): void {
  const width = (c.interactive ? c.p.terminal(1)?.columns : undefined) ?? Number.POSITIVE_INFINITY;
  const line = (cells: readonly string[]) => {
    const last = cells.length - 1;
    const padded = cells.map((cell, i) => {
      const column = columns[i] as Column;
      const columnWidth = Math.max(column.width, column.heading.length);
      return column.align === 'right' ? cell.padStart(columnWidth) : i === last ? cell : cell.padEnd(columnWidth);
    });
    c.out(`${padded.join(' ').slice(0, width)}\n`);
  };
  if (headings && columns.some(({ heading }) => heading !== '')) line(columns.map(({ heading }) => heading));
  for (const row of rows) line(columns.map((column) => column.show(row)));
}

/** ps of procps 4.0. */
export const ps = command('ps', function* (c) {
  let request: Request;
  try {
    request = parseRequest(c.args);
  } catch (thrown) {
    if (!(thrown instanceof PsError)) throw thrown;
    yield* c.error(`error: ${thrown.message}\n${USAGE}`);
    return 1;
  }
  const rows = chosen(c.p, request);
  print(c, request.layout, request.forest ? asForest(rows) : rows, request.headings);
  return rows.length > 0 ? 0 : 1;
});
