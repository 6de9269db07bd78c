import { expect, test } from 'vitest';
import { ProcessWorld } from '../../../test/process-world.ts';
import { isError, type KernelError } from '../base/result.ts';
import { utf8 } from '../base/utf8.ts';
import type { Process } from './process.ts';

function world(): ProcessWorld {
  const made = new ProcessWorld();
  made.install('show', function* (p, argv) {
    yield* p.print(`${p.comm}: ${argv.join(' ')}\n`);
  });
  const { files, init } = made.machine;
  files.writeFile(init, '/tmp/script', utf8('#!/usr/bin/show  -a b \necho\n'), { mode: 0o755 });
  files.writeFile(init, '/tmp/plain', utf8('echo hello\n'), { mode: 0o755 });
  files.writeFile(init, '/tmp/closed', utf8('#!/usr/bin/show\n'), { mode: 0o644 });
  files.writeFile(init, '/tmp/lost', utf8('#!/no/such\n'), { mode: 0o755 });
  files.symlink(init, '/usr/bin/show', '/tmp/link');
  return made;
}

function outcome(x: Process | KernelError): string {
  return isError(x) ? x.errno : 'runs';
}

test('what runs is found in PATH, through links and by the #! line', () => {
  const w = world();
  w.login(function* (p) {
    for (const argv of [
      ['show', 'x'],
      ['/tmp/link', 'y'],
      ['/tmp/script', 'z'],
    ]) {
      p.spawn(argv);
      yield* p.waitpid(-1);
    }
  });
  w.run();
  expect(w.shown).toBe('show: show x\r\nlink: /tmp/link y\r\nscript: /usr/bin/show -a b /tmp/script z\r\n');
});

test('what cannot be run is refused as execve does', () => {
  const w = world();
  const answers: string[] = [];
  w.login(function* (p) {
    const names = ['nothing', '/tmp/nothing', '/tmp', '/tmp/closed', '/tmp/plain', '/tmp/lost', ''];
    for (const name of names) answers.push(outcome(p.spawn([name])));
    answers.push((yield* p.exec(['/tmp/plain'])).errno);
  });
  w.run();
  expect(answers).toEqual(['ENOENT', 'ENOENT', 'EACCES', 'EACCES', 'ENOEXEC', 'ENOENT', 'ENOENT', 'ENOEXEC']);
});

test('exec keeps the number and the open files but those marked, and forgets caught signals', () => {
  const w = world();
  w.install('after', function* (p) {
    yield* p.print(`${p.pid} ${[...p.descriptors.keys()].join(' ')}\n`);
    yield* p.sleep(1e12);
  });
  const process = w.login(function* (p) {
    p.dup2(1, 7);
    p.dup2(1, 8);
    p.setCloseOnExec(8, true);
    p.catchSignal('SIGINT');
    try {
      yield* p.exec(['after']);
    } finally {
      yield* p.print('never');
    }
  });
  w.run();
  w.type('\x03');
  expect(w.shown).toBe('612 0 1 2 7\r\n^C');
  expect(process.endStatus).toMatchObject({ signal: 'SIGINT' });
});
