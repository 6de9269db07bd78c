import { wrap } from 'comlink';
import { newWorker, takeEarlyWorker } from './client-early.ts';
import { LabHandle } from './client-lab.ts';
import { learnerSeed, learnerStorage } from './client-storage.ts';
import type { LabWorkerApi, SessionStart } from './protocol.ts';

/** How often the worker is asked whether it lives, and how long it may be silent. */
const BEAT_MS = 1_000;
const SILENCE_MS = 5_000;

interface OpenLab {
  readonly handle: LabHandle;
  /** Who shows it. */
  users: number;
  seen: boolean;
}

/**
 * The page's side of the simulator: one worker for the page and a {@link LabHandle} for each lab at work in it. Components know
 * the simulator through this alone.
 */
class LabClient {
  readonly #labs = new Map<string, OpenLab>();
  #worker: Worker | undefined;
  #api: LabWorkerApi | undefined;
  #beatTimer: ReturnType<typeof setInterval> | undefined;
  #lastBeat = 0;
  #lastTick = 0;

  /** The lab of this name, begun or gone on with; give it back with {@link release}. */
  acquire(key: string, source: SessionStart['source']): LabHandle {
    let lab = this.#labs.get(key);
    if (!lab) {
      lab = { handle: new LabHandle(key, source, learnerSeed(), learnerStorage), users: 0, seen: true };
      this.#labs.set(key, lab);
      void this.#connect(lab);
    }
    lab.users++;
    return lab.handle;
  }

  release(handle: LabHandle): void {
    const lab = this.#labs.get(handle.key);
    if (lab?.handle !== handle || --lab.users > 0) return;
    // React gives back and takes again in one breath.
    setTimeout(() => {
      if (lab.users > 0) return;
      this.#labs.delete(handle.key);
      void handle.close();
    }, 0);
  }

  /** What an exercise's words are filled with. */
  vars(exercise: string): Promise<Readonly<Record<string, string | number>>> {
    return this.#start().vars(exercise, learnerSeed());
  }

  /** Time runs only in labs that are seen. */
  setSeen(handle: LabHandle, seen: boolean): void {
    const lab = this.#labs.get(handle.key);
    if (!lab) return;
    lab.seen = seen;
    handle.setPaused(!seen || document.hidden);
  }

  /** A new worker instead of one that is dead or does not answer; every lab goes on from its log. */
  restart(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
    this.#api = undefined;
    for (const lab of this.#labs.values()) {
      lab.handle.disconnect();
      void this.#connect(lab);
    }
  }

  async #connect(lab: OpenLab): Promise<void> {
    const api = this.#start();
    const session = await api.session();
    if (api === this.#api) await lab.handle.connect(session, !lab.seen || document.hidden);
  }

  #start(): LabWorkerApi {
    if (this.#api) return this.#api;
    if (this.#beatTimer === undefined) {
      this.#beatTimer = setInterval(() => this.#beat(), BEAT_MS);
      document.addEventListener('visibilitychange', () => this.#visibilityChanged());
      window.addEventListener('pagehide', () => this.#flush());
      window.addEventListener('focus', () => this.#follow());
      window.addEventListener('storage', () => document.hasFocus() && this.#follow());
    }
    const worker = takeEarlyWorker() ?? newWorker();
    worker.addEventListener('error', ({ message }) => this.#broke(message));
    this.#lastBeat = performance.now();
    this.#worker = worker;
    this.#api = wrap<LabWorkerApi>(worker) as unknown as LabWorkerApi;
    return this.#api;
  }

  #beat(): void {
    const api = this.#api;
    const asleep = performance.now() - this.#lastTick > SILENCE_MS;
    this.#lastTick = performance.now();
    if (!api || document.hidden || asleep) {
      this.#lastBeat = performance.now();
      return;
    }
    if (performance.now() - this.#lastBeat > SILENCE_MS) this.#setSilent(true);
    void api.beat().then(() => {
      if (api !== this.#api) return;
      this.#lastBeat = performance.now();
      this.#setSilent(false);
    });
  }

  /** Something threw in the worker where nobody expected it: a bug of ours. */
  #broke(message: string): void {
    for (const { handle } of this.#labs.values()) handle.broke({ message, stack: '' });
  }

  #setSilent(silent: boolean): void {
    for (const { handle } of this.#labs.values()) handle.setSilent(silent);
  }

  #visibilityChanged(): void {
    for (const { handle, seen } of this.#labs.values()) handle.setPaused(!seen || document.hidden);
    if (document.hidden) this.#flush();
    else this.#follow();
  }

  /** A lab that is open in several tabs goes on in the one that the learner turns to. */
  #follow(): void {
    for (const { handle } of this.#labs.values()) handle.follow();
  }

  #flush(): void {
    for (const { handle } of this.#labs.values()) handle.flush();
  }
}

export const labClient = new LabClient();
