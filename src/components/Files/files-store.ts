import type { LabHandle } from '../../worker/client-lab.ts';
import { learnerStorage } from '../../worker/client-storage.ts';
import type { FilePlace, FileRefusal, FileText, FileView } from '../../worker/protocol.ts';
import { directoryOf, isWithin, join } from './paths.ts';

/** What the store asks of a lab. */
export type LabFiles = Pick<LabHandle, 'watchFiles' | 'readText' | 'editFile'>;

/** A file that is open in the editor. */
export interface OpenFile extends FilePlace {
  /** As it is in the editor; undefined until it is read, and where it cannot be shown. */
  readonly text?: string | undefined;
  /** As it is on the machine, as far as known; undefined for a file that is not there yet. */
  readonly saved?: string | undefined;
  readonly version?: string | undefined;
  /** Why there is no text. */
  readonly unshown?: string | undefined;
  /** `gone`: it was removed; `changed`: it was written by something else while there were unsaved changes here. */
  readonly conflict?: 'gone' | 'changed' | undefined;
}

export interface FilesState {
  /** Whose files the tree shows; undefined before a lab has begun. */
  readonly root: string | undefined;
  /** The directory that the tree begins with. */
  readonly base: string;
  readonly expanded: ReadonlySet<string>;
  /** A path in the tree. */
  readonly selected: string | undefined;
  /** Directories of this root as they stand. */
  readonly directories: ReadonlyMap<string, FileView>;
  readonly open: readonly OpenFile[];
  /** The one in front: its key. */
  readonly active: string | undefined;
  /** Counts how often somebody wanted to write in a file: see {@link FilesStore.enter}. */
  readonly entered: number;
  /** What the machine said last, or what was done. */
  readonly said: { readonly text: string; readonly refused: boolean } | undefined;
}

/** Where the store keeps what is open, and what is not saved, for the next visit. */
export interface Keeper {
  read(): string | undefined;
  write(text: string): void;
}

interface Kept {
  readonly active?: string | undefined;
  /** `text` only where it is not saved. */
  readonly open: readonly (FilePlace & { readonly text?: string | undefined })[];
}

const HOME = '/root';
const UNSHOWN = { special: 'This is a device or a pipe.', large: 'This file is larger than 1 MB.', binary: 'This file is not text.' };

export const keyOf = ({ root, path }: FilePlace): string => `${root}:${path}`;
export const isDirty = ({ text, saved }: OpenFile): boolean => text !== undefined && text !== saved;

/** Whether it is a container's files: `host1@web`. */
export const isContainer = (root: string): boolean => root.includes('@');

