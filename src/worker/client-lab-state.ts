import type { CheckResult, Grade } from '../course/exercise.ts';
import type { Snapshot } from '../sim/lab/snapshot.ts';
import type { BugReport, HistoryState, SessionInfo, TerminalInfo } from './protocol.ts';

/** A tab of the lab's terminals: a machine, and the terminal on it once there is one. */
export interface LabTab {
  readonly machine: string;
  readonly terminal: number | undefined;
  /** Its shell has ended; activating the tab starts another. */
  readonly ended: boolean;
}

/** What the page knows of a lab. A new object whenever something changes. */
export interface LabState {
  /** `silent`: the worker has not answered for a while; restarting it may help. */
  readonly status: 'starting' | 'ready' | 'silent';
  readonly info: SessionInfo | undefined;
  readonly tabs: readonly LabTab[];
  readonly active: LabTab | undefined;
  readonly snapshot: Snapshot | undefined;
  readonly history: HistoryState;
  readonly live: readonly CheckResult[];
  readonly grade: Grade | undefined;
  readonly grading: boolean;
  /** Commands of the prose that wait for the prompt. */
  readonly waiting: number;
  /** Devices whose frames are kept for a capture. */
  readonly capturing: readonly string[];
  readonly halted: string | undefined;
  readonly bug: BugReport | undefined;
  readonly notRestored: string | undefined;
  /** The log can be kept no longer. */
  readonly logTooLong: boolean;
}

export const START: LabState = {
  status: 'starting',
  info: undefined,
  tabs: [],
  active: undefined,
  snapshot: undefined,
  history: { canUndo: false, canRedo: false },
  live: [],
  grade: undefined,
  grading: false,
  waiting: 0,
  capturing: [],
  halted: undefined,
  bug: undefined,
  notRestored: undefined,
  logTooLong: false,
};

/** Every machine that can be logged in to has a tab, and those with several terminals have several. */
export function tabsOf(info: SessionInfo | undefined, terminals: readonly TerminalInfo[], ended: ReadonlySet<string>): readonly LabTab[] {
  return (info?.machines ?? [])
    .filter(({ terminal }) => terminal)
    .flatMap(({ name }): LabTab[] => {
      const own = terminals.filter(({ machine }) => machine === name);
      if (own.length === 0) return [{ machine: name, terminal: undefined, ended: ended.has(name) }];
      return own.map(({ id }) => ({ machine: name, terminal: id, ended: false }));
    });
}
