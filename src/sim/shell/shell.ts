import type { Errno } from '../base/errno.ts';
import { strerror } from '../base/errno.ts';
import { isError } from '../base/result.ts';
import type { WaitQueue } from '../base/wait-queue.ts';
import { Interrupted, type Process, type Sys } from '../machine/process.ts';
import type { Signal } from '../machine/signal.ts';
import type { Terminal } from '../machine/tty/terminal.ts';
import { type ArithmeticScope, evaluate } from './arithmetic/arithmetic.ts';
import { encodeText } from './bytes-of-text.ts';
import { CommandInterrupted } from './control-flow.ts';
import type { Evaluator } from './evaluator.ts';
import type { Builtin, Flavour } from './flavour.ts';
import { type ArrayValue, type FunctionNode, Source } from './grammar.ts';
import { History } from './history.ts';
import { Jobs } from './jobs.ts';
import { SHOPT_DEFAULTS } from './option-names.ts';
import { declareSpecialVariables } from './special-variables.ts';
import { Traps } from './traps.ts';
import { Variables } from './variables.ts';

/** A function as it was defined: its text is shown by `type` and `declare -f`. */
export interface ShellFunction {
  readonly node: FunctionNode;
  readonly source: Source;
  readonly sourceName: string;
  exported: boolean;
}

/** What makes a shell bash, dash or ash. */
export interface Dialect {
  readonly flavour: Flavour;
  readonly builtins: ReadonlyMap<string, Builtin>;
  readonly evaluator: Evaluator;
}

/** A function or sourced file being run, innermost last. */
export interface Frame {
  readonly functionName: string;
  readonly callLine: number;
  readonly sourceName: string;
  /** set -- of the caller, put back afterwards. */
  readonly positional: readonly string[];
}

/** How deep commands may nest before the shell gives up, where bash would die of a full stack (see also FUNCNEST). */
export const MAX_NESTING = 4000;
/** Longest string a variable or a word may hold, in UTF-16 units. */
export const MAX_STRING = 64 * 1024 * 1024;
/** Commands between two turns for the other processes. */
const COMMANDS_A_TURN = 100;

/**
 * One shell: its variables, functions, options, jobs. A subshell is a copy with a process of its own ({@link Shell.forSubshell}).
 */
export class Shell {
  p: Process;
  private readonly dialect: Dialect;
  vars = new Variables();
  functions = new Map<string, ShellFunction>();
  aliases = new Map<string, string>();
  /** Names of the options of `set -o` that are on. */
  options = new Set<string>(['braceexpand', 'hashall', 'interactive-comments']);
  shopts = new Set<string>(SHOPT_DEFAULTS);
  disabledBuiltins = new Set<string>();
  positional: string[] = [];
  /** $0. */
  name = 'bash';
  status = 0;
  pipeStatus: readonly number[] = [0];
  lastBackgroundPid: number | undefined;
  lastArgument = '';
  interactive = false;
  loginShell = false;
  /** Where commands come from: a script's name, undefined for -c and standard input. */
  sourceName: string | undefined;
  /** What syntax errors call the input: `-c`, `eval`, or nothing. */
  inputName: string | undefined;
  source: Source = new Source('');
  line = 1;
  frames: Frame[] = [];
  loopDepth = 0;
  nesting = 0;
  /** Nesting where the present stack of generators began. */
  stackBase = 0;
  /** Above zero where a failing command does not end the shell under set -e (conditions, !, && and ||). */
  errexitHeld = 0;
  subshellLevel = 0;
  /** How often PS4's first character is repeated: once, and once more in each eval, sourced file and substitution. */
  subshellTrace = 0;
  readonlyFunctions = new Set<string>();
  /** Where getopts stands inside a word of several letters. */
  getoptsOffset = 0;
  /** OPTIND as getopts left it; another value means a new start. */
  getoptsIndex = 1;
  /** The last line read from a descriptor had no newline. */
  lastLineOpen = false;
  /** `source: ` or `.: `, for its messages. */
  builtinName = '';
  /** Arrays given to declare and its kin, by the position of their argument. */
  compoundArguments = new Map<number, ArrayValue>();
  /** $$: stays that of the first shell in subshells. */
  readonly pid: number;
  readonly jobs: Jobs;
  readonly traps: Traps;
  history: History;
  /** Paths found for commands, as `hash` lists them. */
  hashed = new Map<string, { path: string; hits: number }>();
  directoryStack: string[] = [];
  /** What ulimit has set, by letter. */
  limits = new Map<string, string>();
  startNs: number;
  random: number;
  command = '';
  /** Descriptors and children of process substitutions of the command being run, closed after it. */
  substitutions: { fd: number; pid: number }[] = [];
  /** Descriptors from 10 on that hold what a redirection replaced. */
  readonly savedDescriptors = new Set<number>();
  /** Status of the last command substitution, which is that of an assignment without a command. */
  substitutionStatus: number | undefined;
  private sinceTurn = 0;

