import { afterEach, expect, test, vi } from 'vitest';
import { text } from '../sim/base/bytes.ts';
import type { InputEntry } from '../sim/lab/session.ts';
import type { Snapshot } from '../sim/lab/snapshot.ts';
import { decodePcap } from '../sim/wire/pcap.ts';
import { Summary } from '../sim/wire/summary.ts';
import { type History, NO_HISTORY } from './history.ts';
import type { FileView, HistoryState, LabEvents, SessionInfo } from './protocol.ts';
import { SessionHost } from './session-host.ts';

// The exercises are found by the bundler.
vi.mock('../course/bundled-exercises.ts', () => ({ EXERCISES: new Map() }));

const open: SessionHost[] = [];
afterEach(async () => {
  for (const host of open.splice(0)) await host.close();
});

/** A page that shows everything at once. */
class Page {
  readonly host = new SessionHost();
  screen = '';
  infos: SessionInfo[] = [];
  snapshots: Snapshot[] = [];
  entries: InputEntry[] = [];
  state: HistoryState = { canUndo: false, canRedo: false };
  past = NO_HISTORY;
  files: readonly FileView[] = [];
  troubles: string[] = [];
  acknowledging = true;

  async open(log: readonly InputEntry[] = [], lab = 'solo', history: History = NO_HISTORY): Promise<this> {
    open.push(this.host);
    // A plain object, as the worker makes it of the page's proxy.
    const events: LabEvents = {
      begun: (info) => this.begun(info),
      output: (terminal, data) => this.output(terminal, data),
      snapshot: (snapshot) => this.snapshot(snapshot),
      log: (from, entries) => this.log(from, entries),
      history: (state) => this.history(state),
      past: (history) => {
        this.past = history;
      },
      files: (views) => {
        this.files = views;
      },
      live: () => {},
      terminalClosed: (terminal) => this.terminalClosed(terminal),
      halted: (message) => this.halted(message),
      bug: (report) => this.bug(report),
    };
    await this.host.open({ source: { lab }, seed: 'test', log, history }, events);
    return this;
  }

  begun(info: SessionInfo): void {
    this.infos.push(info);
    this.state = info.history;
    this.screen = '';
  }
  output(_terminal: number, data: Uint8Array): void {
    this.screen += text(data);
    if (this.acknowledging) setTimeout(() => void this.host.acknowledge(data.length), 0);
  }
  snapshot(snapshot: Snapshot): void {
    this.snapshots.push(snapshot);
  }
  log(from: number, entries: readonly InputEntry[]): void {
    this.entries = [...this.entries.slice(0, from), ...entries];
  }
  history(state: HistoryState): void {
    this.state = state;
  }
  terminalClosed(terminal: number): void {
    this.troubles.push(`closed ${terminal}`);
  }
  halted(message: string): void {
    this.troubles.push(message);
  }
  bug({ message, stack }: { message: string; stack: string }): void {
    this.troubles.push(`${message}\n${stack}`);
  }

  shows(wanted: string | RegExp): Promise<void> {
    return vi.waitFor(() => expect(this.screen).toMatch(wanted), { timeout: 4_000, interval: 10 });
  }
}

test('commands are typed one after the other, each at the prompt', async () => {
  const page = await new Page().open();
  const terminal = await page.host.openTerminal('host1', 80, 24);
  const typed = [page.host.run(terminal, 'sleep 0.2; echo one'), page.host.run(terminal, 'echo two')];
  expect(await Promise.all(typed)).toEqual([true, true]);
  await page.shows(/one\r\n(.*\n?)*two\r\n/);
  expect(page.troubles).toEqual([]);
});

test('undo replays without the last command, redo brings it back', async () => {
  const page = await new Page().open();
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await page.host.run(terminal, 'x=first');
  await page.host.run(terminal, 'x=second');
  await vi.waitFor(() => expect(page.state.canUndo).toBe(true));
  expect(await page.host.undo()).toBe(true);
  await page.host.run(terminal, 'echo "<$x>"');
  await page.shows('<first>');

  expect(await page.host.redo()).toBe(false);
  expect(await page.host.undo()).toBe(true);
  await vi.waitFor(() => expect(page.state.canRedo).toBe(true));
  expect(await page.host.redo()).toBe(true);
  await page.shows('<first>');
});

/** Commands typed key by key, as a learner does; each has printed a number of its own when it is over. */
async function typed(page: Page, terminal: number, ...commands: readonly string[]): Promise<void> {
  for (const [at, command] of commands.entries()) {
    for (const key of `${command}; echo done-$((${at}*11))\r`) void page.host.input(terminal, key);
    await page.shows(new RegExp(`done-${at * 11}\r\n(.*\n)*.*# $`));
  }
}

