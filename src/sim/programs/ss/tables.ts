// The sockets of a network namespace as ss prints them, table by table: inet_show_sock(), unix_show_sock(), packet_show_sock(),
// netlink_show_one() in misc/ss.c.

import { formatIpv4, type Ipv4, type Ipv6 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import { ipv4OfMapped } from '../../kernel/socket/inet-socket.ts';
import { socketCookie } from '../../kernel/socket/inode.ts';
import { TCP_CLOSE, TCP_ESTABLISHED, TCP_LISTEN, TCP_NEW_SYN_RECV, TCP_SYN_RECV } from '../../kernel/tcp/state.ts';
import type { Process, Sys } from '../../machine/process.ts';
import type { HostAddress } from '../net-lib/getaddrinfo.ts';
import { hostName } from '../net-lib/getnameinfo.ts';
import { protocolName, readServices, type Service, serviceName } from '../net-lib/netdb.ts';
import type { Row } from './columns.ts';
import { ephemeralPorts, type Filter, type Subject } from './filter.ts';
import { socketHolders } from './holders.ts';
import { bit, stateName } from './states.ts';
import { memoryText, tcpInfoText, timerText } from './tcp-info.ts';

/** What is shown, and of which sockets. */
export interface Show {
  readonly numeric: boolean;
  readonly resolve: boolean;
  readonly processes: boolean;
  readonly timers: boolean;
  readonly extended: boolean;
  readonly memory: boolean;
  readonly info: boolean;
  readonly tos: boolean;
  readonly oneline: boolean;
  readonly kill: boolean;
  readonly states: number;
  readonly families: ReadonlySet<Subject['family']>;
  readonly filter: Filter | undefined;
}

/** Buffers of sockets that are not TCP's (net.core.rmem_default). */
const DEFAULT_BUFFER = 212_992;
const NO_CGROUP = 'Failed to find cgroup2 mount\n';

/** One run of ss over its tables: the rows it finds. */
export class Tables {
  readonly rows: Row[] = [];
  /** What goes to standard error meanwhile. */
  errors = '';
  private readonly p: Process;
  private readonly show: Show;
  private readonly services: readonly Service[];
  private readonly holders: ReadonlyMap<number, string>;
  private readonly cgroup2: boolean;

  constructor(p: Process, show: Show) {
    this.p = p;
    this.show = show;
    this.services = show.numeric ? [] : readServices(p);
    this.holders = show.processes ? socketHolders(p) : new Map();
    const mounts = p.machine.files.readFile(p, '/proc/mounts');
    this.cgroup2 = !isError(mounts) && / cgroup2 /.test(text(mounts));
  }

  private wanted(state: number, subject: Subject): boolean {
    const { states, families, filter } = this.show;
    return (states & bit(state)) !== 0 && families.has(subject.family) && (filter === undefined || filter(subject));
  }

  *tcp(): Sys<void> {
    const { show, p } = this;
    const dumps = p.sockets.tcpDump();
    for (const family of ['inet', 'inet6'] as const) {
      for (const dump of dumps) {
        const state = dump.state === TCP_NEW_SYN_RECV ? TCP_SYN_RECV : dump.state;
        const { options } = dump;
        const subject: Subject = { ...dump, ifindex: options.bindToDevice, mark: options.mark };
        if (dump.family !== family || !this.wanted(state, subject)) continue;
        if (show.kill) p.sockets.destroyTcp(dump);
        let rest = this.processes(dump.inode);
        if (show.timers && dump.timer !== undefined) rest += ` ${timerText(dump.timer)}`;
        if (show.extended) rest += this.details(dump.inode, options.mark, family, options.v6only, dump.shutdown);
        if (show.tos) rest += tosText(options.tos);
        if (show.memory || show.info) {
          const words: string[] = [];
          if (show.memory && dump.memory !== undefined) words.push(memoryText({ ...dump.memory, drops: 0 }));
          if (show.info && dump.info !== undefined) words.push(tcpInfoText(dump.info, p.nowNs, show.timers || show.extended));
          rest += this.below(words);
        }
        const { receiveQueue, sendQueue } = dump;
        this.rows.push(yield* this.inetRow('tcp', state, receiveQueue, sendQueue, subject, options.v6only, rest));
      }
    }
  }

  *datagrams(kind: 'udp' | 'raw'): Sys<void> {
    const { show } = this;
    for (const family of ['inet', 'inet6'] as const) {
      for (const dump of this.p.sockets.datagramDump(kind)) {
        const state = dump.connected ? TCP_ESTABLISHED : TCP_CLOSE;
        const { options } = dump;
        const subject: Subject = { ...dump, ifindex: options.bindToDevice, mark: options.mark };
        if (dump.family !== family || !this.wanted(state, subject)) continue;
        let rest = this.processes(dump.inode);
        if (show.extended) rest += this.details(dump.inode, options.mark, family, false, 0);
        if (show.tos) rest += tosText(options.tos);
        const sizes = { received: dump.receiveQueue, receiveBuffer: options.receiveBuffer, sendBuffer: DEFAULT_BUFFER, queued: 0 };
        if (show.memory) rest += this.below([memoryText({ ...sizes, drops: dump.drops })]);
        else if (show.info && kind === 'raw') rest += this.below([]);
        this.rows.push(yield* this.inetRow(kind, state, dump.receiveQueue, 0, subject, options.v6only, rest));
      }
    }
  }

  unix(types: ReadonlySet<'stream' | 'dgram' | 'seqpacket'>): void {
    const { show } = this;
    const states = { LISTEN: TCP_LISTEN, ESTAB: TCP_ESTABLISHED, UNCONN: TCP_CLOSE };
    for (const dump of this.p.sockets.unix.dump()) {
      const { address, inode, peerInode } = dump;
      const local = address === undefined ? '*' : address.kind === 'path' ? address.path : `@${address.name}`;
      const subject: Subject = { family: 'unix', local, port: inode, remote: '*', remotePort: peerInode, ifindex: 0, mark: 0 };
      if (!types.has(dump.type) || !this.wanted(states[dump.state], subject)) continue;
      let rest = this.processes(inode);
      const sizes = { received: dump.receiveQueue, receiveBuffer: DEFAULT_BUFFER, sendBuffer: DEFAULT_BUFFER, queued: dump.sendQueue };
      if (show.memory) rest += ` ${memoryText({ ...sizes, queued: 0, drops: 0 })}`;
      if (show.extended) rest += ' <->';
      this.rows.push({
        netid: dump.type === 'stream' ? 'u_str' : 'u_dgr',
        state: dump.state,
        receiveQueue: dump.receiveQueue,
        sendQueue: dump.sendQueue,
        local: `${local} `,
        localPort: String(inode),
        remote: '* ',
        remotePort: String(peerInode),
        rest,
      });
    }
  }

  packet(): void {
    for (const dump of this.p.sockets.packetDump()) {
      const dev = this.p.netns.devices.get(dump.ifindex);
      const subject: Subject = { family: 'link', local: '*', port: 0, remote: '*', remotePort: 0, ifindex: dump.ifindex, mark: 0 };
      if (!this.wanted(TCP_CLOSE, subject)) continue;
      const protocol = ETHERTYPES[dump.protocol] ?? `[${dump.protocol}]`;
      this.rows.push({
        netid: 'p_raw',
        state: 'UNCONN',
        receiveQueue: dump.receiveQueue,
        sendQueue: 0,
        local: `${protocol}:`,
        localPort: dump.ifindex === 0 ? '*' : (dev?.name ?? `if${dump.ifindex}`),
        remote: '*',
        remotePort: '',
        rest: this.processes(dump.inode),
      });
    }
  }

  /** The kernel's own netlink sockets, and the one that ss itself asks by. */
  netlink(): void {
    const { numeric } = this.show;
    const subject: Subject = { family: 'netlink', local: '*', port: 0, remote: '*', remotePort: 0, ifindex: 0, mark: 0 };
    if (!this.wanted(TCP_CLOSE, subject)) return;
    const pid = this.p.pid;
    for (const [name, number] of NETLINK_FAMILIES) {
      const row = (port: string, receiveQueue: number): void => {
        this.rows.push({
          netid: 'nl',
          state: 'UNCONN',
          receiveQueue,
          sendQueue: 0,
          local: `${numeric ? number : name}:`,
          localPort: port,
          remote: '*',
          remotePort: '',
          rest: '',
        });
      };
      const asking = name === 'tcpdiag';
      row(numeric ? '0' : 'kernel', asking ? REQUEST_MEMORY : 0);
      if (asking) row(numeric ? String(pid) : `ss/${pid}`, ANSWER_MEMORY);
    }
  }

  private *inetRow(
    netid: string,
    state: number,
    receiveQueue: number,
    sendQueue: number,
    subject: Subject,
    v6only: boolean,
    rest: string,
  ): Sys<Row> {
    const device = subject.ifindex === 0 ? undefined : this.p.netns.devices.get(subject.ifindex)?.name;
    return {
      netid,
      state: stateName(state),
      receiveQueue,
      sendQueue,
      local: yield* this.addressText(subject.local as Ipv4 | Ipv6, subject.family, v6only, device),
      localPort: this.portText(subject.port, netid),
      remote: yield* this.addressText(subject.remote as Ipv4 | Ipv6, subject.family, v6only, undefined),
      remotePort: this.portText(subject.remotePort, netid),
      rest,
    };
  }

  /** With its colon; `*` is any address of both families. */
  private *addressText(address: Ipv4 | Ipv6, family: Subject['family'], v6only: boolean, device: string | undefined): Sys<string> {
    const zone = device === undefined ? '' : `%${device}`;
    if (address === '::' && !v6only) return `*${zone}:`;
    const plain = typeof address === 'string' ? ipv4OfMapped(address) : address;
    if (this.show.resolve) {
      const host: HostAddress =
        plain === undefined ? { family: 'inet6', address: address as Ipv6, scopeId: 0 } : { family: 'inet', address: plain };
      const name = plain === 0 ? undefined : yield* hostName(this.p, host);
      if (name !== undefined) return `${name}${zone}:`;
    }
    if (family === 'inet') return `${formatIpv4(address as Ipv4)}${zone}:`;
    return plain === undefined ? `[${address}]${zone}:` : `[::ffff:${formatIpv4(plain)}]${zone}:`;
  }

  private portText(port: number, protocol: string): string {
    if (port === 0) return '*';
    if (this.show.numeric) return String(port);
    if (protocol === 'raw') return protocolName(this.p, port) ?? String(port);
    const { low, high } = ephemeralPorts(this.p);
    if (port >= low && port <= high) return String(port);
    return serviceName(this.services, port, protocol) ?? String(port);
  }

  private processes(inode: number): string {
    const users = this.holders.get(inode);
    return users === undefined ? '' : ` users:(${users})`;
  }

  /** -e: uid 0 is not worth telling. */
  private details(inode: number, mark: number, family: 'inet' | 'inet6', v6only: boolean, shutdown: number): string {
    const ns = this.p.netns;
    let out = inode === 0 ? '' : ` ino:${inode}`;
    out += ` sk:${socketCookie(ns.kernel, inode).toString(16)}`;
    if (mark !== 0) out += ` fwmark:0x${mark.toString(16)}`;
    if (!this.cgroup2) {
      // Once when the map of groups is made, once for each that is looked for.
      this.errors += this.errors === '' ? NO_CGROUP + NO_CGROUP : NO_CGROUP;
    }
    out += this.cgroup2 ? ' cgroup:/' : ' cgroup:unreachable:1';
    if (family === 'inet6') out += ` v6only:${v6only ? 1 : 0}`;
    return `${out} ${shutdown & 1 ? '-' : '<'}-${shutdown & 2 ? '-' : '>'}`;
  }

  private below(words: readonly string[]): string {
    return `${this.show.oneline ? ' ' : '\n\t'}${words.map((word) => ` ${word}`).join('')}`;
  }
}

/** Memory of what ss asks with, and of the answer it reads meanwhile. */
const REQUEST_MEMORY = 832;
const ANSWER_MEMORY = 4352;

/** Families that the kernel answers in, in the order of its table. */
const NETLINK_FAMILIES: readonly (readonly [string, number])[] = [
  ['rtnl', 0],
  ['tcpdiag', 4],
  ['xfrm', 6],
  ['audit', 9],
  ['fiblookup', 10],
  ['nft', 12],
  ['uevent', 15],
  ['genl', 16],
];

/** ll_proto_n2a() for what packet sockets are bound to. */
const ETHERTYPES: Readonly<Record<number, string>> = { 3: '*', 2048: 'ip', 2054: 'arp', 34525: 'ipv6', 33024: '802.1Q' };

function tosText(tos: number): string {
  return ` tos:${tos === 0 ? '0' : `0x${tos.toString(16)}`}`;
}
