import { loadPrograms } from '#programs';
import type { Grade } from '../course/exercise.ts';
import type { LabDescription } from '../sim/lab/description.ts';
import type { FileEdit } from '../sim/lab/file-edit.ts';
import type { Action } from '../sim/lab/session.ts';
import { canRedo, canUndo, goneOn, type History, NO_HISTORY, redo, reset, type Turn, undo } from './history.ts';
import { type LabTask, openTask } from './lab-task.ts';
import type { CaptureFile, FilePlace, FileRefusal, FileText, HistoryState, LabEvents, LabSessionApi, SessionStart } from './protocol.ts';
import { RunningLab } from './running-lab.ts';

const ENTER = '\r';
const NO_LAB: FileRefusal = { refused: 'The lab is not running' };

/** Whether building the lab runs more than what every machine boots with. */
function runsCommands(lab: LabDescription): boolean {
  return (lab.setup?.length ?? 0) > 0 || lab.machines.some(({ servers, docker }) => servers !== undefined || docker !== undefined);
}

/** A session as the page has it: a lab that can begin anew with another log. */
export class SessionHost implements LabSessionApi {
  #events: LabEvents | undefined;
  #task: LabTask | undefined;
  #seed = '';
  #lab: RunningLab | undefined;
  #history = NO_HISTORY;
  #told = '';
  #watched: readonly FilePlace[] = [];
  #paused = false;
  /** Over when everything has been done that was asked for so far. */
  #turn: Promise<unknown> = Promise.resolve();

  open(start: SessionStart, events: LabEvents): Promise<void> {
    return this.#inTurn(() => this.#open(start, events));
  }

  async openTerminal(machine: string, columns: number, rows: number): Promise<number> {
    await this.#turn;
    return this.#lab?.perform({ do: 'open', machine, columns, rows }) ?? 0;
  }

  async closeTerminal(terminal: number): Promise<void> {
    await this.#turn;
    if (this.#lab?.has(terminal)) this.#lab.perform({ do: 'close', terminal });
  }

  async input(terminal: number, text: string): Promise<void> {
    await this.#turn;
    if (this.#lab?.has(terminal)) this.#lab.perform({ do: 'type', terminal, text });
  }

  async resize(terminal: number, columns: number, rows: number): Promise<void> {
    await this.#turn;
    if (this.#lab?.has(terminal)) this.#lab.perform({ do: 'resize', terminal, columns, rows });
  }

  async acknowledge(bytes: number): Promise<void> {
    this.#lab?.acknowledge(bytes);
  }

  async run(terminal: number, command: string): Promise<boolean> {
    await this.#turn;
    return this.#lab?.has(terminal) === true && this.#lab.run(terminal, command);
  }

  async cancelRun(): Promise<void> {
    await this.#turn;
    this.#lab?.cancelRun();
  }

  async captureFiles(): Promise<readonly CaptureFile[]> {
    await this.#turn;
    return this.#lab?.captureFiles() ?? [];
  }

  async readFile(machine: string, path: string): Promise<Uint8Array | undefined> {
    await this.#turn;
    return this.#lab?.readFile(machine, path);
  }

  async watchFiles(places: readonly FilePlace[]): Promise<void> {
    this.#watched = places;
    this.#lab?.watchFiles(places);
  }

  async readText(place: FilePlace): Promise<FileText | FileRefusal> {
    await this.#turn;
    return this.#lab?.readText(place) ?? NO_LAB;
  }

  async editFile(edit: FileEdit): Promise<{ readonly version?: string } | FileRefusal> {
    await this.#turn;
    return this.#lab?.editFile(edit) ?? NO_LAB;
  }

  async startCapture(device: string): Promise<void> {
    await this.#turn;
    this.#lab?.startCapture(device);
  }

  async stopCapture(device: string): Promise<Uint8Array | undefined> {
    await this.#turn;
    return this.#lab?.stopCapture(device);
  }

  async reset(): Promise<void> {
    await this.#turnTo((history) => reset(this.#lab?.session, history));
  }

  undo(): Promise<boolean> {
    return this.#turnTo((history) => this.#lab && undo(this.#lab.session, history));
  }

  redo(): Promise<boolean> {
    return this.#turnTo((history) => this.#lab && redo(this.#lab.session, history));
  }

  async setPaused(paused: boolean): Promise<void> {
    this.#paused = paused;
    if (this.#lab) this.#lab.paused = paused;
  }

  async grade(): Promise<Grade> {
    await this.#turn;
    if (!this.#lab || !this.#task?.grade) throw new Error('This lab has no exercise to check.');
    await loadPrograms();
    return this.#task.grade(this.#lab.session);
  }

  async close(): Promise<void> {
    this.#lab?.end();
    this.#lab = undefined;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {});
    return done;
  }

  async #open(start: SessionStart, events: LabEvents): Promise<void> {
    this.#events = events;
    this.#seed = start.seed;
    const { log = [], history = NO_HISTORY } = start;
    try {
      this.#task = openTask(start.source, start.seed);
      // What happens before the learner's first key happens in one go: it cannot wait for a program.
      if (log.length > 0 || runsCommands(this.#task.lab)) await loadPrograms();
    } catch (error) {
      this.#failed(error);
      return;
    }
    try {
      this.#begin({ log, history });
    } catch (error) {
      if (log.length === 0) this.#failed(error);
      // A log of an older version of the simulator, or a bug that it ran into: the lab still opens.
      else this.#begin({ log: [], history: NO_HISTORY }, error instanceof Error ? error.message : String(error));
    }
    // The others are here by the time somebody has read the first sentence. What fails is tried again when it is needed.
    loadPrograms().catch(() => {});
  }

  /** Begins anew with another log, if there is one. */
  #turnTo(find: (history: History) => Turn | undefined): Promise<boolean> {
    return this.#inTurn(async () => {
      try {
        await loadPrograms();
        const turn = find(this.#history);
        if (turn) this.#begin(turn);
        return turn !== undefined;
      } catch (error) {
        this.#failed(error);
        return false;
      }
    });
  }

  #begin({ log, history }: Turn, notRestored?: string): void {
    if (!this.#task || !this.#events) return;
    const lab = new RunningLab(this.#task, this.#seed, log, this.#events, (action) => this.#acted(action));
    this.#lab?.end();
    this.#lab = lab;
    this.#remember(history);
    const state = this.#historyState();
    this.#told = JSON.stringify(state);
    lab.start(this.#paused, state, notRestored);
    lab.watchFiles(this.#watched);
  }

  #acted(action: Action): void {
    if (action.do === 'edit' || (action.do === 'type' && action.text.includes(ENTER))) this.#remember(goneOn(this.#history));
    const state = this.#historyState();
    const told = JSON.stringify(state);
    if (told === this.#told) return;
    this.#told = told;
    this.#events?.history(state);
  }

  #remember(history: History): void {
    if (history === this.#history) return;
    this.#history = history;
    this.#events?.past(history);
  }

  #historyState(): HistoryState {
    const session = this.#lab?.session;
    return { canUndo: session !== undefined && canUndo(session, this.#history), canRedo: canRedo(this.#history) };
  }

  #failed(error: unknown): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    this.#events?.bug({ message, stack: stack ?? '' });
  }
}