test('what is asked for while the lab goes back is done after it, in its order', async () => {
  const page = await new Page().open();
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await typed(page, terminal, 'x=1', 'x=2', 'x=3', 'x=4');
  const back = [page.host.undo(), page.host.undo(), page.host.undo()];
  for (const key of 'echo "<$x>"\r') void page.host.input(terminal, key);
  expect(await Promise.all(back)).toEqual([true, true, true]);
  await page.shows('<1>');
});

test('everything that was undone can be redone, also in another worker', async () => {
  const page = await new Page().open();
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await typed(page, terminal, 'x=1', 'x=$x,2', 'x=$x,3');
  await Promise.all([page.host.undo(), page.host.undo(), page.host.undo()]);
  expect(page.state).toEqual({ canUndo: false, canRedo: true });
  await vi.waitFor(() => expect(page.entries.length).toBe(1));
  // A size and a half-typed line are no commands.
  await page.host.resize(terminal, 100, 30);
  await page.host.input(terminal, 'half');

  const after = await new Page().open(page.entries, 'solo', page.past);
  expect(after.state).toEqual({ canUndo: false, canRedo: true });
  expect(await Promise.all([after.host.redo(), after.host.redo(), after.host.redo(), after.host.redo()])).toEqual([
    true,
    true,
    true,
    false,
  ]);
  await typed(after, terminal, 'echo "<$x>"');
  expect(after.screen).toContain('<1,2,3>');
  expect(after.state).toEqual({ canUndo: true, canRedo: false });
});