  constructor(p: Process, dialect: Dialect, from?: Shell) {
    this.p = p;
    this.dialect = dialect;
    this.pid = from?.pid ?? p.pid;
    this.startNs = from?.startNs ?? p.nowNs;
    this.random = from?.random ?? p.machine.random.int(0x7fffffff);
    this.traps = new Traps(this, from?.traps);
    this.jobs = new Jobs(this);
    this.history = from?.history ?? new History();
  }

  /** Wires variables that have a life of their own; called once the variables are in place. */
  start(): void {
    this.vars.evaluate = (expression) => this.arithmetic(expression).toString();
    declareSpecialVariables(this);
  }

  /** The copy that a forked child runs: everything but jobs and handlers. */
  forSubshell(p: Process): Shell {
    const copy = new Shell(p, this.dialect, this);
    copy.vars = this.vars.clone();
    copy.functions = new Map(this.functions);
    copy.aliases = new Map(this.aliases);
    copy.options = new Set(this.options);
    copy.options.delete('monitor');
    copy.shopts = new Set(this.shopts);
    copy.disabledBuiltins = new Set(this.disabledBuiltins);
    copy.positional = [...this.positional];
    copy.name = this.name;
    copy.status = this.status;
    copy.pipeStatus = this.pipeStatus;
    copy.lastBackgroundPid = this.lastBackgroundPid;
    copy.lastArgument = this.lastArgument;
    copy.interactive = this.interactive;
    copy.sourceName = this.sourceName;
    copy.inputName = this.inputName;
    copy.source = this.source;
    copy.line = this.line;
    copy.frames = [...this.frames];
    copy.loopDepth = this.loopDepth;
    copy.nesting = this.nesting;
    copy.errexitHeld = this.errexitHeld;
    copy.subshellLevel = this.subshellLevel + 1;
    copy.hashed = new Map(this.hashed);
    copy.directoryStack = [...this.directoryStack];
    copy.command = this.command;
    copy.subshellTrace = this.subshellTrace;
    copy.readonlyFunctions = new Set(this.readonlyFunctions);
    for (const fd of this.savedDescriptors) copy.savedDescriptors.add(fd);
    copy.start();
    return copy;
  }

  get flavour(): Flavour {
    return this.dialect.flavour;
  }

  get builtins(): ReadonlyMap<string, Builtin> {
    return this.dialect.builtins;
  }

  get evaluator(): Evaluator {
    return this.dialect.evaluator;
  }

  option(name: string): boolean {
    return this.options.has(name);
  }

  /** The line being executed. */
  at(pos: number): number {
    return this.source.line(pos);
  }

  // Output.

  /** Writes to a descriptor; answers why not. A reader that has gone ends the shell with SIGPIPE, as any program. */
  *write(fd: number, text: string): Sys<Errno | undefined> {
    const { p } = this;
    const file = p.file(fd);
    if (file === undefined) return 'EBADF';
    let rest = encodeText(text);
    while (rest.length > 0) {
      const written = file.write(rest);
      if (!isError(written)) rest = rest.subarray(written);
      else if (written.errno === 'EAGAIN') yield* this.waitOn([file.writable], undefined, 'write');
      else if (written.errno === 'EPIPE') {
        p.raise('SIGPIPE');
        yield* this.turn();
        return 'EPIPE';
      } else return written.errno;
    }
    return undefined;
  }

