/** Signals by name; numbers are x86 Linux's. */
export const SIGNAL_NUMBERS = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
  SIGSTKFLT: 16,
  SIGCHLD: 17,
  SIGCONT: 18,
  SIGSTOP: 19,
  SIGTSTP: 20,
  SIGTTIN: 21,
  SIGTTOU: 22,
  SIGURG: 23,
  SIGXCPU: 24,
  SIGXFSZ: 25,
  SIGVTALRM: 26,
  SIGPROF: 27,
  SIGWINCH: 28,
  SIGIO: 29,
  SIGPWR: 30,
  SIGSYS: 31,
  SIGRTMIN: 34,
  'SIGRTMIN+1': 35,
  'SIGRTMIN+2': 36,
  'SIGRTMIN+3': 37,
  'SIGRTMIN+4': 38,
  'SIGRTMIN+5': 39,
  'SIGRTMIN+6': 40,
  'SIGRTMIN+7': 41,
  'SIGRTMIN+8': 42,
  'SIGRTMIN+9': 43,
  'SIGRTMIN+10': 44,
  'SIGRTMIN+11': 45,
  'SIGRTMIN+12': 46,
  'SIGRTMIN+13': 47,
  'SIGRTMIN+14': 48,
  'SIGRTMIN+15': 49,
  'SIGRTMAX-14': 50,
  'SIGRTMAX-13': 51,
  'SIGRTMAX-12': 52,
  'SIGRTMAX-11': 53,
  'SIGRTMAX-10': 54,
  'SIGRTMAX-9': 55,
  'SIGRTMAX-8': 56,
  'SIGRTMAX-7': 57,
  'SIGRTMAX-6': 58,
  'SIGRTMAX-5': 59,
  'SIGRTMAX-4': 60,
  'SIGRTMAX-3': 61,
  'SIGRTMAX-2': 62,
  'SIGRTMAX-1': 63,
  SIGRTMAX: 64,
} as const;

/** The first real-time signal for programs; the C library keeps 32 and 33 for itself (signal(7)). */
const SIGRTMIN = SIGNAL_NUMBERS.SIGRTMIN;

export type Signal = keyof typeof SIGNAL_NUMBERS;

/** Whether it is one of the signals that mean nothing by themselves and queue. */
export function isRealTimeSignal(signal: Signal): boolean {
  return SIGNAL_NUMBERS[signal] >= SIGRTMIN;
}

/** The signals that have a meaning, in the order of their numbers. */
export const STANDARD_SIGNALS: readonly Signal[] = (Object.keys(SIGNAL_NUMBERS) as Signal[]).filter((signal) => !isRealTimeSignal(signal));

const SIGNAL_TEXT: Readonly<Partial<Record<Signal, string>>> = {
  SIGHUP: 'Hangup',
  SIGINT: 'Interrupt',
  SIGQUIT: 'Quit',
  SIGILL: 'Illegal instruction',
  SIGTRAP: 'Trace/breakpoint trap',
  SIGABRT: 'Aborted',
  SIGBUS: 'Bus error',
  SIGFPE: 'Floating point exception',
  SIGKILL: 'Killed',
  SIGUSR1: 'User defined signal 1',
  SIGSEGV: 'Segmentation fault',
  SIGUSR2: 'User defined signal 2',
  SIGPIPE: 'Broken pipe',
  SIGALRM: 'Alarm clock',
  SIGTERM: 'Terminated',
  SIGSTOP: 'Stopped (signal)',
  SIGTSTP: 'Stopped',
  SIGTTIN: 'Stopped (tty input)',
  SIGTTOU: 'Stopped (tty output)',
};

/** What strsignal(3) and bash say of a process that a signal ended. */
export function signalText(signal: Signal): string {
  return isRealTimeSignal(signal) ? `Real-time signal ${SIGNAL_NUMBERS[signal] - SIGRTMIN}` : (SIGNAL_TEXT[signal] ?? signal);
}

/** Signals that do nothing unless caught. */
const IGNORED_BY_DEFAULT: ReadonlySet<Signal> = new Set<Signal>(['SIGCHLD', 'SIGCONT', 'SIGURG', 'SIGWINCH']);

/** Signals that stop a process unless caught or ignored. */
const STOPPING: ReadonlySet<Signal> = new Set<Signal>(['SIGSTOP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU']);

