import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { expect, test } from 'vitest';
import type { FileEdit } from '../../sim/lab/file-edit.ts';
import type { FilePlace, FileView } from '../../worker/protocol.ts';
import { FileTree } from './FileTree.tsx';
import { FilesStore } from './files-store.ts';

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

const TREE: Readonly<Record<string, FileView>> = {
  '/root': {
    root: 'm',
    path: '/root',
    entries: [
      { name: 'a.sh', directory: false },
      { name: 'lib', directory: true },
    ],
  },
  '/root/lib': { root: 'm', path: '/root/lib', entries: [{ name: 'b.sh', directory: false }] },
  '/': { root: 'm', path: '/', entries: [{ name: 'root', directory: true }] },
};

async function show() {
  const edits: FileEdit[] = [];
  const store = new FilesStore({
    watchFiles: (places: readonly FilePlace[], listener) => {
      queueMicrotask(() => act(() => listener(places.map((place) => TREE[place.path] ?? { ...place, version: '1' }))));
    },
    readText: async () => ({ text: 'text', version: '1' }),
    editFile: async (edit) => {
      edits.push(edit);
      return {};
    },
  });
  const place = document.body.appendChild(document.createElement('div'));
  await act(async () => createRoot(place).render(<FileTree store={store} roots={['m', 'n']} />));
  await act(async () => store.setRoot('m'));
  const rows = () => [...place.querySelectorAll<HTMLElement>('[role=treeitem]')].map((row) => row.textContent?.trim());
  const click = (name: string) =>
    act(async () => {
      [...place.querySelectorAll<HTMLElement>('button, [role=treeitem]')]
        .find((element) => (element.getAttribute('aria-label') ?? element.textContent?.trim()) === name)
        ?.click();
    });
  return { place, store, edits, rows, click };
}

test('a click unfolds a directory, opens a file, and the names above lead up', async () => {
  const { store, rows, click } = await show();
  expect(rows()).toEqual(['lib', 'a.sh']);
  await click('lib');
  expect(rows()).toEqual(['lib', 'b.sh', 'a.sh']);
  await click('b.sh');
  expect(store.active).toMatchObject({ root: 'm', path: '/root/lib/b.sh', text: 'text' });
  await click('/');
  expect(rows()).toEqual(['root']);
});

test('a new file gets its name in the tree, in the directory that is chosen', async () => {
  const { place, edits, click } = await show();
  await click('lib');
  await click('New file');
  const field = place.querySelector('input');
  expect(field?.getAttribute('aria-label')).toBe('Name of the new file');
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(field, 'c.sh');
    field?.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await act(async () => field?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true })));
  expect(edits).toEqual([{ do: 'write', root: 'm', path: '/root/lib/c.sh', text: '' }]);
});