  *out(text: string): Sys<Errno | undefined> {
    return yield* this.write(1, text);
  }

  /** A message on standard error, with bash's prefix. */
  *complain(text: string): Sys<void> {
    const { flavour } = this;
    const message = flavour.message === undefined ? flavour.prefix(this) + text : flavour.message(this, text);
    if (message !== undefined) yield* this.write(2, `${message}\n`);
  }

  /** Output of a builtin: a failed write is reported and makes the status 1. */
  *print(builtin: string, text: string): Sys<number> {
    if (text === '') return 0;
    const errno = yield* this.out(text);
    if (errno === undefined) return 0;
    if (errno !== 'EPIPE') yield* this.complain(`${builtin}: write error: ${strerror(errno)}`);
    return 1;
  }

  // Waiting, and the signals that arrive meanwhile.

  /** Waits; a signal that arrives is noted for its trap, Ctrl-C at an interactive shell ends the command. True if a queue woke it. */
  *waitOn(queues: readonly WaitQueue[], untilNs?: number, why = 'wait'): Sys<boolean> {
    try {
      return yield* this.p.wait(queues, untilNs, why);
    } catch (thrown) {
      this.interrupted(thrown);
      return true;
    }
  }

  *turn(): Sys<void> {
    try {
      yield* this.p.turn();
    } catch (thrown) {
      this.interrupted(thrown);
    }
  }

  /** Called before each command: lets others run now and then, and runs traps of signals that came. */
  *breathe(): Sys<void> {
    if (++this.sinceTurn >= COMMANDS_A_TURN) {
      this.sinceTurn = 0;
      yield* this.turn();
    }
    if (this.traps.pending.length > 0) yield* this.traps.runPending();
  }

  /** What became of something thrown at a wait. */
  interrupted(thrown: unknown): void {
    if (!(thrown instanceof Interrupted)) throw thrown;
    this.received(thrown.signal);
  }

  received(signal: Signal): void {
    if (this.traps.note(signal)) return;
    if (signal === 'SIGINT' && this.interactive && this.subshellLevel === 0) throw new CommandInterrupted();
  }

  /** COLUMNS and LINES as the window has them. */
  windowSize(terminal: Terminal): void {
    if (!this.shopts.has('checkwinsize')) return;
    this.vars.set('COLUMNS', String(terminal.columns));
    this.vars.set('LINES', String(terminal.rows));
  }

  // Arithmetic over the shell's variables.

  arithmetic(expression: string): bigint {
    return evaluate(expression, this.arithmeticScope);
  }

  private readonly arithmeticScope: ArithmeticScope = {
    get: (name, subscript) => (subscript === undefined ? this.vars.get(name) : this.element(name, subscript)),
    set: (name, subscript, value) => {
      const error = subscript === undefined ? this.vars.set(name, value) : this.vars.setElement(name, subscript, value);
      if (error !== undefined) throw error;
    },
  };

  /** An array element; the subscript is text for an associative array, else an expression. */
  element(name: string, subscript: string): string | undefined {
    const target = this.vars.target(name);
    const dynamic = this.vars.findDynamic(target);
    if (dynamic?.list !== undefined) {
      const list = dynamic.list();
      const index = Number(this.arithmetic(subscript));
      return list[index < 0 ? index + list.length : index];
    }
    const v = this.vars.find(target);
    if (v?.keyed !== undefined) return v.keyed.get(subscript);
    let index = Number(this.arithmetic(subscript));
    if (v?.indexed !== undefined) {
      if (index < 0) index += v.indexed.last + 1;
      return v.indexed.get(index);
    }
    return index === 0 || index === -1 ? this.vars.get(target) : undefined;
  }
}
