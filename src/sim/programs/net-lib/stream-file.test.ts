import { expect, it } from 'vitest';
import { runCommand } from '../../lab/run-command.ts';
import { LabSession } from '../../lab/session.ts';
import { duo } from '../../lab/standard.ts';

// host1:eth0 192.168.56.11 ─── lan ─── 192.168.56.12 host2:eth0

function sh(...lines: readonly (readonly [host: string, command: string])[]): string[] {
  const { world } = new LabSession(duo, 'test');
  return lines.map(([host, command]) => {
    const machine = world.machines.get(host);
    if (!machine) throw new Error(host);
    const { output, exit } = runCommand(world, machine, command);
    return `${output}[${exit}]`;
  });
}

it('passes what a pipe gives through a connection, end included', () => {
  expect(
    sh(
      ['host2', 'trap "" HUP; nc -l 5000 >/tmp/got & sleep 0.1'],
      ['host1', 'seq 1 3 | nc -N 192.168.56.12 5000'],
      ['host2', 'cat /tmp/got'],
    ),
  ).toEqual(['[0]', '[0]', '1\n2\n3\n[0]']);
});

it('shows a connection among the descriptors of its process', () => {
  const [output = ''] = sh(['host1', 'nc -l 5000 & sleep 0.1; readlink /proc/$!/fd/3; kill $!']);
  expect(output).toMatch(/^socket:\[\d+\]\n/);
});

it('ends a writer whose reader has gone with SIGPIPE or an error, not with a wait', () => {
  expect(sh(['host1', 'head -c1 < <(nc -l 5000) >/dev/null & sleep 0.1; yes | timeout 5 nc 127.0.0.1 5000; echo $?'])[0]).toMatch(/^\d+\n/);
});

it('connects processes of a machine by a path, and says when nobody listens there', () => {
  expect(
    sh(
      ['host1', 'nc -lU /tmp/s >/tmp/got & sleep 0.1; stat -c %F /tmp/s; echo hi | nc -NU /tmp/s; wait; cat /tmp/got'],
      ['host1', 'nc -U /tmp/s; nc -U /tmp/none'],
    ),
  ).toEqual(['socket\nhi\n[0]', 'nc: /tmp/s: Connection refused\nnc: /tmp/none: No such file or directory\n[1]']);
});
