import type { InputEntry, LabSession } from '../sim/lab/session.ts';

type Log = readonly InputEntry[];

/** What undo took from a log: after its first `kept` entries it went on with these. */
export interface Undone {
  readonly kept: number;
  readonly entries: Log;
}

/** A log, and what undo took from it, the latest last. */
interface Life {
  readonly log: Log;
  readonly undone: readonly Undone[];
}

/** What a learner did in a lab and its log does not say: undo and redo bring it back. */
export interface History {
  readonly undone: readonly Undone[];
  /** As everything was when the lab was last reset. */
  readonly beforeReset?: Life;
  /** As everything was when that reset was undone. */
  readonly afterReset?: Life;
}

export const NO_HISTORY: History = { undone: [] };

/** A log to begin the lab anew with, and the history that goes with it. */
export interface Turn {
  readonly log: Log;
  readonly history: History;
}

const lifeOf = (session: LabSession, { undone }: History): Life => ({ log: [...session.log], undone });

export const canUndo = (session: LabSession, { beforeReset }: History): boolean => session.hasSteps || beforeReset !== undefined;
export const canRedo = ({ undone, afterReset }: History): boolean => undone.length > 0 || afterReset !== undefined;

/** Without the last command; where there is none, as it was before the lab was reset. Undefined if there was nothing. */
export function undo(session: LabSession, history: History): Turn | undefined {
  const { beforeReset } = history;
  const log = session.logBeforeLastCommand();
  if (log) {
    const undone = { kept: log.length, entries: session.log.slice(log.length) };
    return { log, history: { ...history, undone: [...history.undone, undone] } };
  }
  return beforeReset && { log: beforeReset.log, history: { undone: beforeReset.undone, afterReset: lifeOf(session, history) } };
}

/** With what undo took last. What came since is no command, and goes. */
export function redo(session: LabSession, history: History): Turn | undefined {
  const { undone, afterReset } = history;
  const last = undone.at(-1);
  if (last) return { log: [...session.log.slice(0, last.kept), ...last.entries], history: { ...history, undone: undone.slice(0, -1) } };
  return afterReset && { log: afterReset.log, history: { undone: afterReset.undone, beforeReset: lifeOf(session, history) } };
}

/** From the start. A lab in which nothing was done yet stays what it is. */
export function reset(session: LabSession | undefined, history: History): Turn {
  const untouched = session?.hasSteps !== true && !canRedo(history);
  return { log: [], history: untouched ? history : { undone: [], ...(session ? { beforeReset: lifeOf(session, history) } : {}) } };
}

/** After a new command: what had been undone before it cannot follow it. */
export function goneOn(history: History): History {
  const { afterReset, ...rest } = history;
  return canRedo(history) ? { ...rest, undone: [] } : history;
}
