import { utf8 } from '../base/bytes.ts';
import { isError, type KernelError } from '../base/result.ts';
import type { Machine } from '../machine/machine.ts';
import type { Process } from '../machine/process.ts';
import type { Terminal } from '../machine/tty/terminal.ts';
import type { World } from '../world/world.ts';
import { buildLab } from './build.ts';
import { containersOn } from './containers.ts';
import type { LabDescription } from './description.ts';
import { applyFileEdit, type FileEdit } from './file-edit.ts';
import { rootEnvironment } from './run-command.ts';

/** Something done to a lab from outside. */
export type Action =
  | { readonly do: 'open'; readonly machine: string; readonly columns: number; readonly rows: number }
  | { readonly do: 'type'; readonly terminal: number; readonly text: string }
  | { readonly do: 'resize'; readonly terminal: number; readonly columns: number; readonly rows: number }
  | { readonly do: 'close'; readonly terminal: number }
  | { readonly do: 'edit'; readonly edit: FileEdit };

/**
 * An action and when it came: the virtual time, and if the world was busy at that instant the number of steps it had done. With
 * the lab and the seed a list of these is the whole state of a world.
 */
export interface InputEntry {
  readonly timeNs: number;
  readonly step?: number;
  readonly action: Action;
  /** The terminal's shell was at its prompt: a line typed now is a command of its own, where undo stops. */
  readonly atPrompt?: boolean;
}

interface OpenTerminal {
  readonly id: number;
  readonly machine: string;
  readonly terminal: Terminal;
  readonly shell: Process;
}

/** What a session tells whoever shows it. */
export interface SessionListener {
  output(terminal: number, data: Uint8Array): void;
  closed(terminal: number): void;
}

/** A lab that someone works in: a world, its terminals and the log of everything typed. */
export class LabSession {
  readonly lab: LabDescription;
  readonly seed: string;
  readonly world: World;
  /** The containers that the learner found, by machine and name: which each was, and the process it ran (0: none). */
  readonly found: ReadonlyMap<string, ReadonlyMap<string, FoundContainer>>;
  listener: SessionListener | undefined;
  private readonly entries: InputEntry[] = [];
  private readonly terminals = new Map<number, OpenTerminal>();
  private nextTerminal = 1;
  /** How many of the entries undo goes back to: command lines and changes of files. */
  private steps = 0;

  constructor(lab: LabDescription, seed: string, listener?: SessionListener) {
    this.lab = lab;
    this.seed = seed;
    this.listener = listener;
    this.world = buildLab(lab, seed);
    this.found = new Map([...this.world.machines.values()].map((machine) => [machine.name, foundOn(machine)]));
  }

  /** The same lab with a log replayed up to its last entry. */
  static replay(lab: LabDescription, seed: string, log: readonly InputEntry[], listener?: SessionListener): LabSession {
    const session = new LabSession(lab, seed, listener);
    for (const entry of log) {
      session.runTo(entry);
      session.apply(entry);
    }
    return session;
  }

  get log(): readonly InputEntry[] {
    return this.entries;
  }

  get openTerminals(): readonly { readonly id: number; readonly machine: string }[] {
    return [...this.terminals.values()].map(({ id, machine }) => ({ id, machine }));
  }

  /** Whether there is anything to undo. */
  get hasSteps(): boolean {
    return this.steps > 0;
  }

  /** Does something to the world now and remembers it. Answers the terminal concerned, 0 where there is none. */
  perform(action: Exclude<Action, { do: 'edit' }>): number {
    const terminal = 'terminal' in action ? this.terminals.get(action.terminal) : undefined;
    if (action.do === 'resize' && terminal && sameSize(terminal.terminal, action)) return terminal.id;
    return this.apply({ ...this.now(), action, ...(terminal && this.isAtPrompt(terminal) ? { atPrompt: true } : {}) });
  }

  /** Changes a machine's files now and remembers it, unless the kernel refuses: a refused change has changed nothing. */
  edit(edit: FileEdit): undefined | KernelError {
    const entry: InputEntry = { ...this.now(), action: { do: 'edit', edit } };
    const refused = applyFileEdit(this.world, edit);
    if (isError(refused)) return refused;
    this.remember(entry);
    return undefined;
  }

  /** Whether the terminal's foreground is its own shell, waiting for a command. */
  atPrompt(terminal: number): boolean {
    const open = this.terminals.get(terminal);
    return open !== undefined && this.isAtPrompt(open);
  }

