import { expect, it } from 'vitest';
import { buildLab } from '../../../lab/build.ts';
import { runCommand } from '../../../lab/run-command.ts';
import { dockerHost } from '../../../lab/standard.ts';
import type { Machine } from '../../../machine/machine.ts';

//   host1 ─ gateway ─ … ─ hop4: registry-1.docker.io, auth.docker.io
//      dockerd

function lab(): (command: string) => string {
  const world = buildLab({ id: 'registry', machines: [dockerHost(1, ['busybox:latest'])], outside: 'internet' }, 'registry');
  return (command) => runCommand(world, world.machines.get('host1') as Machine, command).output;
}

it('an image is fetched over the network, and is here then', () => {
  const run = lab();
  expect(
    run(
      'docker pull nginx | grep -v -e Digest -e fs -e Verif -e Download.comp -e Pull.c; docker pull -q nginx; docker images -q nginx | wc -l',
    ),
  ).toBe(`Using default tag: latest
latest: Pulling from library/nginx
Status: Downloaded newer image for nginx:latest
docker.io/library/nginx:latest
docker.io/library/nginx:latest
1
`);
  expect(run('docker pull nginx | tail -2')).toBe('Status: Image is up to date for nginx:latest\ndocker.io/library/nginx:latest\n');
  expect(run('docker rmi nginx | sed s/:[0-9a-f].*//')).toBe(`Untagged: nginx:latest
Untagged: nginx@sha256
Deleted: sha256
Deleted: sha256
`);
});

it('a registry that has not got an image says so, and lets nobody push', () => {
  const run = lab();
  expect(run('docker run --rm redis:nosuch true')).toBe(`Unable to find image 'redis:nosuch' locally
docker: Error response from daemon: manifest for redis:nosuch not found: manifest unknown: manifest unknown.
See 'docker run --help'.
`);
  expect(run('docker pull -q nosuch')).toBe(
    "Error response from daemon: pull access denied for nosuch, repository does not exist or may require 'docker login': denied: requested access to the resource is denied\n",
  );
  expect(run('docker push -q busybox')).toBe('denied: requested access to the resource is denied\n');
});

it('without a route or a name server nothing is fetched', () => {
  const run = lab();
  expect(run('ip route del default; docker pull -q nginx')).toBe(
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 203.0.113.53:53: dial udp 203.0.113.53:53: connect: network is unreachable\n',
  );
  expect(run('ip route add default via 192.168.56.1; iptables -A OUTPUT -p tcp --dport 443 -j DROP; docker pull -q nginx')).toBe(
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": dial tcp 203.0.113.90:443: i/o timeout\n',
  );
});

it.each([
  ['alpine', 'cat /etc/alpine-release; ip -br link show lo | head -1', '3.18.6'],
  ['ubuntu', '. /etc/os-release; echo $PRETTY_NAME; ping -c 1 127.0.0.1 || ip addr', 'Ubuntu 22.04.4 LTS'],
  ['nicolaka/netshoot', 'dig +short www.example.com', '203.0.113.80'],
])('%s has the tools of its kind', (image, script, first) => {
  const output = lab()(
    `docker run --rm ${image} sh -c '${script}' 2>&1 | grep -v -e Pull -e Unable -e Download -e Verif -e Digest -e Status`,
  );
  expect(output.split('\n')[0]).toBe(first);
});
