import { expect, test } from 'vitest';
import { LabSession } from './session.ts';
import type { NamespaceSnapshot } from './snapshot.ts';
import { docker } from './standard.ts';
import { takeSnapshot } from './take-snapshot.ts';

function namespacesAfter(...setup: string[]): readonly NamespaceSnapshot[] {
  const { world, lab } = new LabSession({ ...docker, setup }, 'test');
  return takeSnapshot(world, lab).machines[0]?.namespaces ?? [];
}

//   web 172.17.0.2 :80 ← :8080 ┬ docker0 ─ host1     api, app: one namespace 172.18.0.2 ─ shop ─ host1     probe: host1’s own
test('containers are shown in their namespaces, with their ports, networks and processes, and stopped ones not', () => {
  const [host, ...others] = namespacesAfter(
    'docker run -d --name web -p 8080:80 -p 127.0.0.1:8443:443 nginx',
    'docker network create shop',
    'docker run -d --name api --network shop busybox sleep 1000',
    'docker run -d --name app --network container:api busybox sh -c "while :; do sleep 1000; done"',
    'docker run -d --name probe --network host busybox httpd -f -p 7777',
    'docker run --name gone busybox true',
    'docker run -d --name stopped busybox sleep 1000; docker kill stopped',
  );
  expect(others.map(({ containers }) => containers.map(({ name, image }) => `${name} ${image}`))).toEqual([
    ['web nginx'],
    ['api busybox', 'app busybox'],
  ]);
  expect(host?.containers.map(({ name }) => name)).toEqual(['probe']);
  expect(host?.published).toEqual([
    { container: 'web', hostIp: '127.0.0.1', hostPort: 8443, port: 443, protocol: 'tcp' },
    { container: 'web', hostIp: '0.0.0.0', hostPort: 8080, port: 80, protocol: 'tcp' },
  ]);
  // The proxies’ ports are the published ones: no servers of the host.
  expect(host?.listening).toEqual([{ protocol: 'tcp', port: 7777 }]);
  expect(host?.devices.flatMap(({ name, network }) => (network === undefined ? [] : [[name.slice(0, 7), network]]))).toEqual([
    ['docker0', 'bridge'],
    [expect.stringMatching(/^br-/), 'shop'],
  ]);
  expect(host?.processes.map(({ command }) => command.split(' ')[0])).toEqual(['httpd']);
  expect(others.map(({ resolver, listening }) => [resolver, listening])).toEqual([
    [false, [{ protocol: 'tcp', port: 80 }]],
    [true, []],
  ]);
  expect(others[1]?.processes.map(({ command }) => command)).toEqual(['sleep 1000', 'sh -c while :; do sleep 1000; done', 'sleep 1000']);
});