  pause(terminal: number, on: boolean): void {
    this.terminals.get(terminal)?.terminal.pause(on);
  }

  /**
   * A world of its own in the state of this one, to try things in: the lab again with the same input. Costs what the learner's
   * commands cost, in virtual time without waiting.
   */
  fork(): LabSession {
    const copy = LabSession.replay(this.lab, this.seed, this.entries);
    copy.runTo(this.now());
    return copy;
  }

  /** The same as it was at an earlier moment, before anything that came then. */
  forkAt(timeNs: number): LabSession {
    const earlier = this.entries.filter((entry) => entry.timeNs < timeNs);
    const copy = LabSession.replay(this.lab, this.seed, earlier);
    copy.runTo({ timeNs: timeNs - 1 });
    return copy;
  }

  /** The log without the last command line or change of a file, or undefined if there was none. */
  logBeforeLastCommand(): readonly InputEntry[] | undefined {
    const last = this.entries.findLastIndex(isStep);
    if (last < 0) return undefined;
    const { action } = this.entries[last] as InputEntry;
    if (action.do === 'edit') return this.entries.slice(0, last);
    // The keys of the line itself come before its Enter; those before the prompt were for the program that ran then.
    let first = last;
    while (first > 0) {
      const before = this.entries[first - 1] as InputEntry;
      const { action: key } = before;
      if (key.do !== 'type' || before.atPrompt !== true || isStep(before)) break;
      if (key.terminal !== (action as { terminal: number }).terminal) break;
      first--;
    }
    return this.entries.slice(0, first);
  }

  private now(): Pick<InputEntry, 'timeNs' | 'step'> {
    const { world } = this;
    return { timeNs: world.clock.now, ...(world.atRest ? {} : { step: world.steps }) };
  }

  private runTo(moment: Pick<InputEntry, 'timeNs' | 'step'>): void {
    const { world } = this;
    if (moment.step === undefined) world.run(moment.timeNs);
    else if (moment.step > world.steps) world.run(moment.timeNs, moment.step - world.steps);
  }

  private remember(entry: InputEntry): void {
    this.entries.push(entry);
    if (isStep(entry)) this.steps++;
  }

  private apply(entry: InputEntry): number {
    this.remember(entry);
    const { action } = entry;
    if (action.do === 'open') return this.openTerminal(action.machine, action.columns, action.rows);
    if (action.do === 'edit') {
      applyFileEdit(this.world, action.edit);
      return 0;
    }
    const open = this.terminals.get(action.terminal);
    if (!open) return action.terminal;
    if (action.do === 'type') open.terminal.input(utf8(action.text));
    else if (action.do === 'resize') open.terminal.resize(action.columns, action.rows);
    else {
      this.terminals.delete(open.id);
      open.terminal.hangUp();
    }
    return open.id;
  }

  private openTerminal(machineName: string, columns: number, rows: number): number {
    const machine = this.world.machines.get(machineName) as Machine;
    const id = this.nextTerminal++;
    const terminal = machine.openTerminal(columns, rows);
    terminal.onOutput = (data) => this.listener?.output(id, data);
    const shell = machine.startOn(terminal, ['-bash'], rootEnvironment(machine));
    terminal.onHangUp = () => {
      if (this.terminals.delete(id)) this.listener?.closed(id);
    };
    this.terminals.set(id, { id, machine: machineName, terminal, shell });
    return id;
  }

  private isAtPrompt(open: OpenTerminal): boolean {
    const { terminal, shell } = open;
    // A shell may also wait for a command substitution, which shares its process group: what it says it waits for tells them apart.
    return terminal.foreground === shell.group && shell.state === 'S' && shell.waitsFor === 'readline';
  }
}

/** A command line given at the prompt, or a change of a file: undo takes one of them back. */
function isStep({ action, atPrompt }: InputEntry): boolean {
  return action.do === 'edit' || (atPrompt === true && action.do === 'type' && action.text.includes('\r'));
}

function sameSize({ columns, rows }: Terminal, wanted: { readonly columns: number; readonly rows: number }): boolean {
  return columns === wanted.columns && rows === wanted.rows;
}

/** Which container a learner found: when it was last started tells it from itself after a restart. */
interface FoundContainer {
  readonly id: string;
  readonly pid: number;
  readonly startedMs: number;
}

function foundOn(machine: Machine): ReadonlyMap<string, FoundContainer> {
  return new Map(
    containersOn(machine).map(({ name, id, process, startedMs }) => [name, { id, pid: process?.task.id.global ?? 0, startedMs }]),
  );
}
