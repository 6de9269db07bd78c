import { proxy } from 'comlink';
import type { Grade } from '../course/exercise.ts';
import type { FileEdit } from '../sim/lab/file-edit.ts';
import { type LabState, type LabTab, START, tabsOf } from './client-lab-state.ts';
import { LogKeeper } from './client-log.ts';
import type { LearnerStorage } from './client-storage.ts';
import { TerminalStream } from './client-terminal.ts';
import type {
  BugReport,
  CaptureFile,
  FilePlace,
  FileRefusal,
  FileText,
  FileView,
  LabEvents,
  LabSessionApi,
  SessionInfo,
  SessionStart,
  TerminalInfo,
} from './protocol.ts';

/** A paste goes down in pieces of this many characters. */
const PIECE = 16_384;
const GONE: FileRefusal = { refused: 'The lab is not running' };
const DEFAULT_SIZE = { columns: 80, rows: 24 };

/** One lab at work, as components see it: a store to subscribe to, and what can be done with it. */
export class LabHandle {
  readonly key: string;
  readonly source: SessionStart['source'];
  readonly #seed: string;
  readonly #log: LogKeeper;
  readonly #listeners = new Set<() => void>();
  readonly #streams = new Map<number, TerminalStream>();
  #api: LabSessionApi | undefined;
  #state: LabState = START;
  #opening = new Map<string, Promise<number>>();
  /** Machines whose last shell has ended. */
  readonly #ended = new Set<string>();
  #size = DEFAULT_SIZE;
  #paused = false;
  #watched: readonly FilePlace[] = [];
  #onFiles: ((views: readonly FileView[]) => void) | undefined;

