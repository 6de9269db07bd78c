import type { FileEdit } from '../sim/lab/file-edit.ts';
import type { Action, InputEntry } from '../sim/lab/session.ts';
import type { LearnerStorage } from './client-storage.ts';

/** A log longer than this (in characters as kept) is not kept any more. */
const LIMIT = 500_000;
const WRITE_AFTER_MS = 400;

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

/** Where logs are kept: this and the lab's name. */
export const LOG_KEY = 'log.';

function encodeEntry({ timeNs, step, atPrompt, action }: InputEntry): string {
  const kept: KeptEntry = [timeNs, step ?? -1, atPrompt ? 1 : 0, ...keptAction(action)];
  return JSON.stringify(kept);
}

/** A log as it is kept. */
export const encodeLog = (entries: readonly InputEntry[]): string => `[${entries.map(encodeEntry).join(',')}]`;

/** A kept log, or undefined if the text is none. */
export function decodeLog(text: string): InputEntry[] | undefined {
  try {
    const entries: InputEntry[] = [];
    for (const [timeNs, step, atPrompt, ...kept] of JSON.parse(text) as readonly KeptEntry[]) {
      const action = actionOf(kept);
      if (action === undefined) return undefined;
      entries.push({ timeNs, ...(step >= 0 ? { step } : {}), action, ...(atPrompt ? { atPrompt: true } : {}) });
    }
    return entries;
  } catch {
    return undefined;
  }
}

/** Keeps the log of one lab in the learner's browser, so that a reload finds everything as it was. */
export class LogKeeper {
  readonly #storage: LearnerStorage;
  readonly #key: string;
  #entries: InputEntry[] = [];
  /** The entries as kept; empty from the moment they are too long. */
  #encoded: string[] = [];
  #length = 0;
  #tooLong = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(storage: LearnerStorage, key: string) {
    this.#storage = storage;
    this.#key = key;
    const text = storage.read(key);
    this.splice(0, (text !== undefined && decodeLog(text)) || []);
    this.#cancel();
  }

  get entries(): readonly InputEntry[] {
    return this.#entries;
  }

  /** The log has grown beyond what can be kept: after a reload the lab starts afresh. */
  get tooLong(): boolean {
    return this.#tooLong;
  }

  /** The log from entry `from` on is now this. */
  splice(from: number, entries: readonly InputEntry[]): void {
    if (from < this.#encoded.length) {
      this.#encoded.length = from;
      this.#length = this.#encoded.reduce((sum, text) => sum + text.length + 1, 2);
    }
    this.#entries.length = Math.min(this.#entries.length, from);
    for (const entry of entries) {
      const text = encodeEntry(entry);
      this.#entries.push(entry);
      this.#encoded.push(text);
      this.#length += text.length + 1;
    }
    this.#tooLong = this.#length > LIMIT;
    this.#timer ??= setTimeout(() => this.flush(), WRITE_AFTER_MS);
  }

  /** Writes what has not been written. */
  flush(): void {
    if (this.#timer === undefined) return;
    this.#cancel();
    if (this.#tooLong || this.#entries.length === 0) this.#storage.remove(this.#key);
    else this.#storage.write(this.#key, `[${this.#encoded.join(',')}]`);
  }

  #cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
