import type { Sys } from '../machine/process.ts';
import { SIGNAL_NUMBERS, type Signal } from '../machine/signal.ts';
import type { Shell } from './shell.ts';

/** What `trap` takes besides signals. */
export type TrapName = Signal | 'EXIT' | 'ERR' | 'DEBUG' | 'RETURN';

/** Reads SIGINT, INT, int, 2, EXIT, 0…; undefined for anything else. */
export function trapName(word: string): TrapName | undefined {
  const upper = word.toUpperCase();
  if (upper === 'EXIT' || upper === 'ERR' || upper === 'DEBUG' || upper === 'RETURN') return upper;
  if (word === '0') return 'EXIT';
  return signalName(word);
}

/** Reads a signal's name with or without SIG, or its number. */
export function signalName(word: string): Signal | undefined {
  if (/^\d+$/.test(word)) {
    const number = Number(word);
    return (Object.keys(SIGNAL_NUMBERS) as Signal[]).find((s) => SIGNAL_NUMBERS[s] === number);
  }
  const upper = word.toUpperCase();
  const name = upper.startsWith('SIG') ? upper : `SIG${upper}`;
  return name in SIGNAL_NUMBERS ? (name as Signal) : undefined;
}

/** The handlers that `trap` sets, and signals that wait for theirs to be run between two commands. */
export class Traps {
  readonly pending: Signal[] = [];
  /** The handlers; '' means ignored. */
  readonly handlers = new Map<TrapName, string>();
  /** Handlers of the parent, which a subshell still lists but does not run. */
  inherited: ReadonlyMap<TrapName, string> | undefined;
  private readonly shell: Shell;
  private running = false;

  constructor(shell: Shell, parent?: Traps) {
    this.shell = shell;
    if (parent === undefined) return;
    for (const [name, handler] of parent.handlers) if (handler === '') this.handlers.set(name, '');
    if (shell.options.has('errtrace')) {
      const err = parent.handlers.get('ERR');
      if (err !== undefined) this.handlers.set('ERR', err);
    }
    this.inherited = parent.handlers.size > 0 ? parent.handlers : undefined;
  }

  set(name: TrapName, handler: string | undefined): void {
    this.inherited = undefined;
    if (handler === undefined) this.handlers.delete(name);
    else this.handlers.set(name, handler);
    if (name === 'EXIT' || name === 'ERR' || name === 'DEBUG' || name === 'RETURN') return;
    const { p } = this.shell;
    if (handler === undefined) this.restoreDefault(name);
    else if (handler === '') p.ignoreSignal(name);
    else p.catchSignal(name);
  }

  /** A signal without handler behaves as this kind of shell wants it. */
  private restoreDefault(signal: Signal): void {
    const { p, interactive, subshellLevel } = this.shell;
    if (interactive && subshellLevel === 0) {
      if (signal === 'SIGINT') p.catchSignal(signal);
      else if (['SIGTERM', 'SIGQUIT', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU'].includes(signal)) p.ignoreSignal(signal);
      else p.defaultSignal(signal);
    } else p.defaultSignal(signal);
  }

  /** Takes note of a signal that has a handler. */
  note(signal: Signal): boolean {
    const handler = this.handlers.get(signal);
    if (handler === undefined) return false;
    if (handler !== '') this.pending.push(signal);
    return true;
  }

  /** Whether a handler waits to be run, so that `wait` and `read` return. */
  get waiting(): boolean {
    return this.pending.length > 0;
  }

  *runPending(): Sys<void> {
    while (this.pending.length > 0) yield* this.run(this.pending.shift() as Signal);
  }

  /** Runs the handler of a name, keeping $?. */
  *run(name: TrapName): Sys<void> {
    const handler = this.handlers.get(name);
    if (handler === undefined || handler === '') return;
    const { shell } = this;
    const conditional = name === 'ERR' || name === 'DEBUG' || name === 'RETURN';
    if (conditional && this.running) return;
    const { status, pipeStatus, line } = shell;
    if (conditional) this.running = true;
    try {
      yield* shell.evaluator.runText(shell, handler, { inputName: name === 'EXIT' ? 'exit trap' : 'trap', line });
    } finally {
      if (conditional) this.running = false;
    }
    shell.status = status;
    shell.pipeStatus = pipeStatus;
    shell.line = line;
  }

  /** The EXIT handler, once. */
  *runExit(): Sys<void> {
    const handler = this.handlers.get('EXIT');
    if (handler === undefined) return;
    this.handlers.delete('EXIT');
    this.handlers.set('EXIT', handler);
    yield* this.run('EXIT');
    this.handlers.delete('EXIT');
  }
}
