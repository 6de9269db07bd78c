import { u16, u32 } from '../../base/bytes.ts';
import { NS_PER_S, NS_PER_US } from '../../base/time.ts';
import { LINKTYPE_LINUX_SLL2, LINKTYPE_RAW } from '../../wire/pcap.ts';
import { type NameService, Summary, type SummaryOptions } from '../../wire/summary.ts';
import { cookedHeader, SLL2_HLEN } from './cooked.ts';
import { asciiDump, hexDump } from './hex-dump.ts';
import { linkTypeOf } from './link-types.ts';
import type { TcpdumpOptions } from './options.ts';

/** A packet with the time it was captured, in two parts: nanoseconds since 1970 are more than a number holds. */
export interface Packet {
  readonly seconds: number;
  readonly nanoseconds: number;
  /** What was captured, cut at the snapshot length. */
  readonly data: Uint8Array;
  readonly length: number;
}

/** Makes the lines of one run (tcpdump's print.c). */
export class PacketPrinter {
  readonly #o: TcpdumpOptions;
  readonly #linkType: number;
  readonly #summary: Summary;
  readonly #options: SummaryOptions;
  readonly #deviceName: (ifindex: number) => string | undefined;
  #number = 0;
  #first: Packet | undefined;
  #previous: Packet | undefined;

  constructor(o: TcpdumpOptions, linkType: number, names: NameService | undefined, deviceName: (ifindex: number) => string | undefined) {
    this.#o = o;
    this.#linkType = linkType;
    this.#deviceName = deviceName;
    this.#options = {
      link: o.link,
      verbose: Math.min(o.verbose, 3),
      quiet: o.quiet,
      absoluteSequence: o.absoluteSequence,
      ...(names !== undefined && { names }),
    };
    this.#summary = new Summary(this.#options);
  }

  /** Prints the packet for nobody: whatever asks for a name asks for it now. */
  askForNames(packet: Packet): void {
    this.#text(packet, new Summary(this.#options));
  }

  /** pretty_print_packet(): the packet's lines, each with its end. */
  line(packet: Packet): string {
    this.#number++;
    const number = this.#o.numbers ? `${String(this.#number).padStart(5)}  ` : '';
    return `${number}${this.#time(packet)}${this.#text(packet)}${this.#dump(packet.data)}\n`;
  }

  #text({ data, length }: Packet, summary = this.#summary): string {
    if (this.#linkType === LINKTYPE_RAW) {
      return summary.packet(data, data.length > 0 && (data[0] as number) >> 4 === 6 ? 0x86dd : 0x0800, length);
    }
    if (this.#linkType !== LINKTYPE_LINUX_SLL2) return summary.frame(data, length);
    if (data.length < SLL2_HLEN) return ' [|sll2]';
    const header = cookedHeader(data, length, this.#deviceName(u32(data, 4)), this.#o.link);
    return header + summary.packet(data.subarray(SLL2_HLEN), u16(data, 0), length - SLL2_HLEN);
  }

  #dump(data: Uint8Array): string {
    const { hex, hexAscii, ascii } = this.#o;
    const payload = data.subarray(Math.min(data.length, linkTypeOf(this.#linkType)?.headerLength ?? 0));
    if (hexAscii > 0) return hexDump(hexAscii > 1 ? data : payload, true);
    if (hex > 0) return hexDump(hex > 1 ? data : payload, false);
    return ascii > 0 ? asciiDump(ascii > 1 ? data : payload) : '';
  }

  /** ts_print(). */
  #time(packet: Packet): string {
    const before = this.#o.time === 5 ? this.#first : this.#previous;
    this.#first ??= packet;
    this.#previous = packet;
    switch (this.#o.time) {
      case 0:
        return `${clock(packet.seconds)}.${this.#fraction(packet.nanoseconds)} `;
      case 1:
        return '';
      case 2:
        return `${packet.seconds}.${this.#fraction(packet.nanoseconds)} `;
      case 4: {
        const date = new Date(packet.seconds * 1000).toISOString().slice(0, 10);
        return `${date} ${clock(packet.seconds)}.${this.#fraction(packet.nanoseconds)} `;
      }
      default:
        return this.#since(packet, before ?? packet);
    }
  }

  /** The time from one packet to another; a minus where it ran backwards. */
  #since(packet: Packet, before: Packet): string {
    const unit = this.#o.nanoseconds ? 1 : NS_PER_US;
    const whole = (p: Packet): number => Math.floor(p.nanoseconds / unit) * unit;
    let seconds = packet.seconds - before.seconds;
    let nanoseconds = whole(packet) - whole(before);
    const negative = seconds < 0 || (seconds === 0 && nanoseconds < 0);
    if (negative) [seconds, nanoseconds] = [-seconds, -nanoseconds];
    if (nanoseconds < 0) {
      nanoseconds += NS_PER_S;
      seconds--;
    }
    return `${negative ? '-' : ' '}${clock(seconds)}.${this.#fraction(nanoseconds)} `;
  }

  #fraction(nanoseconds: number): string {
    return this.#o.nanoseconds ? String(nanoseconds).padStart(9, '0') : String(Math.floor(nanoseconds / NS_PER_US)).padStart(6, '0');
  }
}

/** Hours, minutes and seconds of the day, UTC. */
function clock(seconds: number): string {
  const part = (n: number): string => String(n).padStart(2, '0');
  return `${part(Math.floor(seconds / 3600) % 24)}:${part(Math.floor(seconds / 60) % 60)}:${part(seconds % 60)}`;
}
