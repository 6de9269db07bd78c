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

it('Docker Hub finds images by what is said of them, and knows nobody', () => {
  const run = lab();
  expect(run('docker search --filter is-official=true --limit 3 os')).toMatch(/^NAME +DESCRIPTION +STARS +OFFICIAL +AUTOMATED\n/);
  expect(
    run('docker search --filter is-official=false netshoot'),
  ).toBe(`NAME                DESCRIPTION                                     STARS     OFFICIAL   AUTOMATED
nicolaka/netshoot   a Docker + Kubernetes network trouble-shooti…   218                  
`);
  expect(run('docker login -u me -p pw 2>&1 | tail -1; ls .docker')).toBe(
    'Error response from daemon: Get "https://registry-1.docker.io/v2/": unauthorized: incorrect username or password\nls: cannot access \'.docker\': No such file or directory\n',
  );
});

it('what one host built and pushed another pulls and runs', () => {
  const machines = [dockerHost(1, ['busybox:latest']), dockerHost(2, ['busybox:latest'])];
  const world = buildLab({ id: 'registry', machines, outside: 'internet' }, 'registry');
  const on = (host: string, command: string) => runCommand(world, world.machines.get(host) as Machine, command).output;
  const config =
    'version: 0.1\\nlog:\\n  level: error\\nstorage:\\n  filesystem:\\n    rootdirectory: /root/reg\\nhttp:\\n  addr: :5000\\n';
  on('host1', `printf '${config}' > reg.yml; setsid docker-registry serve reg.yml >log 2>&1 & sleep 1`);
  on(
    'host1',
    `printf 'FROM busybox\\nRUN echo made on host1 > /note\\nCMD cat /note\\n' > Dockerfile; docker build -q -t localhost:5000/note .`,
  );
  expect(on('host1', 'docker push -q localhost:5000/note')).toBe('localhost:5000/note:latest\n');
  on('host2', `echo '{"insecure-registries": ["192.168.56.11:5000"]}' > /etc/docker/daemon.json; kill -HUP $(cat /var/run/docker.pid)`);
  expect(on('host2', 'docker pull -q 192.168.56.11:5000/note; docker run --rm 192.168.56.11:5000/note')).toBe(
    '192.168.56.11:5000/note:latest\nmade on host1\n',
  );
});

it('an engine elsewhere is not to be reached, and dockerd says that it cannot listen there', () => {
  const run = lab();
  expect(run('docker -H tcp://192.168.56.11:2375 ps; DOCKER_HOST=tcp://h:1 docker ps; dockerd -H tcp://0.0.0.0:2375')).toBe(
    `Cannot connect to the Docker daemon at tcp://192.168.56.11:2375. Is the docker daemon running?
Cannot connect to the Docker daemon at tcp://h:1. Is the docker daemon running?
failed to load listeners: vethlab's dockerd listens on unix:// and fd:// only, not on tcp://0.0.0.0:2375
`,
  );
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