test('a reset can be undone, and undone or redone with it what was before and after', async () => {
  const page = await new Page().open();
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await typed(page, terminal, 'x=before', 'x=last');
  await page.host.undo();
  await page.host.reset();
  expect(page.state).toEqual({ canUndo: true, canRedo: false });
  // Nothing has happened since: it is the same reset.
  await page.host.reset();
  await page.host.openTerminal('host1', 80, 24);
  await typed(page, terminal, 'x=after');
  const value = async () => {
    await page.shows(/# $/);
    for (const text of ['echo "<$x>"', '\r']) await page.host.input(terminal, text);
    await page.shows(/<\w*>\r\n/);
    const shown = /<(\w*)>\r\n/.exec(page.screen)?.[1];
    await page.host.undo();
    return shown;
  };
  expect(await page.host.undo()).toBe(true);
  expect(page.state).toEqual({ canUndo: true, canRedo: true });
  expect(await page.host.undo()).toBe(true);
  expect(page.state).toEqual({ canUndo: true, canRedo: true });
  expect(await page.host.redo()).toBe(true);
  expect(await page.host.redo()).toBe(true);
  expect(await page.host.redo()).toBe(true);
  expect(page.state).toEqual({ canUndo: true, canRedo: false });
  expect(await value()).toBe('after');
  for (const _ of [1, 2]) expect(await page.host.undo()).toBe(true);
  expect(await value()).toBe('last');
  expect(await page.host.undo()).toBe(true);
  expect(await value()).toBe('before');
});

test('undo leaves alone what was typed to the programs before', async () => {
  const page = await new Page().open();
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await page.host.run(terminal, 'read x; sleep 1000');
  await page.host.input(terminal, 'given\r');
  await new Promise((resolve) => setTimeout(resolve, 50));
  await page.host.input(terminal, '\x03');
  await page.shows(/\^C\r\n(.*\n)*.*# $/);
  await typed(page, terminal, 'true');
  expect(await page.host.undo()).toBe(true);
  await typed(page, terminal, 'echo "<$x>"');
  expect(page.screen).toContain('<given>');
});

test('a refused change of a file leaves what was undone', async () => {
  const page = await new Page().open();
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await typed(page, terminal, 'true');
  await page.host.undo();
  expect(await page.host.editFile({ do: 'remove', root: 'host1', path: '/etc' })).toHaveProperty('refused');
  expect(await page.host.redo()).toBe(true);
});

test('a log brings everything back in another worker', async () => {
  const before = await new Page().open();
  const terminal = await before.host.openTerminal('host1', 80, 24);
  await before.host.run(terminal, 'x=kept');
  await before.host.run(terminal, 'echo done');
  await before.shows('done\r\n');
  await vi.waitFor(() => expect(before.entries.some(({ action }) => action.do === 'type' && action.text.includes('done'))).toBe(true));

  const after = await new Page().open(before.entries);
  expect(after.infos[0]?.terminals).toEqual([{ id: terminal, machine: 'host1' }]);
  await after.shows('done\r\n');
  await after.host.run(terminal, 'echo "<$x>"');
  await after.shows('<kept>');
});

test('a busy loop leaves room for Ctrl-C', async () => {
  const page = await new Page().open();
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await page.host.run(terminal, 'while :; do :; done');
  await new Promise((resolve) => setTimeout(resolve, 300));
  await page.host.input(terminal, '\x03');
  await page.host.run(terminal, 'echo free');
  await page.shows('free\r\n');
});

test('a page that shows nothing holds the world back, and Ctrl-C still works', async () => {
  const page = await new Page().open();
  page.acknowledging = false;
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await page.host.run(terminal, 'while :; do echo 0123456789012345678901234567890123456789012345678901234567890123456789; done');
  await vi.waitFor(() => expect(page.screen.length).toBeGreaterThan(256 * 1024), { timeout: 10_000 });
  // The last of what the window holds may still be on its way.
  await new Promise((resolve) => setTimeout(resolve, 100));
  const held = page.screen.length;
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(page.screen.length).toBe(held);
  expect(held).toBeLessThan(1024 * 1024);
  await page.host.input(terminal, '\x03');
  page.acknowledging = true;
  await page.host.acknowledge(held);
  await page.host.run(terminal, 'echo free');
  await page.shows('free\r\n');
}, 20_000);

test('a lab that does not exist is reported as a mistake of ours', async () => {
  const page = await new Page().open([], 'none');
  expect(page.troubles[0]).toContain('There is no lab called none.');
});

test('a capture that tcpdump wrote can be had, and one of a device without anybody typing', async () => {
  const page = await new Page().open();
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await vi.waitFor(() => expect(page.snapshots.length).toBeGreaterThan(0));
  const eth0 = page.snapshots
    .at(-1)
    ?.machines.find(({ name }) => name === 'host1')
    ?.namespaces.flatMap(({ devices }) => devices)
    .find(({ name }) => name === 'eth0');
  await page.host.startCapture(eth0?.id ?? '');
  await page.host.run(terminal, 'tcpdump -i eth0 -c 2 -w /tmp/ping.pcap icmp & sleep 0.3; ping -c1 192.168.56.1; wait; echo finished');
  await page.shows(/\nfinished/);
  expect(await page.host.captureFiles()).toEqual([{ machine: 'host1', path: '/tmp/ping.pcap', size: 24 + 2 * (16 + 98) }]);
  const packets = (file: Uint8Array | undefined) => {
    const summary = new Summary();
    return decodePcap(file ?? new Uint8Array())
      ?.records.map(({ data }) => summary.frame(data))
      .filter((line) => line.includes('ICMP echo'))
      .map((line) => line.replace(/, id.*/, ''));
  };
  const both = ['IP 192.168.56.11 > 192.168.56.1: ICMP echo request', 'IP 192.168.56.1 > 192.168.56.11: ICMP echo reply'];
  expect(packets(await page.host.readFile('host1', '/tmp/ping.pcap'))).toEqual(both);
  expect(packets(await page.host.stopCapture(eth0?.id ?? ''))).toEqual(both);
  expect([await page.host.readFile('host1', '/tmp/other.pcap'), await page.host.stopCapture('host1/99')]).toEqual([undefined, undefined]);
});

test('a broadcast storm is ended with a message, and undo goes back to before it', async () => {
  const page = await new Page().open();
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await page.host.run(
    terminal,
    'ip link add br0 type bridge; ip link add v0 type veth peer name v1; for d in v0 v1; do ip link set $d master br0; done; echo plugged',
  );
  await page.shows(/plugged\r\n/);
  await page.host.run(terminal, 'for d in br0 v0 v1; do ip link set $d up; done; ip addr add 10.0.0.1/24 dev br0; ping -c1 10.0.0.2');
  await vi.waitFor(
    () => expect(page.troubles.join()).toMatch(/A broadcast storm: frames go round in circles on host1: br0 ─\(v\d\)→ br0/),
    {
      timeout: 10_000,
    },
  );
  expect(await page.host.undo()).toBe(true);
  await page.host.run(terminal, 'ip -br link show v0');
  await page.shows(/v0@v1 +DOWN/);
}, 20_000);

test('an edited file is there for the shell, undo takes it back, and the log brings it to another worker', async () => {
  const page = await new Page().open();
  const write = (text: string) => page.host.editFile({ do: 'write', root: 'host1', path: '/root/hi.sh', text });
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await write('echo hi, "$1"\n');
  await page.host.run(terminal, 'chmod +x hi.sh; ./hi.sh you');
  await page.shows('hi, you\r\n');
  const saved = await write('echo héllo\n');
  await page.host.run(terminal, './hi.sh');
  await page.shows('héllo\r\n');
  expect(await page.host.readText({ root: 'host1', path: '/root/hi.sh' })).toEqual({ text: 'echo héllo\n', ...saved });
  await vi.waitFor(() => expect(page.entries.at(-1)?.action).toMatchObject({ do: 'type', text: expect.stringContaining('./hi.sh\r') }));

  const elsewhere = await new Page().open(page.entries);
  expect(await elsewhere.host.readText({ root: 'host1', path: '/root/hi.sh' })).toEqual({ text: 'echo héllo\n', ...saved });

  const contents = async () => {
    const read = await page.host.readText({ root: 'host1', path: '/root/hi.sh' });
    return 'text' in read ? read.text : read;
  };
  const after: unknown[] = [];
  while (await page.host.undo()) after.push(await contents());
  expect(after).toEqual(['echo héllo\n', 'echo hi, "$1"\n', 'echo hi, "$1"\n', { refused: 'No such file or directory' }]);
  expect(await page.host.redo()).toBe(true);
  expect(await contents()).toBe('echo hi, "$1"\n');
});

test('the files of a running container are read and changed, and the log does so too', async () => {
  const page = await new Page().open([], 'docker');
  const root = 'host1@web';
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await page.host.run(terminal, 'docker run -d --name web nginx; echo there');
  await page.shows('\nthere');
  const path = '/usr/share/nginx/html/index.html';
  expect(await page.host.readText({ root, path })).toMatchObject({ text: expect.stringContaining('nginx') });
  expect(await page.host.editFile({ do: 'write', root, path, text: 'my page\n' })).toHaveProperty('version');
  await page.host.run(terminal, 'curl -s http://172.17.0.2/');
  await page.shows('my page\r\n');
  await vi.waitFor(() => expect(page.entries.at(-1)?.action).toMatchObject({ text: expect.stringContaining('curl') }));
  const elsewhere = await new Page().open(page.entries, 'docker');
  expect(await elsewhere.host.readText({ root, path })).toMatchObject({ text: 'my page\n' });
  await page.host.run(terminal, 'docker kill web; echo gone');
  await page.shows('\ngone');
  expect(await page.host.readText({ root, path })).toEqual({ refused: 'No such device' });
});

test('what is refused is refused in the kernel’s words, and leaves nothing to undo', async () => {
  const page = await new Page().open();
  const edit = async (edit: Parameters<SessionHost['editFile']>[0]) => Object.values(await page.host.editFile(edit))[0];
  const root = 'host1';
  expect(await edit({ do: 'write', root, path: '/root', text: '' })).toBe('Is a directory');
  expect(await edit({ do: 'write', root, path: '/root/none/a', text: '' })).toBe('No such file or directory');
  expect(await edit({ do: 'make-directory', root, path: '/etc' })).toBe('File exists');
  expect(await edit({ do: 'rename', root, path: '/root/none', to: '/root/a' })).toBe('No such file or directory');
  expect(await edit({ do: 'remove', root, path: '/etc' })).toBe('Directory not empty');
  expect(await edit({ do: 'write', root, path: '/proc/version', text: '' })).toBe('Input/output error');
  expect([await page.host.readText({ root, path: '/dev/zero' }), await page.host.readText({ root, path: '/bin' })]).toEqual([
    { unshown: 'special' },
    { refused: 'Is a directory' },
  ]);
  expect(await page.host.undo()).toBe(false);
});

test('watched files tell what a command does to them, also after undo', async () => {
  const page = await new Page().open();
  await page.host.editFile({ do: 'make-directory', root: 'host1', path: '/root/lib' });
  await page.host.watchFiles(['/root/lib', '/root/lib/a'].map((path) => ({ root: 'host1', path })));
  const gone = { root: 'host1', path: '/root/lib/a', refused: 'No such file or directory' };
  expect(page.files).toEqual([{ root: 'host1', path: '/root/lib', entries: [] }, gone]);
  const terminal = await page.host.openTerminal('host1', 80, 24);
  await page.host.run(terminal, 'echo 1 > lib/a; ln -s /etc lib/b');
  await vi.waitFor(() => expect(page.files[0]).toMatchObject({ entries: expect.arrayContaining([{ name: 'b', directory: true }]) }));
  expect(page.files[1]).toHaveProperty('version');
  const { version } = page.files[1] as { version: string };
  await page.host.run(terminal, 'echo 2 > lib/a');
  await vi.waitFor(() => expect((page.files[1] as { version: string }).version).not.toBe(version));
  await page.host.undo();
  await page.host.undo();
  expect(page.files[1]).toEqual(gone);
});
