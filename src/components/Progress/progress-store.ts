import type { Grade } from '../../course/exercise.ts';
import {
  exportProgress,
  formatProgress,
  importProgress,
  mergeProgress,
  newProgress,
  type Progress,
  parseProgress,
  recordAnswer,
  recordGrade,
  recordHints,
} from '../../course/progress.ts';
import { HISTORY_KEY, LOG_KEY } from '../../worker/client-log.ts';
import { decodeLog, encodeLog } from '../../worker/client-log-text.ts';
import { adoptSeed, learnerSeed, learnerStorage } from '../../worker/client-storage.ts';

const KEY = 'progress';
const EMPTY = newProgress('');

type Logs = Parameters<typeof exportProgress>[1];

/** The learner's progress, kept by the browser and shared by all its tabs. */
class ProgressStore {
  readonly #listeners = new Set<() => void>();
  #progress: Progress | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    if (this.#listeners.size === 0) window.addEventListener('storage', this.#elsewhere);
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) window.removeEventListener('storage', this.#elsewhere);
    };
  };

  readonly get = (): Progress => {
    this.#progress ??= this.#read() ?? newProgress(learnerSeed());
    return this.#progress;
  };

  readonly getServer = (): Progress => EMPTY;

  readonly recordGrade = (exercise: string, grade: Grade): void => {
    this.#write(recordGrade(this.get(), exercise, grade, new Date().toISOString()));
  };

  readonly recordHints = (exercise: string, shown: number): void => this.#write(recordHints(this.get(), exercise, shown));

  readonly recordAnswer = (chapter: string, question: string): void => this.#write(recordAnswer(this.get(), chapter, question));

  /** The text of a file with everything the learner has done. */
  export(): string {
    const logs: Record<string, Logs[string]> = {};
    for (const key of learnerStorage.keys(LOG_KEY)) {
      const log = decodeLog(learnerStorage.read(key) ?? '');
      if (log) logs[key.slice(LOG_KEY.length)] = log;
    }
    return exportProgress(this.get(), logs);
  }

  /** Adds what such a file holds. Answers a sentence if it cannot be read. */
  import(text: string): string | undefined {
    const file = importProgress(text);
    if (file === 'none') return 'This is not a file that vethlab has exported.';
    if (file === 'newer') return 'This file comes from a newer version of the course.';
    const fresh = Object.keys(this.get().exercises).length === 0;
    // What was typed belongs to the seed it was typed under: addresses and names follow from that.
    if (fresh) adoptSeed(file.progress.seed);
    for (const [name, log] of Object.entries(file.logs)) {
      const key = LOG_KEY + name;
      if (file.progress.seed !== learnerSeed() || !(fresh || learnerStorage.read(key) === undefined)) continue;
      learnerStorage.write(key, encodeLog(log));
      learnerStorage.remove(HISTORY_KEY + name);
    }
    this.#write(fresh ? file.progress : mergeProgress(this.get(), file.progress));
    return undefined;
  }

  /** Forgets everything: progress and what was typed. */
  reset(): void {
    for (const key of [LOG_KEY, HISTORY_KEY].flatMap((start) => learnerStorage.keys(start))) learnerStorage.remove(key);
    learnerStorage.remove(KEY);
    this.#set(newProgress(learnerSeed()));
  }

  #write(progress: Progress): void {
    // Another tab may have written meanwhile: nothing that was passed is lost.
    const kept = this.#read();
    const merged = kept === undefined ? progress : mergeProgress(progress, kept);
    learnerStorage.write(KEY, formatProgress(merged));
    this.#set(merged);
  }

  #read(): Progress | undefined {
    const text = learnerStorage.read(KEY);
    return text === undefined ? undefined : parseProgress(text);
  }

  #set(progress: Progress): void {
    this.#progress = progress;
    for (const listener of this.#listeners) listener();
  }

  readonly #elsewhere = (event: StorageEvent): void => {
    if (event.key === null || event.key.endsWith(`.${KEY}`)) this.#set(this.#read() ?? newProgress(learnerSeed()));
  };
}

export const progressStore = new ProgressStore();
