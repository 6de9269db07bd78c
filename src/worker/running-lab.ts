import { isError } from '../sim/base/result.ts';
import type { FileEdit } from '../sim/lab/file-edit.ts';
import { type Action, type InputEntry, LabSession } from '../sim/lab/session.ts';
import { takeSnapshot } from '../sim/lab/take-snapshot.ts';
import { captureFiles, DeviceCapture, deviceById } from './captures.ts';
import { readText, refusal, viewFile } from './files.ts';
import type { LabTask } from './lab-task.ts';
import { OutputWindow } from './output-window.ts';
import { Pacer } from './pacer.ts';
import { PromptQueue } from './prompt-queue.ts';
import type { CaptureFile, FilePlace, FileRefusal, FileText, HistoryState, LabEvents, SessionInfo } from './protocol.ts';
import { Throttle } from './throttle.ts';

/** Shortest times between two messages of a kind, in milliseconds. */
const SNAPSHOT_MS = 100;
const LIVE_MS = 500;
const LOG_MS = 200;
const FILES_MS = 300;

/** One life of a lab, from its start or the replay of a log until reset or undo begin another. */
export class RunningLab {
  readonly session: LabSession;
  readonly #task: LabTask;
  readonly #events: LabEvents;
  readonly #acted: (action: Action) => void;
  readonly #output: OutputWindow;
  readonly #pacer: Pacer;
  readonly #prompts: PromptQueue;
  readonly #snapshots = new Throttle(SNAPSHOT_MS, () => this.#sendSnapshot());
  readonly #checks = new Throttle(LIVE_MS, () => this.#sendLiveChecks());
  readonly #logs = new Throttle(LOG_MS, () => this.#sendLog());
  readonly #files = new Throttle(FILES_MS, () => this.#sendFiles());
  readonly #captures = new Map<string, DeviceCapture>();
  #seenStep = -1;
  #snapshotJson = '';
  #checksJson = '';
  #watched: readonly FilePlace[] = [];
  #filesJson = '';
  #loggedUpTo = 0;
  #over = false;