/** The files that a learner looks at and edits in one lab: what the tree shows, what is open, what is not saved yet. */
export class FilesStore {
  readonly #lab: LabFiles;
  readonly #listeners = new Set<() => void>();
  /** What is being saved, for each file. */
  readonly #saving = new Map<string, string>();
  /** Files of an earlier visit that have not been read yet. */
  readonly #unread = new Set<string>();
  #entering = false;
  readonly #keeper: Keeper | undefined;
  #kept: string;
  #watched = '';
  #state: FilesState = {
    root: undefined,
    base: HOME,
    expanded: new Set(),
    selected: undefined,
    directories: new Map(),
    open: [],
    active: undefined,
    entered: 0,
    said: undefined,
  };

  constructor(lab: LabFiles, keeper?: Keeper) {
    this.#lab = lab;
    this.#keeper = keeper;
    this.#kept = keeper?.read() ?? '';
    void this.#restore();
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getState = (): FilesState => this.#state;

  get active(): OpenFile | undefined {
    return this.#file(this.#state.active);
  }

  /** Shows a machine's files, from its home directory, or a container's. */
  setRoot(root: string): void {
    if (root !== this.#state.root)
      this.#change({
        root,
        base: isContainer(root) ? '/' : HOME,
        expanded: new Set(),
        selected: undefined,
        directories: new Map(),
        said: undefined,
      });
  }

  setBase(base: string): void {
    this.#change({ base, selected: undefined, said: undefined });
  }

  toggle(path: string, open = !this.#state.expanded.has(path)): void {
    const expanded = new Set(this.#state.expanded);
    if (open) expanded.add(path);
    else expanded.delete(path);
    this.#change({ expanded });
  }

  select(path: string): void {
    this.#change({ selected: path });
  }

  activate(key: string): void {
    this.#change({ active: key, said: undefined });
  }

  /** Somebody wants to write in the file in front: the editor takes the keyboard once, when it is there. */
  enter(): void {
    this.#entering = true;
    this.#change({ entered: this.#state.entered + 1 });
  }

  /** Whether the keyboard is to be taken now; it is asked for once. */
  takesKeyboard(): boolean {
    const entering = this.#entering;
    this.#entering = false;
    return entering;
  }

  /** Opens a file or brings it to the front. With `orNew` one that is not there is a new, empty one that can be saved. */
  async open(place: FilePlace, options: { readonly orNew?: boolean } = {}): Promise<void> {
    const key = keyOf(place);
    this.activate(key);
    this.enter();
    if (this.#file(key)) return;
    this.#change({ open: [...this.#state.open, { root: place.root, path: place.path }] });
    const read = await this.#lab.readText(place);
    if ('text' in read) this.#update(key, { text: read.text, saved: read.text, version: read.version });
    else if (options.orNew && 'refused' in read && read.refused === 'No such file or directory') this.#update(key, { text: '' });
    else this.#update(key, { unshown: why(read) });
  }

  edit(key: string, text: string): void {
    const before = this.#file(key)?.text;
    if (before === undefined || before === text) return;
    this.#update(key, { text });
    if (this.#state.said) this.#change({ said: undefined });
  }

  /** Writes a file to its machine. Whether it is saved. */
  async save(key: string): Promise<boolean> {
    const file = this.#file(key);
    if (file?.text === undefined) return false;
    const { root, path, text } = file;
    this.#saving.set(key, text);
    const done = await this.#lab.editFile({ do: 'write', root, path, text });
    this.#saving.delete(key);
    if ('refused' in done) return this.#say(`${path}: ${done.refused}`, true);
    this.#update(key, { saved: text, conflict: undefined, ...(done.version === undefined ? {} : { version: done.version }) });
    this.#say(`Saved ${path}`);
    return true;
  }

  /** Closes a file; what was not saved is gone. */
  close(key: string): void {
    const { open, active } = this.#state;
    const at = open.findIndex((file) => keyOf(file) === key);
    const rest = open.filter((file) => keyOf(file) !== key);
    const next = rest[Math.min(at, rest.length - 1)];
    this.#change({ open: rest, active: active === key ? next && keyOf(next) : active, said: undefined });
  }

  /** Takes what is on the machine instead of what is in the editor. */
  async reload(key: string): Promise<void> {
    const file = this.#file(key);
    if (!file) return;
    const read = await this.#lab.readText(file);
    if ('text' in read) this.#update(key, { text: read.text, saved: read.text, version: read.version, conflict: undefined });
    else this.#say(`${file.path}: ${why(read)}`, true);
  }

  /** Goes on with what is in the editor, though the machine has something else. */
  keep(key: string): void {
    this.#update(key, { conflict: undefined });
  }

  /** Makes a file, and opens it, or a directory. */
  async create(directory: string, name: string, kind: 'file' | 'directory'): Promise<boolean> {
    const { root } = this.#state;
    if (root === undefined) return false;
    const path = join(directory, name);
    if (kind === 'file' && this.#entry(path)) return this.#say(`${path}: File exists`, true);
    const done = await this.#lab.editFile(kind === 'file' ? { do: 'write', root, path, text: '' } : { do: 'make-directory', root, path });
    if ('refused' in done) return this.#say(`${path}: ${done.refused}`, true);
    if (directory !== this.#state.base) this.toggle(directory, true);
    this.#change({ selected: path });
    if (kind === 'file') await this.open({ root, path });
    return true;
  }

  async rename(path: string, to: string): Promise<boolean> {
    const { root } = this.#state;
    if (root === undefined) return false;
    if (this.#entry(to)) return this.#say(`${to}: File exists`, true);
    const done = await this.#lab.editFile({ do: 'rename', root, path, to });
    if ('refused' in done) return this.#say(`${path}: ${done.refused}`, true);
    const moved = (place: FilePlace): string =>
      place.root === root && isWithin(place.path, path) ? to + place.path.slice(path.length) : place.path;
    const active = this.active;
    this.#change({
      open: this.#state.open.map((file) => ({ ...file, path: moved(file), ...(moved(file) === file.path ? {} : { conflict: undefined }) })),
      active: active && keyOf({ root: active.root, path: moved(active) }),
      selected: to,
    });
    return true;
  }

  /** A file, or an empty directory. */
  async remove(path: string): Promise<void> {
    const { root } = this.#state;
    if (root === undefined) return;
    const done = await this.#lab.editFile({ do: 'remove', root, path });
    if ('refused' in done) {
      this.#say(`${path}: ${done.refused}`, true);
      return;
    }
    const file = this.#file(keyOf({ root, path }));
    if (file && !isDirty(file)) this.close(keyOf(file));
    this.#change({ selected: undefined });
    this.#say(`Deleted ${path}. Undo brings it back.`);
  }

  /** The lab tells how the watched files stand. */
  readonly views = (views: readonly FileView[]): void => {
    const { root, expanded, base } = this.#state;
    const directories = new Map<string, FileView>();
    for (const view of views) {
      if (view.root === root && (view.path === base || expanded.has(view.path))) directories.set(view.path, view);
      const file = this.#file(keyOf(view));
      if (file?.text !== undefined && !this.#unread.has(keyOf(file))) void this.#compare(file, view);
    }
    this.#change({ directories });
  };

  async #compare(file: OpenFile, view: FileView): Promise<void> {
    const key = keyOf(file);
    if (!('version' in view)) {
      if (file.saved !== undefined && file.conflict !== 'gone') this.#update(key, { conflict: 'gone' });
      return;
    }
    if (view.version === file.version && file.conflict !== 'gone') return;
    const read = await this.#lab.readText(file);
    const now = this.#file(key);
    if (!('text' in read) || now === undefined) return;
    const { text, version } = read;
    // It is as it was, or as it is here, or as it is being saved.
    if (text === now.saved || text === now.text || text === this.#saving.get(key))
      this.#update(key, { saved: text, version, conflict: undefined });
    else if (isDirty(now)) this.#update(key, { saved: text, version, conflict: 'changed' });
    else this.#update(key, { text, saved: text, version, conflict: undefined });
  }

  async #restore(): Promise<void> {
    if (this.#kept === '') return;
    const { open, active }: Kept = JSON.parse(this.#kept);
    for (const file of open) this.#unread.add(keyOf(file));
    // A draft is here before anything else is known.
    this.#change({ open: open.map(({ root, path, text }) => ({ root, path, text })), active });
    for (const { root, path, text: draft } of open) {
      const key = keyOf({ root, path });
      const read = await this.#lab.readText({ root, path });
      this.#unread.delete(key);
      if ('text' in read) this.#update(key, { text: draft ?? read.text, saved: read.text, version: read.version });
      else if (draft === undefined) this.close(key);
    }
  }

  #keep(): void {
    const { open, active } = this.#state;
    const files = open.map((file) => ({ root: file.root, path: file.path, text: isDirty(file) ? file.text : undefined }));
    const kept = JSON.stringify({ active, open: files } satisfies Kept);
    if (kept === this.#kept) return;
    this.#kept = kept;
    this.#keeper?.write(kept);
  }

  #entry(path: string): boolean {
    const view = this.#state.directories.get(directoryOf(path));
    return view !== undefined && 'entries' in view && view.entries.some(({ name }) => join(view.path, name) === path);
  }

  #file(key: string | undefined): OpenFile | undefined {
    return this.#state.open.find((file) => keyOf(file) === key);
  }

  #update(key: string, changes: Partial<OpenFile>): void {
    this.#change({ open: this.#state.open.map((file) => (keyOf(file) === key ? { ...file, ...changes } : file)) });
  }

  #say(text: string, refused = false): false {
    this.#change({ said: { text, refused } });
    return false;
  }

  #change(changes: Partial<FilesState>): void {
    this.#state = { ...this.#state, ...changes };
    this.#watch();
    this.#keep();
    for (const listener of this.#listeners) listener();
  }

  /** Asks for what is seen: the tree's directories and the open files. */
  #watch(): void {
    const { root, base, expanded, open } = this.#state;
    const directories = root === undefined ? [] : [base, ...expanded].map((path) => ({ root, path }));
    const places = [...directories, ...open.map(({ root, path }) => ({ root, path }))];
    const asked = places.map(keyOf).join('\n');
    if (asked === this.#watched) return;
    this.#watched = asked;
    this.#lab.watchFiles(places, this.views);
  }
}

function why(read: Exclude<FileText, { text: string }> | FileRefusal): string {
  return 'refused' in read ? read.refused : UNSHOWN[read.unshown];
}

const stores = new WeakMap<LabHandle, FilesStore>();

/** The store of a lab, the same for as long as the lab is. */
export function filesOf(handle: LabHandle): FilesStore {
  let store = stores.get(handle);
  if (!store) {
    const key = `files.${handle.key}`;
    store = new FilesStore(handle, { read: () => learnerStorage.read(key), write: (text) => learnerStorage.write(key, text) });
    stores.set(handle, store);
  }
  return store;
}