  constructor(key: string, source: SessionStart['source'], seed: string, storage: LearnerStorage) {
    this.key = key;
    this.source = source;
    this.#seed = seed;
    this.#log = new LogKeeper(storage, key);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getState = (): LabState => this.#state;

  /** The learner has done something here before. */
  get begun(): boolean {
    return this.#log.entries.some(({ action }) => action.do === 'type' || action.do === 'edit');
  }

  /** Begins in a worker, or goes on in a new one with the log kept. */
  async connect(api: LabSessionApi, paused: boolean): Promise<void> {
    this.#api = api;
    this.#paused = paused;
    this.#opening.clear();
    // Terminals stay where they are, and are cleared when the lab begins.
    const { info, tabs, active, grade } = this.#state;
    this.#change({ ...START, info, tabs, active, grade });
    await api.setPaused(paused);
    await api.open({ source: this.source, seed: this.#seed, log: this.#log.entries, history: this.#log.history }, proxy(this.#events(api)));
    if (this.#watched.length > 0) await api.watchFiles(this.#watched);
  }

  /** The worker is gone. */
  disconnect(): void {
    this.#api = undefined;
    this.#log.flush();
  }

  setSilent(silent: boolean): void {
    if (silent !== (this.#state.status === 'silent')) this.#change({ status: silent ? 'silent' : this.#state.info ? 'ready' : 'starting' });
  }

  broke(bug: BugReport): void {
    this.#change({ bug });
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#log.flush();
    void this.#api?.setPaused(paused);
  }

  /** Goes on from where the same lab is now, if the learner has worked with it in another tab. */
  follow(): void {
    if (!this.#api || !this.#log.behind) return;
    this.#log.read();
    void this.connect(this.#api, this.#paused);
  }

  flush(): void {
    this.#log.flush();
  }

  stream(terminal: number): TerminalStream {
    let stream = this.#streams.get(terminal);
    if (!stream) {
      stream = new TerminalStream((bytes) => void this.#api?.acknowledge(bytes));
      this.#streams.set(terminal, stream);
    }
    return stream;
  }

  /** Makes a tab the one that is seen, with a terminal in it. */
  activate(tab: LabTab): void {
    this.#change({ active: tab });
    if (tab.terminal === undefined) void this.#open(tab.machine);
  }

  /** One more terminal on a machine, in a tab of its own. */
  async openAnother(machine: string): Promise<void> {
    const terminal = await this.#open(machine, true);
    this.#change({ active: { machine, terminal, ended: false } });
  }

  closeTerminal(terminal: number): void {
    void this.#api?.closeTerminal(terminal);
  }

  /** The size that terminals have or will have. */
  resize(terminal: number, columns: number, rows: number): void {
    this.#size = { columns, rows };
    void this.#api?.resize(terminal, columns, rows);
  }

  input(terminal: number, text: string): void {
    for (let at = 0; at < text.length; at += PIECE) void this.#api?.input(terminal, text.slice(at, at + PIECE));
  }

  /** Types command lines on a machine (the first, if none is named), each when the one before has ended. Whether all were typed. */
  async run(machine: string | undefined, commands: readonly string[]): Promise<boolean> {
    const { machines } = await this.#whenBegun();
    const on = machine ?? machines.find(({ terminal }) => terminal)?.name;
    if (on === undefined) return false;
    const current = this.#state.active;
    const tab = current?.machine === on ? current : this.#state.tabs.find((candidate) => candidate.machine === on);
    const terminal = tab?.terminal ?? (await this.#open(on));
    this.#change({ active: { machine: on, terminal, ended: false }, waiting: this.#state.waiting + commands.length });
    let typed = true;
    for (const command of commands) {
      typed = typed && ((await this.#api?.run(terminal, command)) ?? false);
      this.#change({ waiting: this.#state.waiting - 1 });
    }
    return typed;
  }

  /** What the lab is, as soon as it has begun: a button may be pressed while it starts. */
  #whenBegun(): Promise<SessionInfo> {
    return new Promise((resolve) => {
      const look = (): void => {
        const { info } = this.#state;
        if (info === undefined) return;
        leave();
        resolve(info);
      };
      const leave = this.subscribe(look);
      look();
    });
  }

  cancelRun(): void {
    void this.#api?.cancelRun();
  }

  async captureFiles(): Promise<readonly CaptureFile[]> {
    return (await this.#api?.captureFiles()) ?? [];
  }

  async readFile(machine: string, path: string): Promise<Uint8Array | undefined> {
    return this.#api?.readFile(machine, path);
  }

  /** Tells from now on how these files and directories stand, first at once; whoever asked before is told no more. */
  watchFiles(places: readonly FilePlace[], listener: (views: readonly FileView[]) => void): void {
    this.#watched = places;
    this.#onFiles = listener;
    void this.#api?.watchFiles(places);
  }

  async readText(place: FilePlace): Promise<FileText | FileRefusal> {
    await this.#whenBegun();
    return (await this.#api?.readText(place)) ?? GONE;
  }

  async editFile(edit: FileEdit): Promise<{ readonly version?: string } | FileRefusal> {
    await this.#whenBegun();
    return (await this.#api?.editFile(edit)) ?? GONE;
  }

  /** Keeps what a device sends and receives, until {@link stopCapture} or the lab begins anew; see {@link LabState.capturing}. */
  startCapture(device: string): void {
    void this.#api?.startCapture(device);
    this.#change({ capturing: [...this.#state.capturing, device] });
  }

  async stopCapture(device: string): Promise<Uint8Array | undefined> {
    this.#change({ capturing: this.#state.capturing.filter((other) => other !== device) });
    return this.#api?.stopCapture(device);
  }

  reset(): void {
    void this.#api?.reset();
  }

  undo(): void {
    void this.#api?.undo();
  }

  redo(): void {
    void this.#api?.redo();
  }

  /** The verdict on what the learner has built; also in {@link LabState.grade}. Undefined if the lab is gone before it is known. */
  async grade(): Promise<Grade | undefined> {
    if (!this.#api || this.#state.grading) return undefined;
    this.#change({ grading: true });
    try {
      const grade = await this.#api.grade();
      this.#change({ grade });
      return grade;
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      this.#change({ bug: { message, stack: stack ?? '' } });
      return undefined;
    } finally {
      this.#change({ grading: false });
    }
  }

  async close(): Promise<void> {
    const api = this.#api;
    this.#api = undefined;
    this.#log.flush();
    await api?.close();
  }

  #open(machine: string, another = false): Promise<number> {
    const underWay = this.#opening.get(machine);
    if (underWay && !another) return underWay;
    const opened = (async () => {
      const { columns, rows } = this.#size;
      const terminal = (await this.#api?.openTerminal(machine, columns, rows)) ?? 0;
      this.#opening.delete(machine);
      this.#ended.delete(machine);
      if (terminal !== 0) this.#setTerminals([...this.#terminals(), { id: terminal, machine }]);
      return terminal;
    })();
    this.#opening.set(machine, opened);
    return opened;
  }

  #terminals(): TerminalInfo[] {
    return this.#state.tabs.flatMap(({ machine, terminal }) => (terminal === undefined ? [] : [{ id: terminal, machine }]));
  }

  #setTerminals(terminals: readonly TerminalInfo[], changes: Partial<LabState> = {}): void {
    const tabs = tabsOf(changes.info ?? this.#state.info, terminals, this.#ended);
    const before = this.#state.active;
    const same = tabs.find(({ machine, terminal }) => machine === before?.machine && terminal === before.terminal);
    this.#change({ ...changes, tabs, active: same ?? tabs.find(({ machine }) => machine === before?.machine) ?? tabs[0] });
  }

  #events(api: LabSessionApi): LabEvents {
    // What an earlier worker still says is of no interest.
    const mine = <Args extends unknown[]>(listener: (...args: Args) => void) => {
      return (...args: Args): void => {
        if (this.#api === api) listener(...args);
      };
    };
    return {
      begun: mine((info) => this.#begun(info)),
      output: mine((terminal, data) => this.stream(terminal).write(data)),
      snapshot: mine((snapshot) => this.#change({ snapshot })),
      log: mine((from, entries) => {
        this.#log.splice(from, entries);
        // Another tab may be seen already.
        if (this.#paused) this.#log.flush();
        if (this.#log.tooLong !== this.#state.logTooLong) this.#change({ logTooLong: this.#log.tooLong });
      }),
      history: mine((history) => this.#change({ history })),
      past: mine((history) => this.#log.setHistory(history)),
      files: mine((views) => this.#onFiles?.(views)),
      live: mine((live) => this.#change({ live })),
      terminalClosed: mine((terminal) => this.#terminalClosed(terminal)),
      halted: mine((halted) => this.#change({ halted })),
      bug: mine((bug) => this.#change({ bug })),
    };
  }

  #terminalClosed(terminal: number): void {
    const machine = this.#state.tabs.find((tab) => tab.terminal === terminal)?.machine;
    const rest = this.#terminals().filter(({ id }) => id !== terminal);
    if (machine !== undefined && rest.every((other) => other.machine !== machine)) this.#ended.add(machine);
    this.#setTerminals(rest);
  }

  #begun(info: SessionInfo): void {
    for (const stream of this.#streams.values()) stream.clear();
    this.#ended.clear();
    // What has to be told anew is told in a moment; until then the page stays as it is.
    const { snapshot, live, grade, grading, waiting, logTooLong, active: before } = this.#state;
    const { history, notRestored } = info;
    const changes = { ...START, status: 'ready', info, history, notRestored, snapshot, live, grade, grading, waiting, logTooLong } as const;
    this.#setTerminals(info.terminals, { ...changes, active: before });
    const { columns, rows } = this.#size;
    for (const { id } of info.terminals) void this.#api?.resize(id, columns, rows);
    const { active } = this.#state;
    if (active && active.terminal === undefined) void this.#open(active.machine);
  }

  #change(changes: Partial<LabState>): void {
    this.#state = { ...this.#state, ...changes };
    for (const listener of this.#listeners) listener();
  }
}
