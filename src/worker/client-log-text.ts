import type { FileEdit } from '../sim/lab/file-edit.ts';
import type { Action, InputEntry } from '../sim/lab/session.ts';
import type { History } from './history.ts';

/** One entry as it is kept: time, step or -1, 1 if at the prompt, then the action's letter and arguments. */
type KeptEntry = readonly [number, number, 0 | 1, ...KeptAction];
type KeptAction =
  | readonly ['o', string, number, number]
  | readonly ['t', number, string]
  | readonly ['r', number, number, number]
  | readonly ['c', number]
  | readonly ['w', string, string, string]
  | readonly ['m', string, string]
  | readonly ['n', string, string, string]
  | readonly ['d', string, string];

function keptAction(action: Action): KeptAction {
  if (action.do === 'open') return ['o', action.machine, action.columns, action.rows];
  if (action.do === 'type') return ['t', action.terminal, action.text];
  if (action.do === 'resize') return ['r', action.terminal, action.columns, action.rows];
  return action.do === 'close' ? ['c', action.terminal] : keptEdit(action.edit);
}

function keptEdit(edit: FileEdit): KeptAction {
  if (edit.do === 'write') return ['w', edit.root, edit.path, edit.text];
  if (edit.do === 'rename') return ['n', edit.root, edit.path, edit.to];
  return [edit.do === 'remove' ? 'd' : 'm', edit.root, edit.path];
}

function actionOf(kept: KeptAction): Action | undefined {
  if (kept[0] === 'o') return { do: 'open', machine: kept[1], columns: kept[2], rows: kept[3] };
  if (kept[0] === 't') return { do: 'type', terminal: kept[1], text: kept[2] };
  if (kept[0] === 'r') return { do: 'resize', terminal: kept[1], columns: kept[2], rows: kept[3] };
  if (kept[0] === 'c') return { do: 'close', terminal: kept[1] };
  const edit = editOf(kept);
  return edit && { do: 'edit', edit };
}

function editOf(kept: KeptAction): FileEdit | undefined {
  if (kept[0] === 'w') return { do: 'write', root: kept[1], path: kept[2], text: kept[3] };
  if (kept[0] === 'n') return { do: 'rename', root: kept[1], path: kept[2], to: kept[3] };
  if (kept[0] === 'm') return { do: 'make-directory', root: kept[1], path: kept[2] };
  return kept[0] === 'd' ? { do: 'remove', root: kept[1], path: kept[2] } : undefined;
}

const keptEntry = ({ timeNs, step, atPrompt, action }: InputEntry): KeptEntry => [
  timeNs,
  step ?? -1,
  atPrompt ? 1 : 0,
  ...keptAction(action),
];

export const encodeEntry = (entry: InputEntry): string => JSON.stringify(keptEntry(entry));

/** A log as it is kept. */
export const encodeLog = (entries: readonly InputEntry[]): string => `[${entries.map(encodeEntry).join(',')}]`;

/** A kept log, or undefined if the text is none. */
export function decodeLog(text: string): readonly InputEntry[] | undefined {
  try {
    return entriesOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** @throws if something is no entry. */
function entriesOf(kept: readonly KeptEntry[]): readonly InputEntry[] {
  return kept.map(([timeNs, step, atPrompt, ...rest]) => {
    const action = actionOf(rest);
    if (action === undefined) throw new SyntaxError('no action');
    return { timeNs, ...(step >= 0 ? { step } : {}), action, ...(atPrompt ? { atPrompt: true } : {}) };
  });
}

type KeptUndone = readonly [number, readonly KeptEntry[]];
type KeptLife = readonly [readonly KeptEntry[], readonly KeptUndone[]];
/** What was undone, then the lives before and after a reset, 0 where there is none. */
type KeptHistory = readonly [readonly KeptUndone[], KeptLife | 0, KeptLife | 0];

const keptUndone = (undone: History['undone']): readonly KeptUndone[] => undone.map(({ kept, entries }) => [kept, entries.map(keptEntry)]);
const undoneOf = (all: readonly KeptUndone[]): History['undone'] => all.map(([kept, entries]) => ({ kept, entries: entriesOf(entries) }));
const keptLife = (life: History['beforeReset']): KeptLife | 0 => (life ? [life.log.map(keptEntry), keptUndone(life.undone)] : 0);
const lifeOf = ([log, undone]: KeptLife): NonNullable<History['beforeReset']> => ({ log: entriesOf(log), undone: undoneOf(undone) });

/** A history as it is kept. */
export function encodeHistory({ undone, beforeReset, afterReset }: History): string {
  const kept: KeptHistory = [keptUndone(undone), keptLife(beforeReset), keptLife(afterReset)];
  return JSON.stringify(kept);
}

/** A kept history, or undefined if the text is none. */
export function decodeHistory(text: string): History | undefined {
  try {
    const [undone, before, after] = JSON.parse(text) as KeptHistory;
    return {
      undone: undoneOf(undone),
      ...(before ? { beforeReset: lifeOf(before) } : {}),
      ...(after ? { afterReset: lifeOf(after) } : {}),
    };
  } catch {
    return undefined;
  }
}
