// A packet in the words of tcpdump 4.99: one line, more with -v or where a tunnel holds another packet. The printers
// are in summary/, one per file of tcpdump's.

import {
  IPPROTO_ICMP,
  IPPROTO_ICMPV6,
  IPPROTO_IGMP,
  IPPROTO_IPIP,
  IPPROTO_IPV6,
  IPPROTO_NONE,
  IPPROTO_SCTP,
  IPPROTO_TCP,
  IPPROTO_UDP,
} from './ip-protocol.ts';
import { printEthernet, printNetwork } from './summary/ethernet.ts';
import { printIcmp } from './summary/icmp.ts';
import { printIcmpv6 } from './summary/icmpv6.ts';
import { printIgmp } from './summary/igmp.ts';
import { printIpv4 } from './summary/ipv4.ts';
import { printIpv6 } from './summary/ipv6.ts';
import { type Layers, Printer, type SummaryOptions, type TcpFlow, type Transport } from './summary/printer.ts';
import { printTcp } from './summary/tcp.ts';
import { printSctp, printUdp } from './summary/udp.ts';

export type { NameService, SummaryOptions } from './summary/printer.ts';

/** Prints packets one after another, as one run of tcpdump does: TCP numbers are relative to what was seen before. */
export class Summary {
  readonly #options: SummaryOptions;
  readonly #flows = new Map<string, TcpFlow>();

  constructor(options: SummaryOptions = {}) {
    this.#options = options;
  }

  /**
   * An Ethernet frame without its time stamp. `length` is its length on the wire where less was captured. The text
   * may have several lines and has no line end.
   */
  frame(b: Uint8Array, length = b.length): string {
    const p = new Printer(b, this.#options, LAYERS, this.#flows);
    LAYERS.ethernet(p, 0, length);
    return p.out;
  }

  /** A packet without link-level header, of the given EtherType: from an ipip or tun device, or from `-i any`. */
  packet(b: Uint8Array, etherType: number, length = b.length): string {
    const p = new Printer(b, this.#options, LAYERS, this.#flows);
    if (!LAYERS.network(p, etherType, 0, length)) p.hexAsciiDump('\n\t', 0, length);
    return p.out;
  }
}

const LAYERS: Layers = {
  ethernet: printEthernet,
  network: printNetwork,
  ipv4: printIpv4,
  ipv6: printIpv6,
  transport: printTransport,
};

/** ip_demux_print(). */
function printTransport(p: Printer, t: Transport): void {
  switch (t.protocol) {
    case IPPROTO_TCP:
      printTcp(p, t);
      break;
    case IPPROTO_UDP:
      printUdp(p, t);
      break;
    case IPPROTO_SCTP:
      printSctp(p, t);
      break;
    case IPPROTO_ICMP:
      printIcmp(p, t);
      break;
    case IPPROTO_ICMPV6:
      printIcmpv6(p, t);
      break;
    case IPPROTO_IGMP:
      printIgmp(p, t.at, t.length);
      break;
    case IPPROTO_IPIP:
      p.layers.ipv4(p, t.at, t.length);
      break;
    case IPPROTO_IPV6:
      p.layers.ipv6(p, t.at, t.length);
      break;
    case IPPROTO_NONE:
      p.put('no next header');
      break;
    default:
      p.put(` ${p.options.names?.protocol(t.protocol) ?? `ip-proto-${t.protocol}`} ${t.length}`);
  }
}
