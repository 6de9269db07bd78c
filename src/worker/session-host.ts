import { loadPrograms } from '#programs';
import type { Grade } from '../course/exercise.ts';
import type { LabDescription } from '../sim/lab/description.ts';
import type { FileEdit } from '../sim/lab/file-edit.ts';
import type { InputEntry } from '../sim/lab/session.ts';
import { type LabTask, openTask } from './lab-task.ts';
import type { CaptureFile, FilePlace, FileRefusal, FileText, LabEvents, LabSessionApi, SessionStart } from './protocol.ts';
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
  /** Logs that undo went back from, the latest last. */
  #undone: (readonly InputEntry[])[] = [];
  #watched: readonly FilePlace[] = [];
  #paused = false;

  async open(start: SessionStart, events: LabEvents): Promise<void> {
    this.#events = { ...events, history: (state) => events.history({ ...state, canRedo: this.#undone.length > 0 }) };
    this.#seed = start.seed;
    const log = start.log ?? [];
    try {
      this.#task = openTask(start.source, start.seed);
      // What happens before the learner's first key happens in one go: it cannot wait for a program.
      if (log.length > 0 || runsCommands(this.#task.lab)) await loadPrograms();
    } catch (error) {
      this.#failed(error);
      return;
    }
    try {
      this.#begin(log);
    } catch (error) {
      if (log.length === 0) this.#failed(error);
      // A log of an older version of the simulator, or a bug that it ran into: the lab still opens.
      else this.#begin([], error instanceof Error ? error.message : String(error));
    }
    // The others are here by the time somebody has read the first sentence. What fails is tried again when it is needed.
    loadPrograms().catch(() => {});
  }

  async openTerminal(machine: string, columns: number, rows: number): Promise<number> {
    return this.#lab?.perform({ do: 'open', machine, columns, rows }) ?? 0;
  }

  async closeTerminal(terminal: number): Promise<void> {
    if (this.#lab?.has(terminal)) this.#lab.perform({ do: 'close', terminal });
  }

  async input(terminal: number, text: string): Promise<void> {
    if (!this.#lab?.has(terminal)) return;
    if (text.includes(ENTER)) this.#undone = [];
    this.#lab.perform({ do: 'type', terminal, text });
  }

  async resize(terminal: number, columns: number, rows: number): Promise<void> {
    if (this.#lab?.has(terminal)) this.#lab.perform({ do: 'resize', terminal, columns, rows });
  }

  async acknowledge(bytes: number): Promise<void> {
    this.#lab?.acknowledge(bytes);
  }

  async run(terminal: number, command: string): Promise<boolean> {
    if (!this.#lab?.has(terminal)) return false;
    this.#undone = [];
    return this.#lab.run(terminal, command);
  }

  async cancelRun(): Promise<void> {
    this.#lab?.cancelRun();
  }

  async captureFiles(): Promise<readonly CaptureFile[]> {
    return this.#lab?.captureFiles() ?? [];
  }

  async readFile(machine: string, path: string): Promise<Uint8Array | undefined> {
    return this.#lab?.readFile(machine, path);
  }

  async watchFiles(places: readonly FilePlace[]): Promise<void> {
    this.#watched = places;
    this.#lab?.watchFiles(places);
  }

  async readText(place: FilePlace): Promise<FileText | FileRefusal> {
    return this.#lab?.readText(place) ?? NO_LAB;
  }

  async editFile(edit: FileEdit): Promise<{ readonly version?: string } | FileRefusal> {
    this.#undone = [];
    return this.#lab?.editFile(edit) ?? NO_LAB;
  }

  async startCapture(device: string): Promise<void> {
    this.#lab?.startCapture(device);
  }

  async stopCapture(device: string): Promise<Uint8Array | undefined> {
    return this.#lab?.stopCapture(device);
  }

  async reset(): Promise<void> {
    this.#undone = [];
    this.#begin([]);
  }

  async undo(): Promise<boolean> {
    await loadPrograms();
    const session = this.#lab?.session;
    const before = session?.logBeforeLastCommand();
    if (!session || before === undefined) return false;
    this.#undone.push([...session.log]);
    this.#begin(before);
    return true;
  }

  async redo(): Promise<boolean> {
    await loadPrograms();
    const log = this.#undone.pop();
    if (log === undefined) return false;
    this.#begin(log);
    return true;
  }

  async setPaused(paused: boolean): Promise<void> {
    this.#paused = paused;
    if (this.#lab) this.#lab.paused = paused;
  }

  async grade(): Promise<Grade> {
    if (!this.#lab || !this.#task?.grade) throw new Error('This lab has no exercise to check.');
    await loadPrograms();
    return this.#task.grade(this.#lab.session);
  }

  async close(): Promise<void> {
    this.#lab?.end();
    this.#lab = undefined;
  }

  #begin(log: readonly InputEntry[], notRestored?: string): void {
    if (!this.#task || !this.#events) return;
    const lab = new RunningLab(this.#task, this.#seed, log, this.#events);
    this.#lab?.end();
    this.#lab = lab;
    lab.start(this.#paused, notRestored);
    lab.watchFiles(this.#watched);
  }

  #failed(error: unknown): void {
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    this.#events?.bug({ message, stack: stack ?? '' });
  }
}
