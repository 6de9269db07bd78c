// ngx_http_upstream_round_robin.c: whose turn it is.

import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Block, Config } from './config.ts';
import { parseTime } from './directives.ts';

/** One server of a group with its state in this worker. */
export interface Peer {
  readonly address: SockAddr;
  readonly weight: number;
  readonly maxFails: number;
  readonly failTimeoutMs: number;
  readonly backup: boolean;
  readonly down: boolean;
  current: number;
  effective: number;
  fails: number;
  /** When it failed last, ms. */
  checkedMs: number;
}

export type Group = Peer[];

function peersOf(upstream: Block): Group {
  return upstream.own('server').flatMap(({ args, addresses = [] }) => {
    const option = (name: string): string | undefined => args.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
    const weight = Number(option('weight') ?? 1);
    return addresses.map((address) => ({
      address,
      weight,
      maxFails: Number(option('max_fails') ?? 1),
      failTimeoutMs: 1000 * (parseTime(option('fail_timeout') ?? '10') ?? 10),
      backup: args.includes('backup'),
      down: args.includes('down'),
      current: 0,
      effective: weight,
      fails: 0,
      checkedMs: 0,
    }));
  });
}

/** The addresses of a host in a proxy_pass, as a group. */
export function groupOf(addresses: readonly SockAddr[]): Group {
  return addresses.map((address) => ({
    address,
    weight: 1,
    maxFails: 1,
    failTimeoutMs: 10_000,
    backup: false,
    down: false,
    current: 0,
    effective: 1,
    fails: 0,
    checkedMs: 0,
  }));
}

/** The upstream blocks of a configuration by name. */
export function groupsOf(config: Config): Map<string, Group> {
  const http = config.main.own('http')[0]?.block;
  return new Map((http?.own('upstream') ?? []).map(({ args, block }) => [args[0] as string, peersOf(block as Block)]));
}

/** Smooth weighted round robin over those that have not been tried; undefined when none is left. */
export function nextPeer(group: Group, tried: ReadonlySet<Peer>, nowMs: number): Peer | undefined {
  // A group of one is never given up.
  const single = group.length === 1;
  for (const backup of [false, true]) {
    let best: Peer | undefined;
    let total = 0;
    for (const peer of group) {
      if (peer.backup !== backup || peer.down || tried.has(peer)) continue;
      const failing = peer.maxFails > 0 && peer.fails >= peer.maxFails && nowMs - peer.checkedMs <= peer.failTimeoutMs;
      if (failing && !single) continue;
      peer.current += peer.effective;
      total += peer.effective;
      if (peer.effective < peer.weight) peer.effective++;
      if (!best || peer.current > best.current) best = peer;
    }
    if (!best) continue;
    best.current -= total;
    if (nowMs - best.checkedMs > best.failTimeoutMs) best.checkedMs = nowMs;
    return best;
  }
  return undefined;
}

export function noteFailure(peer: Peer, nowMs: number): void {
  peer.fails++;
  peer.checkedMs = nowMs;
  if (peer.maxFails > 0) peer.effective = Math.max(0, peer.effective - Math.floor(peer.weight / peer.maxFails));
}

export function noteSuccess(peer: Peer): void {
  peer.fails = 0;
}
