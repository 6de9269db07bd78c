import { describe, expect, it } from 'vitest';
import { text } from '../base/bytes.ts';
import { NS_PER_S } from '../base/time.ts';
import { buildLab } from '../lab/build.ts';
import { runCommand } from '../lab/run-command.ts';
import { standardHost } from '../lab/standard.ts';
import type { Machine } from '../machine/machine.ts';
import type { World } from '../world/world.ts';
import type { Container } from './container/container.ts';
import { type ContainerSpec, DEFAULT_HOST_CONFIG, DEFAULT_SPEC } from './container/spec.ts';
import { DEFAULT_SOCKET, engineAt } from './daemon.ts';
import type { Engine } from './engine.ts';
import type { DockerError } from './error.ts';
import { DEFAULT_NETWORK_SPEC } from './network/network.ts';

//   aa 172.17.0.2 ┐
//   bb 172.17.0.3 ┴ docker0 172.17.0.1 ─ host1 ─ eth0 192.168.56.11 ─ the world outside

interface Lab {
  readonly world: World;
  readonly machine: Machine;
  readonly engine: Engine;
  run(command: string): string;
  /** A running container of busybox. */
  start(name: string, script: string, host?: Partial<ContainerSpec['host']>): Container;
}

function lab(): Lab {
  const host = { ...standardHost(1), docker: { images: ['busybox:latest'] } };
  const world = buildLab({ id: 'engine', machines: [host], outside: 'next-door' }, 'engine');
  const machine = world.machines.get('host1') as Machine;
  const engine = engineAt(machine.init, DEFAULT_SOCKET) as Engine;
  return {
    world,
    machine,
    engine,
    run: (command) => runCommand(world, machine, command).output,
    start(name, script, more = {}) {
      const spec = { ...DEFAULT_SPEC, image: 'busybox', name, cmd: ['sh', '-c', script], host: { ...DEFAULT_HOST_CONFIG, ...more } };
      const container = engine.containers.create(spec);
      engine.containers.start(container);
      return container;
    },
  };
}

const logOf = (container: Container): string =>
  container.log
    .from(0)
    .map(({ data }) => text(data))
    .join('');

const letPass = ({ world }: Lab, seconds: number): void => void world.run(world.clock.now + seconds * NS_PER_S);

const userNetwork = (name: string) => ({ ...DEFAULT_NETWORK_SPEC, name });

const refusal = (act: () => unknown): string => {
  try {
    act();
  } catch (thrown) {
    return (thrown as DockerError).message;
  }
  return 'done';
};

describe('the engine', () => {
  it('connects two containers with each other and with the world outside', () => {
    const l = lab();
    l.start('aa', 'sleep 100');
    const bb = l.start('bb', 'ping -q -c 1 172.17.0.2; ping -q -c 1 203.0.113.80; ip route');
    letPass(l, 2);
    expect(logOf(bb).match(/1 packets received/g)).toHaveLength(2);
    expect(logOf(bb)).toContain('default via 172.17.0.1 dev eth0');
    expect(bb).toMatchObject({ status: 'exited', exitCode: 0 });
  });

  it('is broken by hand as a real one is: no masquerading, no way out', () => {
    const l = lab();
    l.run('iptables -t nat -F POSTROUTING');
    const aa = l.start('aa', 'ping -q -c 1 -W 1 203.0.113.80');
    letPass(l, 3);
    expect(logOf(aa)).toContain('0 packets received');
  });

  it('resolves names in a network that somebody made, and not on docker0', () => {
    const l = lab();
    l.engine.createNetwork(userNetwork('shop'));
    l.start('db', 'sleep 100', { networkMode: 'shop' });
    const inside = l.start('web', 'ping -q -c 1 db; cat /etc/resolv.conf', { networkMode: 'shop' });
    const outside = l.start('other', 'ping -q -c 1 db', { networkMode: 'default' });
    letPass(l, 2);
    expect(logOf(inside)).toContain('1 packets received');
    expect(logOf(inside)).toContain('nameserver 127.0.0.11');
    expect(logOf(outside)).toBe("ping: bad address 'db'\n");
  });

  it('publishes a port by rules and by a proxy, and takes both away when the container ends', () => {
    const l = lab();
    const web = l.start('web', 'mkdir /srv; echo hello > /srv/index.html; httpd -f -p 80 -h /srv', {
      portBindings: new Map([['80/tcp', [{ hostIp: '', hostPort: '8080' }]]]),
    });
    expect(l.run('curl -s 127.0.0.1:8080; curl -s 192.168.56.11:8080')).toBe('hello\nhello\n');
    expect(l.run('iptables -t nat -S DOCKER')).toContain('--dport 8080 -j DNAT --to-destination 172.17.0.2:80');
    l.engine.containers.kill(web);
    letPass(l, 1);
    expect(l.run('curl -s 127.0.0.1:8080; echo $?; iptables -t nat -S DOCKER')).toBe('7\n-N DOCKER\n-A DOCKER -i docker0 -j RETURN\n');
    expect(web).toMatchObject({ status: 'exited', exitCode: 137 });
  });

  it('gives the address of a container that has ended to the next one', () => {
    const l = lab();
    const address = (container: Container) => container.endpoints.get('bridge')?.ipv4Text;
    const aa = l.start('aa', 'sleep 100');
    const bb = l.start('bb', 'sleep 100');
    l.engine.containers.kill(aa);
    letPass(l, 1);
    const cc = l.start('cc', 'sleep 100');
    l.engine.containers.start(aa);
    expect([aa, bb, cc].map(address)).toEqual(['172.17.0.4', '172.17.0.3', '172.17.0.2']);
  });

  it('refuses a name that is taken, and a program that is not there', () => {
    const l = lab();
    const aa = l.start('aa', 'sleep 100');
    expect(refusal(() => l.start('aa', 'true'))).toBe(
      `Conflict. The container name "/aa" is already in use by container "${aa.id}". You have to remove (or rename) that container to be able to reuse that name.`,
    );
    const spec = { ...DEFAULT_SPEC, image: 'busybox', name: 'bb', cmd: ['nosuch'] };
    const bb = l.engine.containers.create(spec);
    expect(refusal(() => l.engine.containers.start(bb))).toContain('exec: "nosuch": executable file not found in $PATH');
    expect(bb.status).toBe('created');
    expect(l.run('ip -br link show master docker0 | wc -l')).toBe('1\n');
  });
});