  /**
   * `acted` hears of everything that the learner does from now on.
   * @throws what the simulator throws while it builds the lab or replays the log.
   */
  constructor(task: LabTask, seed: string, log: readonly InputEntry[], events: LabEvents, acted: (action: Action) => void) {
    this.#task = task;
    this.#events = events;
    this.#acted = acted;
    this.#output = new OutputWindow(
      (terminal, data) => events.output(terminal, data),
      () => this.#pacer.wake(),
    );
    this.session = LabSession.replay(task.lab, seed, log, {
      output: (terminal, data) => this.#output.add(terminal, data),
      closed: (terminal) => this.#closed(terminal),
    });
    this.#output.trim();
    this.#prompts = new PromptQueue(this.session, (terminal, text) => this.perform({ do: 'type', terminal, text }));
    this.#pacer = new Pacer({
      world: this.session.world,
      held: () => this.#output.full,
      progressed: () => this.#progressed(),
      halted: (message) => this.#halted(message),
      failed: (error) => this.failed(error),
    });
  }

  /** Tells the page what there is and lets time run. */
  start(paused: boolean, history: HistoryState, notRestored?: string): void {
    this.#events.begun({ ...this.#info(), history, ...(notRestored === undefined ? {} : { notRestored }) });
    this.#pacer.paused = paused;
    this.#logs.request();
    this.#progressed();
    this.#pacer.wake();
  }

  set paused(paused: boolean) {
    this.#pacer.paused = paused;
    if (paused) this.#logs.settle();
  }

  has(terminal: number): boolean {
    return this.session.openTerminals.some(({ id }) => id === terminal);
  }

  /** Does something to the world at the time the wall clock shows. */
  perform(action: Exclude<Action, { do: 'edit' }>): number {
    if (this.#over) return 0;
    try {
      this.#pacer.slice();
      const terminal = this.session.perform(action);
      this.#acted(action);
      // The page does not hear of what this worker dies of: another would die of it too.
      this.#pacer.slice();
      return terminal;
    } catch (error) {
      this.failed(error);
      return 0;
    } finally {
      this.#logs.request();
    }
  }

  acknowledge(bytes: number): void {
    this.#output.acknowledge(bytes);
  }

  run(terminal: number, command: string): Promise<boolean> {
    const typed = this.#prompts.add(terminal, command);
    this.#prompts.look();
    return typed;
  }

  cancelRun(): void {
    this.#prompts.cancel();
  }

  captureFiles(): readonly CaptureFile[] {
    return captureFiles(
      this.session.world,
      this.#task.lab.machines.map(({ name }) => name),
    );
  }

  readFile(machine: string, path: string): Uint8Array | undefined {
    const found = this.session.world.machines.get(machine);
    const bytes = found?.files.readFile(found.init, path);
    return bytes === undefined || isError(bytes) ? undefined : bytes;
  }

  watchFiles(places: readonly FilePlace[]): void {
    this.#watched = places;
    this.#filesJson = '';
    if (!this.#over) this.#sendFiles();
  }

  readText(place: FilePlace): FileText | FileRefusal {
    return readText(this.session.world, place);
  }

  editFile(edit: FileEdit): { readonly version?: string } | FileRefusal {
    if (this.#over) return { refused: 'The lab has stopped' };
    try {
      this.#pacer.slice();
      const refused = this.session.edit(edit);
      if (isError(refused)) return refusal(refused);
      this.#acted({ do: 'edit', edit });
      this.#sendFiles();
      this.#pacer.slice();
      const view = viewFile(this.session.world, edit);
      return 'version' in view ? { version: view.version } : {};
    } catch (error) {
      this.failed(error);
      return { refused: 'The lab has stopped' };
    } finally {
      this.#logs.request();
    }
  }

  startCapture(device: string): void {
    const found = deviceById(this.session.world, device);
    if (found && !this.#captures.has(device)) this.#captures.set(device, new DeviceCapture(found.machine, found.dev));
  }

  stopCapture(device: string): Uint8Array | undefined {
    const bytes = this.#captures.get(device)?.end();
    this.#captures.delete(device);
    return bytes;
  }

  failed(error: unknown): void {
    this.#over = true;
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    this.#events.bug({ message, stack: stack ?? '' });
  }

  end(): void {
    this.#logs.settle();
    this.#over = true;
    this.#pacer.end();
    this.#prompts.cancel();
    this.#output.close();
    this.session.listener = undefined;
    for (const throttle of [this.#snapshots, this.#checks, this.#logs, this.#files]) throttle.cancel();
  }

  #info(): Omit<SessionInfo, 'history'> {
    return {
      lab: this.#task.lab.id,
      machines: this.#task.lab.machines.map(({ name, terminal }) => ({ name, terminal: terminal !== false })),
      vars: this.#task.vars,
      terminals: this.session.openTerminals,
    };
  }

  #progressed(): void {
    this.#output.flush();
    const { steps } = this.session.world;
    if (steps === this.#seenStep) return;
    this.#seenStep = steps;
    this.#snapshots.request();
    if (this.#task.live) this.#checks.request();
    if (this.#watched.length > 0) this.#files.request();
    this.#prompts.look();
  }

  #closed(terminal: number): void {
    this.#prompts?.cancel(terminal);
    // A replay tells what is open at its end.
    if (this.#pacer === undefined) return;
    this.#output.flush();
    this.#events.terminalClosed(terminal);
  }

  #halted(message: string): void {
    this.#over = true;
    this.#prompts.cancel();
    this.#events.halted(message);
  }

  #sendSnapshot(): void {
    const snapshot = takeSnapshot(this.session.world, this.session.lab);
    const json = JSON.stringify({ ...snapshot, timeNs: 0 });
    if (json === this.#snapshotJson) return;
    this.#snapshotJson = json;
    this.#events.snapshot(snapshot);
  }

  #sendLiveChecks(): void {
    const results = this.#task.live?.(this.session) ?? [];
    const json = JSON.stringify(results);
    if (json === this.#checksJson) return;
    this.#checksJson = json;
    this.#events.live(results);
  }

  #sendFiles(): void {
    if (this.#watched.length === 0) return;
    const views = this.#watched.map((place) => viewFile(this.session.world, place));
    const json = JSON.stringify(views);
    if (json === this.#filesJson) return;
    this.#filesJson = json;
    this.#events.files(views);
  }

  #sendLog(): void {
    const { log } = this.session;
    this.#events.log(this.#loggedUpTo, log.slice(this.#loggedUpTo));
    this.#loggedUpTo = log.length;
  }
}