/** What a signal does to a process that neither catches nor ignores it (signal(7)); SIGCONT's going on happens in any case. */
export function defaultAction(signal: Signal): 'ignore' | 'stop' | 'terminate' {
  if (IGNORED_BY_DEFAULT.has(signal)) return 'ignore';
  return STOPPING.has(signal) ? 'stop' : 'terminate';
}

/** A signal by number, or by name with or without SIG, in any case; undefined if there is none. */
export function parseSignal(text: string): Signal | undefined {
  if (/^\d+$/.test(text)) return signalOfNumber(Number(text));
  const name = text.toUpperCase();
  const full = name.startsWith('SIG') ? name : `SIG${name}`;
  return Object.hasOwn(SIGNAL_NUMBERS, full) ? (full as Signal) : undefined;
}

/** The signal of a number; undefined for 0 and numbers that are none. */
export function signalOfNumber(number: number): Signal | undefined {
  for (const [name, n] of Object.entries(SIGNAL_NUMBERS)) if (n === number) return name as Signal;
  return undefined;
}

/**
 * What a process does about each signal, and which ones it has not been told of yet. SIGKILL and SIGSTOP can be neither caught nor
 * ignored.
 */
export class SignalState {
  readonly #dispositions = new Map<Signal, 'catch' | 'ignore'>();
  #pending: Signal[] = [];

  disposition(signal: Signal): 'catch' | 'ignore' | 'default' {
    return this.#dispositions.get(signal) ?? 'default';
  }

  /** Ignored, or default and then without effect. */
  isIgnored(signal: Signal): boolean {
    const disposition = this.disposition(signal);
    return disposition === 'ignore' || (disposition === 'default' && defaultAction(signal) === 'ignore');
  }

  set(signal: Signal, disposition: 'catch' | 'ignore' | 'default'): void {
    if (signal === 'SIGKILL' || signal === 'SIGSTOP') return;
    if (disposition === 'default') this.#dispositions.delete(signal);
    else this.#dispositions.set(signal, disposition);
    if (this.isIgnored(signal)) this.drop((s) => s === signal);
  }

  /** What exec does: caught signals are default again, ignored ones stay so. */
  resetCaught(): void {
    for (const [signal, disposition] of [...this.#dispositions]) if (disposition === 'catch') this.set(signal, 'default');
  }

  /** A child's: nothing pending, and what was caught is default, since the child runs code of its own. */
  inherited(): SignalState {
    const copy = new SignalState();
    for (const [signal, disposition] of this.#dispositions) if (disposition === 'ignore') copy.#dispositions.set(signal, 'ignore');
    return copy;
  }

  /** Signals ignored and caught, for /proc/PID/status. */
  listed(disposition: 'catch' | 'ignore'): Signal[] {
    return [...this.#dispositions].filter(([, d]) => d === disposition).map(([signal]) => signal);
  }

  get pending(): readonly Signal[] {
    return this.#pending;
  }

  /** A signal that is pending already is not counted twice, unless it is a real-time one. */
  add(signal: Signal): void {
    if (isRealTimeSignal(signal) || !this.#pending.includes(signal)) this.#pending.push(signal);
  }

  drop(which: (signal: Signal) => boolean): void {
    this.#pending = this.#pending.filter((signal) => !which(signal));
  }

  /** A new posting takes away what contradicts it: SIGCONT the stops, a stop SIGCONT (prepare_signal). */
  cancelOpposite(signal: Signal): void {
    if (this.#pending.length === 0) return;
    if (signal === 'SIGCONT') this.drop((s) => STOPPING.has(s));
    else if (STOPPING.has(signal)) this.drop((s) => s === 'SIGCONT');
  }

  /** The pending signal that the kernel acts on itself, the deadly ones first. */
  takeDefault(): Signal | undefined {
    const own = this.#pending.filter((signal) => this.disposition(signal) === 'default');
    const signal = own.find((s) => s === 'SIGKILL') ?? own.find((s) => defaultAction(s) === 'terminate') ?? own[0];
    if (signal !== undefined) this.drop((s) => s === signal);
    return signal;
  }

  /** The oldest pending signal that the process catches. */
  takeCaught(): Signal | undefined {
    const signal = this.#pending.find((s) => this.disposition(s) === 'catch');
    if (signal !== undefined) this.drop((s) => s === signal);
    return signal;
  }

  get hasCaught(): boolean {
    return this.#pending.some((signal) => this.disposition(signal) === 'catch');
  }
}
