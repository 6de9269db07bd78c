import { type Ipv6, parseIpv4 } from '../../../base/address.ts';
import { strerror } from '../../../base/errno.ts';
import { isError } from '../../../base/result.ts';
import type { SockAddr } from '../../../kernel/socket/socket.ts';
import { SocketFile } from '../../../machine/socket-file.ts';
import type { Task } from '../../../machine/task.ts';
import { DockerError, failed } from '../../error.ts';
import type { EngineHost } from '../../host.ts';
import { formatAddress } from '../ipam/prefix.ts';
import type { PortAllocator, Protocol } from './port-allocator.ts';
import { type ProxySocket, serveProxy } from './proxy.ts';
import { DOCKER_CHAIN, Rules, type Table } from './rules.ts';

/** A port of a container to be published: `-p HOST_IP:HOST_FIRST-HOST_LAST:PORT/PROTOCOL`, 0 for any host port. */
export interface PortRequest {
  readonly protocol: Protocol;
  readonly port: number;
  readonly hostIp: string;
  readonly hostFirst: number;
  readonly hostLast: number;
}

/** A port that is published. */
export interface PortMapping {
  readonly protocol: Protocol;
  readonly port: number;
  readonly hostIp: string;
  readonly hostPort: number;
}

interface Live extends PortMapping {
  readonly undo: () => void;
}

const PROXY = '/usr/sbin/docker-proxy';
const BACKLOG = 4096;
const MAX_ATTEMPTS = 10;

/** The published ports of one endpoint: DNAT and forwarding rules, and a docker-proxy for each (drivers/bridge/port_mapping.go). */
export class PortMappings {
  readonly #host: EngineHost;
  readonly #allocator: PortAllocator;
  readonly #bridge: string;
  readonly #container: { readonly v4: bigint; readonly v6: bigint | undefined };
  #live: Live[] = [];

  constructor(
    host: EngineHost,
    allocator: PortAllocator,
    bridge: string,
    container: { readonly v4: bigint; readonly v6: bigint | undefined },
  ) {
    this.#host = host;
    this.#allocator = allocator;
    this.#bridge = bridge;
    this.#container = container;
  }

  get mappings(): readonly PortMapping[] {
    return this.#live;
  }

  /** Publishes all of them, in Docker's order (nat.SortPortMap), or none and throws why. `defaultIp` is for those that name no address. */
  publish(requests: readonly PortRequest[], defaultIp: string): void {
    try {
      for (const request of [...requests].sort(byHostPort)) this.#publish(request, defaultIp);
    } catch (thrown) {
      this.withdraw();
      throw thrown;
    }
  }

  withdraw(): void {
    const live = this.#live;
    this.#live = [];
    for (const { undo } of live) undo();
  }

  /** The rules that an engine which was killed has left for these ports go. */
  clear(rules: Rules): void {
    for (const mapping of this.#live) {
      if (!mapping.hostIp.includes(':')) for (const [table, chain, rule] of this.#rulesOf(mapping)) rules.remove(table, chain, rule);
    }
  }

  #publish(request: PortRequest, defaultIp: string): void {
    const hostIp = request.hostIp === '' ? defaultIp : request.hostIp;
    this.#map(request, hostIp);
    // Where no address was said a port is published for the other family as well, and there may get another number.
    const carried = this.#host.config.userlandProxy || this.#container.v6 !== undefined;
    if (request.hostIp === '' && hostIp === '0.0.0.0' && carried) this.#map(request, '::');
  }

