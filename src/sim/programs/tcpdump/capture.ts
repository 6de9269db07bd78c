import { isError, type KernelError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import { ARPHRD_ETHER, ARPHRD_LOOPBACK, IFF_UP } from '../../kernel/device/net-device.ts';
import type { LinkDump } from '../../kernel/rtnetlink/messages.ts';
import { PACKET_OUTGOING } from '../../kernel/skb.ts';
import type { PacketSocket } from '../../kernel/socket/socket.ts';
import type { Process } from '../../machine/process.ts';
import { installSocket } from '../../machine/socket-file.ts';
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2, LINKTYPE_RAW } from '../../wire/pcap.ts';
import { cook } from './cooked.ts';
import type { Filter } from './filter/compile.ts';
import type { TcpdumpOptions } from './options.ts';
import type { Packet } from './print.ts';

const ETH_P_ALL = 3;

/** A capture on a device, or on all of them: what libpcap's pcap-linux.c does with a packet socket. */
export class Capture {
  readonly linkType: number;
  readonly socket: PacketSocket;
  readonly #p: Process;
  readonly #o: TcpdumpOptions;
  readonly #link: LinkDump | undefined;
  readonly #loopback: number;
  #filter: Filter | undefined;
  /** The device is gone. */
  disappeared = false;

  /** `link` is undefined for `any`. */
  constructor(p: Process, o: TcpdumpOptions, link: LinkDump | undefined, socket: PacketSocket) {
    this.#p = p;
    this.#o = o;
    this.#link = link;
    this.#loopback = p.netns.loopback.ifindex;
    this.socket = socket;
    this.linkType = link === undefined ? LINKTYPE_LINUX_SLL2 : hasEthernet(link.type) ? LINKTYPE_ETHERNET : LINKTYPE_RAW;
  }

  /** Opens it; what comes from now on is kept. The filter runs in the kernel as far as it asks for bytes only. */
  start(filter: Filter): undefined | KernelError {
    const fd = installSocket(this.#p, this.socket);
    if (isError(fd)) return fd;
    this.#filter = filter;
    if (!filter.needsMetadata && this.#link !== undefined) this.socket.filter = (frame) => filter.matches(frame);
    else if (!filter.needsMetadata) {
      this.socket.filter = (frame) => filter.matches(cook(frame, true, { ifindex: 0, type: ARPHRD_ETHER, pktType: 0 }));
    }
    const refused = this.socket.bind(this.#link?.ifindex ?? 0, ETH_P_ALL);
    if (refused !== undefined || this.#link === undefined || !this.#o.promiscuous) return refused;
    return this.socket.hearAll(this.#link.ifindex);
  }

  /** The next packet that is wanted; EAGAIN where there is none now. */
  next(): Packet | KernelError {
    for (;;) {
      const captured = this.socket.receive();
      if (isError(captured)) {
        if (captured.errno !== 'ENETDOWN') return captured;
        // A device that is only down may come up again.
        if (this.#link !== undefined && isError(this.#p.rtnetlink.link(this.#link.ifindex))) this.disappeared = true;
        if (this.disappeared) return captured;
        continue;
      }
      const { ifindex, pktType } = captured.from;
      const outgoing = pktType === PACKET_OUTGOING;
      // What loopback sends it receives, too: once is enough.
      if (outgoing && ifindex === this.#loopback) continue;
      if ((this.#o.direction === 'in' && outgoing) || (this.#o.direction === 'out' && !outgoing)) continue;
      const type = this.#p.netns.devices.get(ifindex)?.type ?? ARPHRD_ETHER;
      const bytes = this.#link === undefined ? cook(captured.frame, hasEthernet(type), { ifindex, type, pktType }) : captured.frame;
      if (this.#filter?.needsMetadata && !this.#filter.matches(bytes, bytes.length, ifindex, outgoing)) continue;
      const data = bytes.length > this.#o.snaplen ? bytes.subarray(0, this.#o.snaplen) : bytes;
      return { ...this.#wallClock(captured.timeNs), data, length: bytes.length };
    }
  }

  #wallClock(timeNs: number): { readonly seconds: number; readonly nanoseconds: number } {
    const sinceMs = Math.floor(this.#p.nowNs / 1e6) - Math.floor(timeNs / 1e6);
    const ms = this.#p.wallClockMs - sinceMs;
    const nanoseconds = (ms % 1000) * 1e6 + (timeNs % 1e6);
    return { seconds: Math.floor(ms / 1000), nanoseconds: nanoseconds % NS_PER_S };
  }
}

function hasEthernet(type: number): boolean {
  return type === ARPHRD_ETHER || type === ARPHRD_LOOPBACK;
}

/** What libpcap offers besides network devices. */
const OTHER_SOURCES = [
  { name: 'bluetooth-monitor', text: 'bluetooth-monitor (Bluetooth Linux Monitor) [Wireless]' },
  { name: 'nflog', text: 'nflog (Linux netfilter log (NFLOG) interface) [none]' },
  { name: 'nfqueue', text: 'nfqueue (Linux netfilter queue (NFQUEUE) interface) [none]' },
  { name: 'dbus-system', text: 'dbus-system (D-Bus system bus) [none]' },
  { name: 'dbus-session', text: 'dbus-session (D-Bus session bus) [none]' },
];

const NOT_RUNNING = 16;
const NOT_UP = 8;
const DISCONNECTED = 4;
const LOOPBACK = 2;
const ANY = 1;

/** The devices that can be captured on, as `-D` counts them: the most useful first (get_figure_of_merit in libpcap's pcap.c). */
export function captureDevices(p: Process): { readonly name: string; readonly text: string }[] {
  const devices = p.rtnetlink.links().map((link) => ({ name: link.name, demerit: demerit(link), text: `${link.name} [${state(link)}]` }));
  devices.push({ name: 'any', demerit: ANY, text: 'any (Pseudo-device that captures on all interfaces) [Up, Running]' });
  for (const other of OTHER_SOURCES) devices.push({ ...other, demerit: NOT_RUNNING + NOT_UP });
  return devices.sort((a, b) => a.demerit - b.demerit);
}

function demerit(link: LinkDump): number {
  const running = (link.flags & IFF_RUNNING) !== 0;
  const loopback = link.type === ARPHRD_LOOPBACK;
  const up = (link.flags & IFF_UP) !== 0;
  return (running ? 0 : NOT_RUNNING) + (up ? 0 : NOT_UP) + (running || loopback ? 0 : DISCONNECTED) + (loopback ? LOOPBACK : 0);
}

const IFF_RUNNING = 0x40;

function state(link: LinkDump): string {
  const up = (link.flags & IFF_UP) !== 0;
  const running = (link.flags & IFF_RUNNING) !== 0;
  const loopback = link.type === ARPHRD_LOOPBACK;
  const words = [up && 'Up', up && running && 'Running', loopback && 'Loopback'].filter((word) => word !== false);
  if (!loopback) words.push(running ? 'Connected' : 'Disconnected');
  return words.join(', ');
}
