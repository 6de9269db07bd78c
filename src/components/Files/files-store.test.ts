import { expect, test } from 'vitest';
import type { FileView } from '../../worker/protocol.ts';
import { FilesStore, isDirty, keyOf, type LabFiles } from './files-store.ts';
import { moveBy, rowsOf } from './tree-rows.ts';

/** A machine called m whose files are a table; each write is a new version. */
function machine(contents: Record<string, string>) {
  const files = new Map(Object.entries(contents).map(([path, text]) => [path, { text, version: '0' }]));
  let version = 0;
  let watched: Parameters<LabFiles['watchFiles']>[0] = [];
  let listener: (views: readonly FileView[]) => void = () => {};
  const names = (path: string) =>
    [...files.keys()].filter((file) => file.startsWith(`${path}/`)).map((file) => file.slice(path.length + 1));
  const view = ({ root, path }: { root: string; path: string }): FileView => {
    const file = files.get(path);
    if (file) return { root, path, version: file.version };
    if (names(path).length === 0) return { root, path, refused: 'No such file or directory' };
    return {
      root,
      path,
      entries: [...new Set(names(path).map((name) => name.split('/')[0] ?? ''))].map((name) => ({
        name,
        directory: !files.has(`${path}/${name}`),
      })),
    };
  };
  const tell = async () => {
    listener(watched.map(view));
    await new Promise((resolve) => setTimeout(resolve, 0));
  };
  const lab: LabFiles = {
    watchFiles: (places, told) => {
      watched = places;
      listener = told;
      void tell();
    },
    readText: async ({ path }) => files.get(path) ?? { refused: 'No such file or directory' },
    editFile: async (edit) => {
      if (edit.do === 'write' && edit.path.startsWith('/proc')) return { refused: 'Permission denied' };
      const before = files.get(edit.path);
      if (edit.do !== 'write') files.delete(edit.path);
      if (edit.do === 'write') files.set(edit.path, { text: edit.text, version: String(++version) });
      if (edit.do === 'rename' && before) files.set(edit.to, before);
      await tell();
      const after = files.get(edit.path);
      return after ? { version: after.version } : {};
    },
  };
  const store = new FilesStore(lab);
  store.setRoot('m');
  /** What a command in the terminal does. */
  const shell = (path: string, text: string | undefined) => {
    if (text === undefined) files.delete(path);
    else files.set(path, { text, version: String(++version) });
    return tell();
  };
  const file = (path: string) => store.getState().open.find((open) => open.path === path);
  return { store, lab, shell, file, files };
}

const a = { root: 'm', path: '/root/a.sh' };
const key = keyOf(a);

test('a file is opened, changed and saved, and then it is clean', async () => {
  const { store, file, files } = machine({ '/root/a.sh': 'one\n' });
  await store.open(a);
  store.edit(key, 'two\n');
  expect(isDirty(file(a.path)!)).toBe(true);
  expect(await store.save(key)).toBe(true);
  expect([isDirty(file(a.path)!), file(a.path)?.conflict, files.get(a.path)?.text]).toEqual([false, undefined, 'two\n']);
  expect(store.getState().said).toEqual({ text: 'Saved /root/a.sh', refused: false });
});

test('what a command writes shows at once where nothing is unsaved, and else is asked about', async () => {
  const { store, shell, file } = machine({ '/root/a.sh': 'one\n' });
  await store.open(a);
  await shell(a.path, 'by vi\n');
  expect(file(a.path)).toMatchObject({ text: 'by vi\n', saved: 'by vi\n' });

  store.edit(key, 'mine\n');
  await shell(a.path, 'by echo\n');
  expect(file(a.path)).toMatchObject({ text: 'mine\n', conflict: 'changed' });
  await store.reload(key);
  expect(file(a.path)).toMatchObject({ text: 'by echo\n', conflict: undefined });
});

