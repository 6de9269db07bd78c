import type { LabDescription } from '../sim/lab/description.ts';
import type { InputEntry } from '../sim/lab/session.ts';
import type { Snapshot } from '../sim/lab/snapshot.ts';
import type { ExerciseId, Grade } from '../course/exercise.ts';

/**
 * What crosses between page and simulator. Commands go down as calls (comlink), terminal bytes, snapshots and notices come up
 * through {@link LabEvents}. Everything is structured-cloneable.
 */

/** What a session is started from: a chapter's lab or an exercise's, and what the learner has done in it so far. */
export interface SessionStart {
  /** A standard lab or an exercise by id. */
  readonly source: { readonly lab: string } | { readonly exercise: ExerciseId };
  /** The learner's seed: decides MACs, ids and an exercise's vars. */
  readonly seed: string;
  /** Timed input to replay, so that a reload finds everything as it was. */
  readonly log?: readonly InputEntry[];
}

/** What the page is told of a session that has been opened. */
export interface SessionInfo {
  readonly lab: Pick<LabDescription, 'id'>;
  readonly machines: readonly { readonly name: string; readonly terminal: boolean }[];
  /** The exercise's drawn values, for the words of its tasks. */
  readonly vars: Readonly<Record<string, string | number>>;
  /** Terminals that the replayed log had opened. */
  readonly terminals: readonly { readonly id: number; readonly machine: string }[];
}

/** What a session tells the page, unasked. */
export interface LabEvents {
  /** Bytes for a terminal. The worker sends no more than 256 kB before {@link LabSessionApi.acknowledge}. */
  output(terminal: number, data: Uint8Array): void;
  /** The world looks different now; at most ten times a second. */
  snapshot(snapshot: Snapshot): void;
  /** The log has grown: the page keeps it. Called when the world comes to rest after input. */
  log(entries: readonly InputEntry[]): void;
  /** The shell of a terminal has ended (`exit`). */
  terminalClosed(terminal: number): void;
  /** A limit of the simulator stopped the world; the text says what happened. Only reset and undo go on from here. */
  halted(message: string): void;
  /** A bug of ours: what and where, with what reproduces it. */
  bug(report: { readonly message: string; readonly stack: string }): void;
}

/** One running lab in the worker. */
export interface LabSessionApi {
  open(start: SessionStart, events: LabEvents): Promise<SessionInfo>;
  openTerminal(machine: string, columns: number, rows: number): Promise<number>;
  input(terminal: number, text: string): Promise<void>;
  resize(terminal: number, columns: number, rows: number): Promise<void>;
  /** The page has shown this many bytes. */
  acknowledge(terminal: number, bytes: number): Promise<void>;
  /** Tab completion etc. happen inside the terminal; this types a whole command line and Enter, once the shell is at its prompt. */
  run(terminal: number, command: string): Promise<void>;
  reset(): Promise<SessionInfo>;
  /** Replays without the last command. False if there is none. */
  undo(): Promise<boolean>;
  redo(): Promise<boolean>;
  /** Virtual time runs only while the page is visible. */
  setPaused(paused: boolean): Promise<void>;
  /** Grades the exercise in a fork of this world. */
  grade(): Promise<Grade>;
  close(): Promise<void>;
}
