// What tcpdump's netdissect_options hold: the options, the packet being printed and the text so far.

import { formatIpv4, formatMac, MAC_BROADCAST, type Mac } from '../../base/address.ts';
import { hex } from '../../base/bytes.ts';

/** Turns numbers into names where tcpdump runs without -n; a name that is not known is undefined. */
export interface NameService {
  host(address: string): string | undefined;
  port(port: number, protocol: 'tcp' | 'udp'): string | undefined;
  protocol(number: number): string | undefined;
}

/** tcpdump's options that change a line. */
export interface SummaryOptions {
  /** -e: print the link-level header. */
  link?: boolean;
  /** How many -v: 0 to 3. */
  verbose?: number;
  /** -q: print less of the protocols. */
  quiet?: boolean;
  /** -S: print absolute TCP sequence numbers. */
  absoluteSequence?: boolean;
  /** Absent with -n. */
  names?: NameService;
}

/** The printers that call each other in circles: a tunnel holds a frame, an error quotes a packet. */
export interface Layers {
  ethernet(p: Printer, o: number, length: number): void;
  network(p: Printer, etherType: number, o: number, length: number): boolean;
  ipv4(p: Printer, o: number, length: number): void;
  ipv6(p: Printer, o: number, length: number): void;
  /** The upper layer of the IP packet whose header is at `ip`. */
  transport(p: Printer, transport: Transport): void;
}

/** What an upper layer's printer needs to know of the packet around it. */
export interface Transport {
  protocol: number;
  /** Where the upper-layer header is. */
  at: number;
  /** Its length by the IP header, which may be more than was captured. */
  length: number;
  /** Where the IP header is, and its version. */
  ip: number;
  version: 4 | 6;
  /** Whether the packet is a fragment (the first: others are not printed). */
  fragment: boolean;
}

/** The first sequence number of each direction of a TCP connection. */
export interface TcpFlow {
  seq: number;
  ack: number;
}

/** Prints one packet; the flows outlive it. */
export class Printer {
  out = '';
  readonly b: Uint8Array;
  readonly options: SummaryOptions;
  readonly verbose: number;
  readonly layers: Layers;
  readonly flows: Map<string, TcpFlow>;
  /** Where the layer's captured bytes end: the packet's end, or less within a quoted packet. */
  end: number;

  constructor(b: Uint8Array, options: SummaryOptions, layers: Layers, flows: Map<string, TcpFlow>) {
    this.b = b;
    this.end = b.length;
    this.options = options;
    this.verbose = options.verbose ?? 0;
    this.layers = layers;
    this.flows = flows;
  }

  put(s: string): void {
    this.out += s;
  }

  /** Whether `n` bytes at `o` were captured. */
  has(o: number, n: number): boolean {
    return o + n <= this.end;
  }

  /** What tcpdump prints where a header was not captured whole. */
  truncated(protocol: string): void {
    this.out += ` [|${protocol}]`;
  }

  mac(mac: Mac): string {
    const names = this.options.names;
    if (names === undefined) return formatMac(mac);
    if (mac === MAC_BROADCAST) return 'Broadcast';
    return `${formatMac(mac)} (oui ${OUI_NAMES.get(Math.floor(mac / 0x100_0000)) ?? 'Unknown'})`;
  }

  ipv4(address: number): string {
    const s = formatIpv4(address);
    return this.options.names?.host(s) ?? s;
  }

  ipv6(address: string): string {
    return this.options.names?.host(address) ?? address;
  }

  port(port: number, protocol: 'tcp' | 'udp'): string {
    return this.options.names?.port(port, protocol) ?? String(port);
  }

  /** hex_print(): rows of eight words, each row after `prefix`. */
  hexDump(prefix: string, o: number, length: number): void {
    const end = Math.min(o + length, this.end);
    for (let row = o; row < end; row += 16) {
      this.out += `${prefix}0x${(row - o).toString(16).padStart(4, '0')}: `;
      for (let i = row; i < Math.min(row + 16, end); i++) this.out += `${(i - row) % 2 === 0 ? ' ' : ''}${hex(this.b.subarray(i, i + 1))}`;
    }
  }

  /** hex_and_ascii_print(): as {@link hexDump}, with the printable characters in a column of their own. */
  hexAsciiDump(prefix: string, o: number, length: number): void {
    const end = Math.min(o + length, this.end);
    for (let row = o; row < end; row += 16) {
      let words = '';
      let characters = '';
      for (let i = row; i < Math.min(row + 16, end); i++) {
        const byte = this.b[i] as number;
        words += `${(i - row) % 2 === 0 ? ' ' : ''}${hex(this.b.subarray(i, i + 1))}`;
        characters += byte > 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.';
      }
      this.out += `${prefix}0x${(row - o).toString(16).padStart(4, '0')}: ${words.padEnd(40)}  ${characters}`;
    }
  }
}

/** tcpdump's bittok2str(): the names of the bits that are set. */
export function bitNames(bits: number, names: readonly (readonly [number, string])[], separator = ', '): string {
  const set = names.filter(([bit]) => (bits & bit) !== 0).map(([, name]) => name);
  return set.length === 0 ? 'none' : set.join(separator);
}

/** `0x` and `digits` hexadecimal digits. */
export function hexNumber(v: number, digits: number): string {
  return `0x${v.toString(16).padStart(digits, '0')}`;
}

/** fn_print_char(): control characters as ^X, those with the high bit as M-. */
export function printable(byte: number): string {
  let out = '';
  let c = byte;
  if (c >= 0x80) {
    c &= 0x7f;
    out = 'M-';
  }
  if (c < 0x20 || c === 0x7f) {
    c ^= 0x40;
    out += '^';
  }
  return out + String.fromCharCode(c);
}

/** What in_cksum_shouldbe() computes: the right checksum, from the one found and the sum over all of it. */
export function shouldBeChecksum(found: number, residue: number): number {
  let s = found + residue;
  s = (s & 0xffff) + (s >> 16);
  return (s & 0xffff) + (s >> 16);
}

// The few vendors tcpdump knows (oui.c), of those that can occur here.
const OUI_NAMES = new Map([
  [0x000000, 'Ethernet'],
  [0x00000c, 'Cisco'],
  [0x00005e, 'IANA'],
]);
