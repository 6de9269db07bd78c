import { afterEach, expect, test, vi } from 'vitest';
import { LabHandle } from './client-lab.ts';
import { LearnerStorage } from './client-storage.ts';
import type { LabSessionApi } from './protocol.ts';
import { SessionHost } from './session-host.ts';

// The exercises are found by the bundler.
vi.mock('../course/bundled-exercises.ts', () => ({ EXERCISES: new Map() }));

const hosts: SessionHost[] = [];
const newHost = (): SessionHost => {
  const host = new SessionHost();
  hosts.push(host);
  return host;
};
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});

function newStorage() {
  const kept = new Map<string, string>();
  const store = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
    removeItem: (key: string) => kept.delete(key),
  };
  return { kept, storage: new LearnerStorage(() => store as unknown as Storage) };
}

const newTab = ({ storage } = newStorage()): LabHandle => new LabHandle('page', { lab: 'solo' }, 'test', storage);

async function open(handle = newTab(), host: LabSessionApi = newHost()): Promise<LabHandle> {
  await handle.connect(host, false);
  await vi.waitFor(() => expect(handle.getState().active?.terminal).toBeDefined());
  return handle;
}

const value = async (handle: LabHandle, host: SessionHost): Promise<string> => {
  await handle.run('host1', ['echo $x > value']);
  let text = '';
  await vi.waitFor(async () => {
    const read = await host.readText({ root: 'host1', path: '/root/value' });
    if (!('text' in read) || read.text === '') throw new Error('not yet');
    text = read.text.trim();
  });
  return text;
};

test('a lab that goes back is never one that cannot: each of some quick clicks counts', async () => {
  const host = newHost();
  const handle = await open(newTab(), host);
  await handle.run('host1', ['x=1', 'x=2', 'x=3', 'x=4']);
  await vi.waitFor(() => expect(handle.getState().history.canUndo).toBe(true));
  const states: boolean[] = [];
  const leave = handle.subscribe(() => states.push(handle.getState().history.canUndo));
  const before = handle.getState().info;
  // As the button is: it can be pressed only while it is awake.
  for (let clicks = 0; clicks < 3; clicks++) {
    await new Promise((resolve) => {
      const begun = handle.subscribe(() => {
        if (handle.getState().info === before) return;
        begun();
        resolve(undefined);
      });
      if (handle.getState().history.canUndo) handle.undo();
    });
  }
  await vi.waitFor(() => expect(handle.getState().history.canRedo).toBe(true));
  leave();
  expect(states).not.toContain(false);
  expect(await value(handle, host)).toBe('1');
});

test('what can be undone is known with the command, not a while after it', async () => {
  const handle = await open();
  const { terminal } = handle.getState().active ?? {};
  if (terminal === undefined) throw new Error('no terminal');
  await handle.run('host1', ['true']);
  expect(handle.getState().history).toEqual({ canUndo: true, canRedo: false });
});

test('a worker that is ended and another bring back everything, what was undone too', async () => {
  const handle = await open();
  await handle.run('host1', ['x=1', 'x=2', 'x=3']);
  handle.undo();
  handle.undo();
  await vi.waitFor(() => expect(handle.getState().history.canRedo).toBe(true));
  await new Promise((resolve) => setTimeout(resolve, 300));
  handle.disconnect();
  const host = newHost();
  await open(handle, host);
  handle.redo();
  expect(await value(handle, host)).toBe('2');
});

test('a terminal that was made larger is as large after undo', async () => {
  const host = newHost();
  const handle = await open(newTab(), host);
  const terminal = handle.getState().active?.terminal ?? 0;
  await handle.run('host1', ['true']);
  handle.resize(terminal, 132, 43);
  await handle.run('host1', ['true']);
  handle.undo();
  handle.undo();
  await vi.waitFor(() => expect(handle.getState().history.canUndo).toBe(false));
  await handle.run('host1', ['x=$(stty size)']);
  expect(await value(handle, host)).toBe('43 132');
});

test('commands that wait for the prompt are forgotten with undo, and no more are said to wait than do', async () => {
  const handle = await open();
  await handle.run('host1', ['true']);
  const typed = handle.run('host1', ['sleep 1000', 'true', 'true']);
  await vi.waitFor(() => expect(handle.getState().waiting).toBe(2));
  handle.undo();
  expect(await typed).toBe(false);
  expect(handle.getState().waiting).toBe(0);
});

test('a lab in two tabs goes on in the one that the learner turns to', async () => {
  const shared = newStorage();
  const { kept } = shared;
  const [hostA, hostB] = [newHost(), newHost()];
  const a = await open(newTab(shared), hostA);
  await a.run('host1', ['x=a']);
  a.setPaused(true);
  await vi.waitFor(() => expect(kept.get('vethlab.log.page')).toContain('x=a'));
  const b = await open(newTab(shared), hostB);
  await b.run('host1', ['x=$x,b']);
  b.setPaused(true);
  await vi.waitFor(() => expect(kept.get('vethlab.log.page')).toContain('x=$x,b'));
  a.setPaused(false);
  a.follow();
  expect(await value(a, hostA)).toBe('a,b');
});
