import { expect, it } from 'vitest';
import { buildLab } from '../../lab/build.ts';
import { runCommand } from '../../lab/run-command.ts';
import { dockerHost } from '../../lab/standard.ts';
import type { Machine } from '../../machine/machine.ts';

//   c1 (ubuntu) ─ docker0 ─ host1 ─ gateway ─ … ─ hop4: archive.ubuntu.com

function lab(): (command: string) => string {
  const world = buildLab({ id: 'apt', machines: [dockerHost(1, ['busybox:latest'])], outside: 'internet' }, 'apt');
  return (command) => runCommand(world, world.machines.get('host1') as Machine, command).output;
}

it('ubuntu has no ping until its package is installed, which needs the lists first', () => {
  const run = lab();
  run('docker pull -q ubuntu; docker run -dit --name c1 ubuntu');
  const inside = (script: string): string => run(`docker exec c1 sh -c '${script}' 2>&1`);
  expect(inside('ping -c 1 127.0.0.1')).toBe('sh: 1: ping: not found\n');
  expect(inside('apt-get install -y iputils-ping 2>/dev/null || echo $?').split('\n').at(-2)).toBe('100');
  expect(
    inside('apt-get update | grep -v ^Fetched; apt-get install -y iputils-ping 2>/dev/null | sed -n 4,10p'),
  ).toBe(`Get:1 http://archive.ubuntu.com/ubuntu jammy InRelease [151 kB]
Get:2 http://archive.ubuntu.com/ubuntu jammy/main amd64 Packages [8790 kB]
Reading package lists...
The following additional packages will be installed:
  libcap2-bin
The following NEW packages will be installed:
  iputils-ping libcap2-bin
0 upgraded, 2 newly installed, 0 to remove and 0 not upgraded.
Need to get 82.4 kB of archives.
After this operation, 260 kB of additional disk space will be used.
`);
  expect(inside('ping -c 1 127.0.0.1 | tail -2 | head -1 | cut -d, -f1-3; dpkg -l iputils-ping | tail -1 | cut -c1-16')).toBe(
    '1 packets transmitted, 1 received, 0% packet loss\nii  iputils-ping\n',
  );
  expect(inside('apt-get remove -y iputils-ping | tail -1; ping 2>/dev/null || echo $?')).toBe(
    'Removing iputils-ping (3:20221126-1+deb12u1) ...\n127\n',
  );
});

it('without a name server the lists stay away', () => {
  const run = lab();
  run('docker pull -q debian');
  expect(run('docker run --rm --dns 192.168.56.77 debian apt-get update 2>&1 | tail -2')).toBe(
    "W: Failed to fetch http://deb.debian.org/debian/dists/bookworm/InRelease  Temporary failure resolving 'deb.debian.org'\nW: Some index files failed to download. They have been ignored, or old ones used instead.\n",
  );
});
