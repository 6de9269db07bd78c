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

/** What a screen would show of it, line by line: without escape sequences and carriage returns. */
function plain(shown: string): string {
  return shown
    .replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, '')
    .replaceAll('\r', '')
    .replace(new RegExp(`^(${STATUS}\\d+${STATUS_END})+`), '');
}
