import type { CheckResult, ExerciseId, Grade } from '../course/exercise.ts';
import type { FileEdit } from '../sim/lab/file-edit.ts';
import type { InputEntry } from '../sim/lab/session.ts';
import type { Snapshot } from '../sim/lab/snapshot.ts';
import type { History } from './history.ts';

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
  /** What goes with that log. */
  readonly history?: History;
}

export interface TerminalInfo {
  readonly id: number;
  readonly machine: string;
}

/** What the page is told of a session that has been opened, or begun anew by reset, undo or redo. */
export interface SessionInfo {
  readonly lab: string;
  readonly machines: readonly { readonly name: string; readonly terminal: boolean }[];
  /** The exercise's drawn values, for the words of its tasks. */
  readonly vars: Readonly<Record<string, string | number>>;
  /** Terminals that the replayed log had opened. */
  readonly terminals: readonly TerminalInfo[];
  readonly history: HistoryState;
  /** Why the log that was given could not be replayed: the lab starts afresh. */
  readonly notRestored?: string;
}

/** A capture in a machine's file system. */
export interface CaptureFile {
  readonly machine: string;
  readonly path: string;
  /** In bytes. */
  readonly size: number;
}

/** What the kernel says where it does not do what was asked, in its words. */
export interface FileRefusal {
  readonly refused: string;
}

/** A file that an editor can show, or why it cannot: `special` is a device, pipe or socket. */
export type FileText = { readonly text: string; readonly version: string } | { readonly unshown: 'special' | 'large' | 'binary' };

/** A file or directory. `root` says whose, as in `FileEdit`: a machine's name. */
export interface FilePlace {
  readonly root: string;
  readonly path: string;
}

/** How a watched path stands: a directory's entries, a file's version, which changes when the file does, or why neither can be had. */
export type FileView = FilePlace &
  ({ readonly entries: readonly { readonly name: string; readonly directory: boolean }[] } | { readonly version: string } | FileRefusal);

export interface HistoryState {
  /** A command, or else a reset. */
  readonly canUndo: boolean;
  readonly canRedo: boolean;
}

/** What a session tells the page, unasked. */
export interface LabEvents {
  /** Everything starts over: terminals are cleared, and their output comes again. */
  begun(info: SessionInfo): void;
  /** Bytes for a terminal. The worker sends no more than 256 kB before {@link LabSessionApi.acknowledge}; the world waits meanwhile. */
  output(terminal: number, data: Uint8Array): void;
  /** The world looks different now; at most ten times a second. */
  snapshot(snapshot: Snapshot): void;
  /** The log from entry `from` on is now this; the page keeps it. Comes a moment after input. */
  log(from: number, entries: readonly InputEntry[]): void;
  /** Other things can be undone or redone now than {@link SessionInfo.history} or this said last. */
  history(state: HistoryState): void;
  /** The history that goes with the log is now this; the page keeps it. */
  past(history: History): void;
  /** What is watched stands differently now. */
  files(views: readonly FileView[]): void;
  /** Checks that cost nothing to evaluate, as they stand now. */
  live(results: readonly CheckResult[]): void;
  /** The shell of a terminal has ended (`exit`). */
  terminalClosed(terminal: number): void;
  /** A limit of the simulator stopped the world; the text says what happened. Only reset and undo go on from here. */
  halted(message: string): void;
  /** A bug of ours: what and where. */
  bug(report: BugReport): void;
}

export interface BugReport {
  readonly message: string;
  readonly stack: string;
}

/** One running lab in the worker. What is asked for is done in this order, also where some of it takes time. */
export interface LabSessionApi {
  /** Answers when the log is replayed; {@link LabEvents.begun} has come before. */
  open(start: SessionStart, events: LabEvents): Promise<void>;
  openTerminal(machine: string, columns: number, rows: number): Promise<number>;
  closeTerminal(terminal: number): Promise<void>;
  input(terminal: number, text: string): Promise<void>;
  resize(terminal: number, columns: number, rows: number): Promise<void>;
  /** The page has shown this many bytes, in whichever terminal. */
  acknowledge(bytes: number): Promise<void>;
  /**
   * Types a whole command line and Enter as soon as the shell is at its prompt, after those given before; a half-typed line is put
   * aside. Answers whether it was typed: false if the terminal was closed or the lab begun anew before.
   */
  run(terminal: number, command: string): Promise<boolean>;
  /** Forgets commands that {@link run} has not typed yet. */
  cancelRun(): Promise<void>;
  /** Captures (`*.pcap`) in /root and /tmp of every machine. */
  captureFiles(): Promise<readonly CaptureFile[]>;
  /** Undefined where there is none, or none any more. */
  readFile(machine: string, path: string): Promise<Uint8Array | undefined>;
  /** From now on {@link LabEvents.files} says how these stand, in this lab and in those that reset, undo and redo begin. */
  watchFiles(places: readonly FilePlace[]): Promise<void>;
  readText(place: FilePlace): Promise<FileText | FileRefusal>;
  /** Part of the log, like what is typed. Answers the file's version after `write`. */
  editFile(edit: FileEdit): Promise<{ readonly version?: string } | FileRefusal>;
  /** Keeps what a device sends and receives from now on. The device is named as in a snapshot (`DeviceSnapshot.id`). */
  startCapture(device: string): Promise<void>;
  /** Ends that; the capture file. Undefined if the lab has begun anew since. */
  stopCapture(device: string): Promise<Uint8Array | undefined>;
  reset(): Promise<void>;
  /** Replays without the last command, or as the lab was before it was reset. False if there is nothing to undo. */
  undo(): Promise<boolean>;
  redo(): Promise<boolean>;
  /** Virtual time runs only while the lab is seen. */
  setPaused(paused: boolean): Promise<void>;
  /** Grades the exercise in a fork of this world. */
  grade(): Promise<Grade>;
  close(): Promise<void>;
}

/** The worker itself. */
export interface LabWorkerApi {
  /** A new session, to be opened. */
  session(): Promise<LabSessionApi>;
  /** What an exercise's words are filled with, without starting its lab. */
  vars(exercise: ExerciseId, seed: string): Promise<Readonly<Record<string, string | number>>>;
  /** Answers at once while the worker is alive. */
  beat(): Promise<void>;
}
