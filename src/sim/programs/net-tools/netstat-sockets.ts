// The sockets of a network namespace as netstat lists them: /proc/net/tcp and its relatives, and who holds them.

import { formatIpv4, type Ipv4, readIpv6 } from '../../base/address.ts';
import type { Process, Sys } from '../../machine/process.ts';
import type { HostAddress } from '../net-lib/getaddrinfo.ts';
import { hostName } from '../net-lib/getnameinfo.ts';
import { readServices, type Service, serviceName } from '../net-lib/netdb.ts';
import { visibleProcesses } from '../process/select.ts';
import { procLines } from './resolve.ts';

export interface SocketListing {
  readonly protocols: readonly ('tcp' | 'udp' | 'raw')[];
  readonly families: readonly ('inet' | 'inet6')[];
  /** Which: connected ones, listening ones, or all. */
  readonly which: 'connected' | 'listening' | 'all';
  readonly numericHosts: boolean;
  readonly numericPorts: boolean;
  readonly wide: boolean;
  readonly programs: boolean;
  readonly extended: boolean;
  readonly timers: boolean;
}

const STATES = [
  '',
  'ESTABLISHED',
  'SYN_SENT',
  'SYN_RECV',
  'FIN_WAIT1',
  'FIN_WAIT2',
  'TIME_WAIT',
  'CLOSE',
  'CLOSE_WAIT',
  'LAST_ACK',
  'LISTEN',
  'CLOSING',
];
const ESTABLISHED = 1;
const LISTEN = 10;

const TIMERS = ['off', 'on', 'keepalive', 'timewait', 'probe'];
/** Ticks in a second in which /proc counts times. */
const CLOCK_TICKS = 100;

/** A line of /proc/net/tcp, udp or raw. */
interface Entry {
  readonly local: Endpoint;
  readonly remote: Endpoint;
  readonly state: number;
  readonly sendQueue: number;
  readonly receiveQueue: number;
  readonly timer: number;
  readonly timerTicks: number;
  readonly retransmits: number;
  readonly uid: string;
  readonly timeout: string;
  readonly inode: string;
}

interface Endpoint {
  readonly host: HostAddress;
  readonly port: number;
  readonly any: boolean;
}

/** The listing with its title and header. */
export function* socketTable(p: Process, listing: SocketListing): Sys<string> {
  const title = { connected: 'w/o servers', listening: 'only servers', all: 'servers and established' }[listing.which];
  let header = `Proto Recv-Q Send-Q ${'Local Address'.padEnd(23)} ${'Foreign Address'.padEnd(23)} State      `;
  if (listing.extended) header += ' User       Inode     ';
  if (listing.programs) header += ' PID/Program name    ';
  if (listing.timers) header += ' Timer';
  let out = `Active Internet connections (${title})\n${header}\n`;
  const holders = listing.programs ? socketHolders(p) : undefined;
  const services = listing.numericPorts ? [] : readServices(p);
  for (const protocol of listing.protocols) {
    for (const family of listing.families) {
      const name = family === 'inet' ? protocol : `${protocol}6`;
      for (const line of procLines(p, `/proc/net/${name}`)) {
        const entry = parseEntry(line);
        if (!wanted(protocol, entry, listing.which)) continue;
        out += yield* socketLine(p, name, protocol, entry, listing, services, holders);
      }
    }
  }
  return out;
}

function parseEntry(line: string): Entry {
  const [, local = '', remote = '', state = '', queues = '', timer = '', retransmits = '', uid = '', timeout = '', inode = ''] = line
    .trim()
    .split(/\s+/);
  const [sendQueue, receiveQueue] = queues.split(':').map((n) => Number.parseInt(n, 16));
  const [kind, ticks] = timer.split(':').map((n) => Number.parseInt(n, 16));
  return {
    local: parseEndpoint(local),
    remote: parseEndpoint(remote),
    state: Number.parseInt(state, 16),
    sendQueue: sendQueue ?? 0,
    receiveQueue: receiveQueue ?? 0,
    timer: kind ?? 0,
    timerTicks: ticks ?? 0,
    retransmits: Number.parseInt(retransmits, 16),
    uid,
    timeout,
    inode,
  };
}