test('a file that is removed stays in its tab, and is whole again when undo brings it back', async () => {
  const { store, shell, file } = machine({ '/root/a.sh': 'one\n', '/root/b': '' });
  await store.open(a);
  await shell(a.path, undefined);
  expect(file(a.path)).toMatchObject({ text: 'one\n', conflict: 'gone' });
  await shell(a.path, 'one\n');
  expect(file(a.path)).toMatchObject({ text: 'one\n', conflict: undefined });
});

test('typing goes on while a file is being saved', async () => {
  const { store, file } = machine({ '/root/a.sh': 'one\n' });
  await store.open(a);
  store.edit(key, 'two\n');
  const saved = store.save(key);
  store.edit(key, 'two and a half\n');
  await saved;
  expect(file(a.path)).toMatchObject({ text: 'two and a half\n', saved: 'two\n', conflict: undefined });
});

test('a refusal is said in the machine’s words, and nothing is lost', async () => {
  const { store, file } = machine({ '/proc/x': 'one\n' });
  await store.open({ root: 'm', path: '/proc/x' });
  store.edit('m:/proc/x', 'two\n');
  expect(await store.save('m:/proc/x')).toBe(false);
  expect(store.getState().said).toEqual({ text: '/proc/x: Permission denied', refused: true });
  expect(file('/proc/x')?.text).toBe('two\n');
});

test('a new file is an empty one; there is no second of that name', async () => {
  const { store, files } = machine({ '/root/a.sh': 'one\n' });
  expect(await store.create('/root', 'a.sh', 'file')).toBe(false);
  expect(files.get(a.path)?.text).toBe('one\n');
  expect(await store.create('/root', 'b.sh', 'file')).toBe(true);
  expect(store.active).toMatchObject({ path: '/root/b.sh', text: '' });
});

test('a script that is not there yet opens as a new file, not saved', async () => {
  const { store } = machine({});
  await store.open(a, { orNew: true });
  expect(store.active).toEqual({ ...a, text: '' });
  expect(store.active && isDirty(store.active)).toBe(true);
});

test('renaming takes the open files with it', async () => {
  const { store } = machine({ '/root/a.sh': 'one\n' });
  await store.open(a);
  await store.rename('/root/a.sh', '/root/c.sh');
  expect(store.active).toMatchObject({ path: '/root/c.sh', text: 'one\n', conflict: undefined });
});

test('what is open and not saved is there on the next visit', async () => {
  let kept: string | undefined;
  const keeper = {
    read: () => kept,
    write: (text: string) => {
      kept = text;
    },
  };
  const { lab } = machine({ '/root/a.sh': 'one\n', '/root/b': 'b\n' });
  const store = new FilesStore(lab, keeper);
  await store.open({ root: 'm', path: '/root/b' });
  await store.open(a);
  store.edit(key, 'draft\n');

  const next = new FilesStore(lab, keeper);
  await new Promise((resolve) => setTimeout(resolve, 0));
  expect(next.getState().open).toMatchObject([{ text: 'b\n' }, { text: 'draft\n', saved: 'one\n' }]);
  expect(next.getState().active).toBe(key);
});

test('the tree shows directories first, and its keys are those of a tree', async () => {
  const { store } = machine({ '/root/a.sh': '', '/root/lib/x': '', '/root/lib/y': '' });
  store.toggle('/root/lib');
  await new Promise((resolve) => setTimeout(resolve, 0));
  const { expanded } = store.getState();
  const rows = rowsOf(store.getState(), '/root');
  expect(rows.map(({ name, level }) => `${level} ${name}`)).toEqual(['1 lib', '2 x', '2 y', '1 a.sh']);
  const by = (key: string, selected: string) => moveBy(key, rows, selected, expanded);
  expect(by('ArrowDown', '/root/lib/y')).toEqual({ select: '/root/a.sh' });
  expect(by('ArrowLeft', '/root/lib/y')).toEqual({ select: '/root/lib' });
  expect(by('ArrowLeft', '/root/lib')).toEqual({ toggle: '/root/lib' });
  expect(by('ArrowRight', '/root/lib')).toEqual({ select: '/root/lib/x' });
  expect(by('ArrowRight', '/root/a.sh')).toBeUndefined();
});
