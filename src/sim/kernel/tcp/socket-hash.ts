import type { Ipv4, Ipv6 } from '../../base/address.ts';
import { LazyMap } from '../../base/lazy.ts';
import type { RequestSock } from './request-sock.ts';
import { TCP_LISTEN } from './state.ts';
import type { TcpSock } from './tcp-sock.ts';
import type { TimeWaitSock } from './time-wait.ts';

/** What has both ends: a connection, one that waits out its last minute, or a request (members of Linux's ehash). */
export type Connected = TcpSock | TimeWaitSock | RequestSock;

/**
 * Finds the socket of a segment (struct inet_hashinfo). Connections are kept by their two ports, which rarely clash; listeners by
 * their one.
 */
export class SocketHash {
  private readonly connected = new LazyMap<number, Connected[]>();
  private readonly listeners = new LazyMap<number, TcpSock[]>();

  insert(sk: Connected): void {
    const key = (sk.port << 16) | sk.remotePort;
    const chain = this.connected.get(key);
    if (chain) chain.push(sk);
    else this.connected.set(key, [sk]);
  }

  remove(sk: Connected): void {
    const key = (sk.port << 16) | sk.remotePort;
    const chain = this.connected.get(key);
    const at = chain?.indexOf(sk) ?? -1;
    if (!chain || at < 0) return;
    if (chain.length === 1) this.connected.delete(key);
    else chain.splice(at, 1);
  }

  /** The connection of these ends; `device` is where the segment came in. */
  find(local: Ipv4 | Ipv6, port: number, remote: Ipv4 | Ipv6, remotePort: number, device: number): Connected | undefined {
    const chain = this.connected.get((port << 16) | remotePort);
    if (chain === undefined) return undefined;
    for (let i = 0; i < chain.length; i++) {
      const sk = chain[i] as Connected;
      if (sk.remote !== remote || sk.local !== local) continue;
      const bound = sk.options.bindToDevice;
      if (bound === 0 || bound === device || device === 0) return sk;
    }
    return undefined;
  }

  listen(sk: TcpSock): void {
    const chain = this.listeners.get(sk.port);
    if (chain) chain.unshift(sk);
    else this.listeners.set(sk.port, [sk]);
  }

  unlisten(sk: TcpSock): void {
    const chain = this.listeners.get(sk.port);
    if (!chain) return;
    const at = chain.indexOf(sk);
    if (at >= 0) chain.splice(at, 1);
    if (chain.length === 0) this.listeners.delete(sk.port);
  }

  /** Who listens for a connection: an address of its own beats any, a device beats none, IPv4 beats IPv6 (inet_lookup_listener). */
  findListener(ipv4: boolean, local: Ipv4 | Ipv6, port: number, device: number, hash: number): TcpSock | undefined {
    const chain = this.listeners.get(port);
    if (chain === undefined) return undefined;
    let best: TcpSock | undefined;
    let bestScore = -1;
    let equals = 0;
    for (const sk of chain) {
      const score = listenerScore(sk, ipv4, local, device);
      if (score > bestScore) {
        best = sk;
        bestScore = score;
        equals = 1;
      } else if (score === bestScore && score >= 0 && sk.options.reusePort) {
        // Sockets that share the port get the connections by turns of their hash (reuseport_select_sock).
        equals++;
        if (Math.floor((hash / 0x100000000) * equals) === 0) best = sk;
      }
    }
    return best;
  }

  *all(): Iterable<Connected> {
    for (const chain of this.listeners.values()) yield* chain;
    for (const chain of this.connected.values()) yield* chain;
  }
}

function listenerScore(sk: TcpSock, ipv4: boolean, local: Ipv4 | Ipv6, device: number): number {
  if (sk.state !== TCP_LISTEN) return -1;
  let score = 0;
  if (ipv4) {
    if (sk.family === 'inet6' && (sk.options.v6only || (sk.local !== '::' && typeof sk.local !== 'number'))) return -1;
    if (sk.family === 'inet') score++;
  } else if (sk.family === 'inet') {
    return -1;
  }
  if (sk.local !== 0 && sk.local !== '::') {
    if (sk.local !== local) return -1;
    score += 8;
  }
  const bound = sk.options.bindToDevice;
  if (bound !== 0) {
    if (bound !== device) return -1;
    score += 4;
  }
  return score;
}