  /** With any port welcome, one that somebody else listens on is passed over (maxAllocatePortAttempts). */
  #map(request: PortRequest, hostIp: string): void {
    const attempts = request.hostFirst === 0 || request.hostFirst !== request.hostLast ? MAX_ATTEMPTS : 1;
    for (let attempt = 1; ; attempt++) {
      const port = this.#allocator.request(hostIp, request.protocol, request.hostFirst, request.hostLast);
      try {
        this.#mapTo(request, hostIp, port);
        return;
      } catch (thrown) {
        if (attempt >= attempts || !(thrown instanceof DockerError)) throw thrown;
      }
    }
  }

  #mapTo({ protocol, port }: PortRequest, hostIp: string, hostPort: number): void {
    const v6 = hostIp.includes(':');
    // The proxy could not listen; what the rules would have been nobody sees.
    if (protocol === 'sctp') {
      this.#allocator.release(hostIp, protocol, hostPort);
      throw failed('Error starting userland proxy: protocol not supported.');
    }
    const undo: (() => void)[] = [() => this.#allocator.release(hostIp, protocol, hostPort)];
    const back = (): void => {
      for (const step of undo.reverse()) step();
    };
    try {
      // Rules are for IPv4 alone: what comes by IPv6 is carried by the proxy.
      const { iptables, userlandProxy } = this.#host.config;
      if (!v6 && iptables) undo.push(this.#forward({ protocol, hostIp, hostPort, port }));
      undo.push(userlandProxy ? this.#startProxy(protocol, hostIp, hostPort, port) : this.#occupy(protocol, hostIp, hostPort));
    } catch (thrown) {
      back();
      throw thrown;
    }
    this.#live.push({ protocol, port, hostIp, hostPort, undo: back });
  }

  /** DNAT from the host's port, the way through FORWARD, and masquerading for a container that calls itself (iptables' Forward). */
  #forward(mapping: PortMapping): () => void {
    const rules = new Rules(this.#host);
    const all = this.#rulesOf(mapping);
    for (const [table, chain, rule] of all) rules.append(table, chain, rule);
    return () => {
      for (const [table, chain, rule] of all) rules.remove(table, chain, rule);
    };
  }

  #rulesOf({ protocol, hostIp, hostPort, port }: PortMapping): (readonly [Table, string, readonly string[]])[] {
    const address = formatAddress(this.#container.v4, false);
    const nat = [
      ...['-p', protocol, '-d', hostIp === '0.0.0.0' ? '0/0' : hostIp, '--dport', String(hostPort)],
      ...['-j', 'DNAT', '--to-destination', `${address}:${port}`],
      ...(this.#host.config.userlandProxy ? ['!', '-i', this.#bridge] : []),
    ];
    const filter = [
      ...['!', '-i', this.#bridge, '-o', this.#bridge],
      ...['-p', protocol, '-d', address, '--dport', String(port), '-j', 'ACCEPT'],
    ];
    const self = ['-p', protocol, '-s', address, '-d', address, '--dport', String(port), '-j', 'MASQUERADE'];
    return [
      ['nat', DOCKER_CHAIN, nat],
      ['filter', DOCKER_CHAIN, filter],
      ['nat', 'POSTROUTING', self],
    ];
  }

  /** The engine itself holds the port, so that nobody else takes it; it carries nothing (portmapper's dummyProxy). */
  #occupy(protocol: 'tcp' | 'udp', hostIp: string, hostPort: number): () => void {
    const { daemon } = this.#host;
    const socket = openProxySocket(daemon, protocol, socketAddress(hostIp, hostPort));
    if ('errno' in socket) throw bindError(protocol, hostIp, hostPort, socket.errno);
    return () => daemon.close(socket.fd);
  }

  #startProxy(protocol: 'tcp' | 'udp', hostIp: string, hostPort: number, port: number): () => void {
    const { daemon } = this.#host;
    const { v4, v6 } = this.#container;
    const container = hostIp.includes(':') && v6 !== undefined ? formatAddress(v6, true) : formatAddress(v4, false);
    const child = this.#host.fork();
    if (child === undefined) throw failed(`Error starting userland proxy: fork/exec ${PROXY}: resource temporarily unavailable`);
    child.comm = 'docker-proxy';
    child.argv = [
      ...[PROXY, '-proto', protocol, '-host-ip', hostIp, '-host-port', String(hostPort)],
      ...['-container-ip', container, '-container-port', String(port)],
    ];
    const socket = openProxySocket(child, protocol, socketAddress(hostIp, hostPort));
    if ('errno' in socket) {
      this.#host.finish(child, 1);
      throw bindError(protocol, hostIp, hostPort, socket.errno);
    }
    daemon.machine.scheduler.start(child, serveProxy(child, socket, socketAddress(container, port)));
    const end = (signal: 'SIGINT' | 'SIGTERM'): void => {
      if (!child.ended) child.exit({ pid: child.pid, kind: 'signaled', signal });
    };
    // It dies with dockerd (PR_SET_PDEATHSIG).
    const orphaned = (): void => end('SIGTERM');
    this.#host.gone.add(orphaned);
    return () => {
      this.#host.gone.remove(orphaned);
      end('SIGINT');
    };
  }
}

function bindError(protocol: string, hostIp: string, hostPort: number, errno: Parameters<typeof strerror>[0]): DockerError {
  const at = hostIp.includes(':') ? `[${hostIp}]` : hostIp;
  const family = hostIp.includes(':') ? '6' : '4';
  return failed(`Error starting userland proxy: listen ${protocol}${family} ${at}:${hostPort}: bind: ${lower(strerror(errno))}`);
}

/** Greater host ports first, then greater ports, TCP before UDP. */
function byHostPort(a: PortRequest, b: PortRequest): number {
  return b.hostFirst - a.hostFirst || b.port - a.port || (a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : 0);
}

/** Listens on a host port; the errno if that cannot be. */
export function openProxySocket(p: Task, protocol: 'tcp' | 'udp', at: SockAddr): OpenSocket | { readonly errno: 'EADDRINUSE' } {
  if (protocol === 'tcp') {
    const listener = p.netns.sockets.tcp(at.family);
    listener.setOptions({ reuseAddress: true, v6only: true });
    const refused = listener.bind(at) ?? listener.listen(BACKLOG);
    if (isError(refused)) return refused as { readonly errno: 'EADDRINUSE' };
    return opened(p, { protocol, listener });
  }
  const listener = p.netns.sockets.udp(at.family);
  listener.options.v6only = true;
  const refused = listener.bind(at);
  if (isError(refused)) return refused as { readonly errno: 'EADDRINUSE' };
  return opened(p, { protocol, listener });
}

type OpenSocket = ProxySocket & { readonly fd: number };

function opened(p: Task, socket: ProxySocket): OpenSocket | { readonly errno: 'EADDRINUSE' } {
  const { listener } = socket;
  const fd = p.install(new SocketFile(listener.inode, () => listener.close()));
  return isError(fd) ? (fd as { readonly errno: 'EADDRINUSE' }) : { ...socket, fd };
}

export function socketAddress(address: string, port: number): SockAddr {
  const v4 = parseIpv4(address);
  return v4 === undefined ? { family: 'inet6', address: address as Ipv6, port, scopeId: 0 } : { family: 'inet', address: v4, port };
}

const lower = (message: string): string => message.charAt(0).toLowerCase() + message.slice(1);