/** An address in words of a little-endian machine, and a port. */
function parseEndpoint(text: string): Endpoint {
  const [hex = '', port = ''] = text.split(':');
  const bytes = new Uint8Array(hex.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i ^ 3] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  const any = bytes.every((byte) => byte === 0);
  const host: HostAddress =
    bytes.length === 4
      ? { family: 'inet', address: bytes.reduce((sum, byte) => sum * 256 + byte, 0) as Ipv4 }
      : { family: 'inet6', address: readIpv6(bytes, 0), scopeId: 0 };
  return { host, port: Number.parseInt(port, 16), any };
}

function wanted(protocol: string, entry: Entry, which: SocketListing['which']): boolean {
  if (which === 'all') return true;
  const listening = protocol === 'tcp' ? entry.state === LISTEN : entry.remote.any;
  return listening === (which === 'listening');
}

function* socketLine(
  p: Process,
  name: string,
  protocol: 'tcp' | 'udp' | 'raw',
  entry: Entry,
  listing: SocketListing,
  services: readonly Service[],
  holders: ReadonlyMap<string, string> | undefined,
): Sys<string> {
  const local = yield* endpointText(p, entry.local, protocol, listing, services);
  const remote = yield* endpointText(p, entry.remote, protocol, listing, services);
  let out = `${name.padEnd(5)} ${String(entry.receiveQueue).padStart(6)} ${String(entry.sendQueue).padStart(6)} `;
  out += `${local.padEnd(23)} ${remote.padEnd(23)} ${stateName(protocol, entry.state).padEnd(11)}`;
  if (listing.extended) out += ` ${entry.uid.padEnd(10)} ${entry.inode.padEnd(10)}`;
  if (listing.programs) out += ` ${(holders?.get(entry.inode) ?? '-').slice(0, 20).padEnd(20)}`;
  if (listing.timers) {
    const seconds = (entry.timerTicks / CLOCK_TICKS).toFixed(2);
    out += ` ${TIMERS[entry.timer] ?? `unkn-${entry.timer}`} (${seconds}/${entry.retransmits}/${Number.parseInt(entry.timeout, 10) || 0})`;
  }
  return `${out}\n`;
}

function stateName(protocol: string, state: number): string {
  if (protocol === 'tcp') return STATES[state] ?? 'UNKNOWN';
  if (protocol === 'raw') return String(state);
  return state === ESTABLISHED ? 'ESTABLISHED' : '';
}

/** addr_do_one(): an address is cut where it would not fit beside the port. */
function* endpointText(
  p: Process,
  { host, port, any }: Endpoint,
  protocol: string,
  listing: SocketListing,
  services: readonly Service[],
): Sys<string> {
  const portText = port === 0 ? '*' : (serviceName(services, port, protocol) ?? String(port));
  const numeric = host.family === 'inet' ? formatIpv4(host.address) : host.address.replace(/^::ffff:(?=\d+\.)/, '');
  let address = numeric;
  if (!listing.numericHosts) {
    if (any) address = host.family === 'inet' ? '0.0.0.0' : '[::]';
    else address = (yield* hostName(p, host)) ?? numeric;
  }
  const room = 22 - portText.length;
  if (!listing.wide && address.length > room) address = address.slice(0, room);
  return `${address}:${portText}`;
}

/** Which process holds a socket, by the socket's inode: `PID/name`. */
export function socketHolders(p: Process): Map<string, string> {
  const holders = new Map<string, string>();
  for (const { pid, process } of visibleProcesses(p)) {
    for (const file of process.descriptors.values()) {
      const inode = /^socket:\[(\d+)\]$/.exec(file.description)?.[1];
      if (inode !== undefined && !holders.has(inode)) holders.set(inode, `${pid}/${process.comm}`);
    }
  }
  return holders;
}
