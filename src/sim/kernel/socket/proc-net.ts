// The files of /proc/net that list sockets: udp4_seq_show, raw_seq_show, ping_v4_seq_show, unix_seq_show, packet_seq_show,
// sockstat_seq_show. /proc/net/tcp is in tcp/dump.ts.

import type { NetNamespace } from '../netns.ts';
import { procNetTcp } from '../tcp/dump.ts';
import { RequestSock } from '../tcp/request-sock.ts';
import { TCP_SYN_RECV, TCP_TIME_WAIT } from '../tcp/state.ts';
import { TimeWaitSock } from '../tcp/time-wait.ts';
import type { DatagramDump, PacketDump } from './dump.ts';
import { pointerText, storedHex, upperHex } from './proc-text.ts';
import type { Sockets } from './sockets.ts';
import type { UnixDump } from './unix.ts';

type Family = 'inet' | 'inet6';

/** Slots of the hash tables whose number a line begins with. */
const UDP_SLOTS = 8192;
const RAW_SLOTS = 256;

/** Sockets of the kernel's own that a namespace is made with (sock_inuse). */
const KERNEL_SOCKETS = 1;

export function procSocketFiles(sockets: Sockets, ns: NetNamespace): Readonly<Record<string, () => string>> {
  const list = (kind: DatagramDump['kind'], family: Family) => (): string =>
    datagramText(
      ns,
      kind,
      family,
      sockets.datagramDump(kind).filter((socket) => socket.family === family),
    );
  return {
    icmp: list('ping', 'inet'),
    icmp6: list('ping', 'inet6'),
    packet: () => packetText(sockets.packetDump()),
    raw: list('raw', 'inet'),
    raw6: list('raw', 'inet6'),
    sockstat: () => sockstat(sockets, ns),
    sockstat6: () => sockstat6(sockets),
    tcp: () => procNetTcp(sockets.tcpLayer, 'inet'),
    tcp6: () => procNetTcp(sockets.tcpLayer, 'inet6'),
    udp: list('udp', 'inet'),
    udp6: list('udp', 'inet6'),
    udplite: () => datagramText(ns, 'udp', 'inet', []),
    udplite6: () => datagramText(ns, 'udp', 'inet6', []),
    unix: () => unixText(sockets.unix.dump()),
  };
}

const HEADER = ' sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops';
const HEADER6 =
  '  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops';
/** Lines of the IPv4 files are filled up to this, but raw's. */
const WIDTH = 127;

function datagramText(ns: NetNamespace, kind: DatagramDump['kind'], family: Family, sockets: readonly DatagramDump[]): string {
  const inet = family === 'inet';
  const padded = inet && kind !== 'raw';
  const header = inet ? (kind === 'udp' ? '  ' : ' ') + HEADER : HEADER6;
  const lines = sockets.map((socket, i) => datagramLine(ns, socket, i, inet));
  return [header, ...lines].map((line) => `${padded ? line.padEnd(WIDTH) : line}\n`).join('');
}

function datagramLine(ns: NetNamespace, socket: DatagramDump, index: number, inet: boolean): string {
  const { kind, port } = socket;
  const slot = kind === 'udp' ? (port + ns.inode) % UDP_SLOTS : kind === 'raw' ? (port + ns.inode) % RAW_SLOTS : index;
  return [
    `${String(slot).padStart(kind === 'raw' ? 4 : 5)}:`,
    `${storedHex(socket.local, inet)}:${upperHex(port, 4)}`,
    `${storedHex(socket.remote, inet)}:${upperHex(socket.remotePort, 4)}`,
    socket.connected ? '01' : '07',
    `00000000:${upperHex(socket.receiveQueue, 8)}`,
    '00:00000000',
    '00000000',
    '    0',
    '       0',
    socket.inode,
    2,
    pointerText(socket.inode),
    socket.drops,
  ].join(' ');
}

const SO_ACCEPTCON = 0x10000;
/** States of a socket (SS_*) and types (SOCK_*). */
const SS_UNCONNECTED = 1;
const SS_CONNECTED = 3;
const SOCK_TYPES = { stream: 1, dgram: 2 } as const;

