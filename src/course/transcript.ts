import { LabSession } from '../sim/lab/session.ts';
import { STANDARD_LABS } from '../sim/lab/standard.ts';
import { Typist } from './typist.ts';

/** Commands of a chapter that are typed one after another. */
export interface TranscriptBlock {
  /** The machine; the lab's first where none is given. */
  readonly host?: string;
  readonly commands: readonly string[];
  readonly hidden?: boolean;
}

/** One command and what the terminal showed. */
export interface TranscriptLine {
  readonly cmd: string;
  readonly output: string;
  readonly exit: number;
}

/** Chapters are printed from one and the same world: MACs and times in them change only when a chapter does. */
const SEED = 'chapter';
const COLUMNS = 120;
const ROWS = 50;
/** Seconds a reader takes between two commands. */
const BETWEEN_S = 2;
const LIMIT_S = 120;

// The prompt while a transcript is made: marks where output ends, and tells the exit status.
const STATUS = '\x1e';
const STATUS_END = '\x1f';
const PROMPT = `PS1='\\036$?\\037' PS2=`;

/**
 * What a chapter's commands print when they are typed in a terminal of its lab, block by block.
 *
 * @throws Error, with a message for the chapter's author, if there is no such lab or machine, or a command does not end.
 */
export function runTranscript(labId: string, blocks: readonly TranscriptBlock[]): (readonly TranscriptLine[])[] {
  const lab = STANDARD_LABS.get(labId);
  if (!lab) throw new Error(`there is no lab called ${labId}: there are ${[...STANDARD_LABS.keys()].join(', ')}`);
  const session = new LabSession(lab, SEED);
  const typists = new Map<string, Typist>();
  const typist = (host: string): Typist => {
    let found = typists.get(host);
    if (!found) {
      if (!lab.machines.some(({ name, terminal }) => name === host && terminal !== false))
        throw new Error(`lab ${labId} has no terminal on ${host}`);
      found = new Typist(session, host, COLUMNS, ROWS);
      found.command(PROMPT);
      found.take();
      typists.set(host, found);
    }
    return found;
  };
  return blocks.map(({ host, commands }) => commands.map((cmd) => runOne(typist(host ?? lab.machines[0]?.name ?? ''), cmd)));
}

function runOne(typist: Typist, cmd: string): TranscriptLine {
  typist.pause(BETWEEN_S);
  typist.take();
  const ended = typist.command(cmd, LIMIT_S);
  const shown = plain(typist.take());
  if (!ended) throw new Error(`\`${cmd}\` did not come back to the prompt; the terminal shows:\n${shown}`);
  // The lines that were typed stand first, as echo.
  const echo = cmd.split('\n').length;
  const output = shown.split('\n').slice(echo).join('\n');
  const status = /\x1e(\d+)\x1f$/.exec(output);
  if (!status) throw new Error(`\`${cmd}\` left no prompt; the terminal shows:\n${shown}`);
  const before = output.slice(0, status.index);
  return { cmd, output: before.slice(before.lastIndexOf(STATUS_END) + 1), exit: Number(status[1]) };
}

/** What is left of it on a screen that is high enough, line by line: what a program writes over something takes its place. */
function plain(shown: string): string {
  const rows: string[][] = [[]];
  let [row, column] = [0, 0];
  const here = (): string[] => {
    while (rows.length <= row) rows.push([]);
    return rows[row] as string[];
  };
  for (const [piece, count = '', final] of shown.matchAll(/\x1b\[([0-9;?]*)([a-zA-Z])|./gsu)) {
    const times = Number(count) || 1;
    if (final === 'A') row = Math.max(0, row - times);
    else if (final === 'B') row += times;
    else if (final === 'C') column += times;
    else if (final === 'D') column = Math.max(0, column - times);
    else if (final === 'K') here().splice(count === '2' ? 0 : column);
    else if (final === 'J') {
      here().splice(column);
      rows.splice(row + 1);
    } else if (final !== undefined) continue;
    else if (piece === '\r') column = 0;
    else if (piece === '\n') row++;
    else if (piece === '\b') column = Math.max(0, column - 1);
    else {
      const line = here();
      while (line.length < column) line.push(' ');
      line[column++] = piece;
    }
  }
  here();
  const text = rows.map((line) => line.join('')).join('\n');
  return text.replace(new RegExp(`^(${STATUS}\\d+${STATUS_END})+`), '');
}