function unixText(sockets: readonly UnixDump[]): string {
  const lines = sockets.map((socket) => {
    const connected = socket.peerInode !== 0;
    const path = socket.address?.kind === 'path' ? ` ${socket.address.path}` : socket.address ? ` @${socket.address.name}` : '';
    return [
      `${pointerText(socket.inode)}:`,
      upperHex(connected ? 3 : 2, 8),
      '00000000',
      upperHex(socket.state === 'LISTEN' ? SO_ACCEPTCON : 0, 8),
      upperHex(SOCK_TYPES[socket.type], 4),
      upperHex(socket.state === 'ESTAB' ? SS_CONNECTED : SS_UNCONNECTED, 2),
      `${String(socket.inode).padStart(5)}${path}`,
    ].join(' ');
  });
  return ['Num       RefCount Protocol Flags    Type St Inode Path', ...lines].map((line) => `${line}\n`).join('');
}

const SOCK_RAW = 3;

function packetText(sockets: readonly PacketDump[]): string {
  const lines = sockets.map((socket) =>
    [
      pointerText(socket.inode),
      '3     ',
      `${SOCK_RAW}   `,
      `${upperHex(socket.protocol, 4)} `,
      String(socket.ifindex).padEnd(5),
      socket.running ? 1 : 0,
      String(socket.receiveQueue).padEnd(6),
      '0     ',
      `${String(socket.inode).padEnd(6)}`,
    ].join(' '),
  );
  return ['sk               RefCnt Type Proto  Iface R Rmem   User   Inode', ...lines].map((line) => `${line}\n`).join('');
}

/** How many sockets there are, by protocol and family. */
function counts(sockets: Sockets): (kind: 'tcp' | 'udp' | 'raw', family: Family) => number {
  return (kind, family) => {
    if (kind !== 'tcp') return sockets.datagramDump(kind).filter((socket) => socket.family === family).length;
    let n = 0;
    for (const sk of sockets.tcpLayer.hash.all()) {
      if (!(sk instanceof TimeWaitSock) && !(sk instanceof RequestSock) && sk.family === family) n++;
    }
    return n;
  };
}

function sockstat(sockets: Sockets, ns: NetNamespace): string {
  const count = counts(sockets);
  const tcp = count('tcp', 'inet');
  let orphans = 0;
  let timeWait = 0;
  for (const sk of sockets.tcpLayer.hash.all()) {
    if (sk instanceof TimeWaitSock) timeWait++;
    else if (!(sk instanceof RequestSock) && sk.orphan) orphans++;
  }
  let allocated = 0;
  for (const other of ns.kernel.namespaces.values()) {
    for (const { state } of other.sockets.tcpDump()) if (state !== TCP_TIME_WAIT && state !== TCP_SYN_RECV) allocated++;
  }
  const datagrams = (['udp', 'raw', 'ping'] as const).reduce((sum, kind) => sum + sockets.datagramDump(kind).length, 0);
  const used =
    KERNEL_SOCKETS + datagrams + tcp + count('tcp', 'inet6') - orphans + sockets.unix.dump().length + sockets.packetDump().length;
  return [
    `sockets: used ${used}`,
    `TCP: inuse ${tcp} orphan ${orphans} tw ${timeWait} alloc ${allocated} mem 0`,
    `UDP: inuse ${count('udp', 'inet')} mem 0`,
    'UDPLITE: inuse 0',
    `RAW: inuse ${count('raw', 'inet')}`,
    'FRAG: inuse 0 memory 0',
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function sockstat6(sockets: Sockets): string {
  const count = counts(sockets);
  return [
    `TCP6: inuse ${count('tcp', 'inet6')}`,
    `UDP6: inuse ${count('udp', 'inet6')}`,
    'UDPLITE6: inuse 0',
    `RAW6: inuse ${count('raw', 'inet6')}`,
    'FRAG6: inuse 0 memory 0',
  ]
    .map((line) => `${line}\n`)
    .join('');
}
