import type { Ipv4, Ipv6 } from '../../../base/address.ts';

/** First and last port, both counted. */
export interface NatPorts {
  readonly from: number;
  readonly to: number;
}

/** What a rule maps addresses and ports to (struct nf_nat_range2). */
export interface NatRange {
  /** First and last address, both counted; undefined leaves the address. */
  readonly addresses: { readonly from: Ipv4 | Ipv6; readonly to: Ipv4 | Ipv6 } | undefined;
  readonly ports: NatPorts | undefined;
  /** With `ports`: the port that the first of them stands for; others keep their distance from it. */
  readonly basePort: number | undefined;
  /** Take any port of the range even where the packet's own is free. `fully`: and do not follow earlier connections of the source. */
  readonly random: 'no' | 'ports' | 'fully';
  /** Give a source the same address whatever it talks to. */
  readonly persistent: boolean;
}

/** Nothing asked for. */
export const NO_RANGE: NatRange = { addresses: undefined, ports: undefined, basePort: undefined, random: 'no', persistent: false };

/** Which part of a packet is changed: the source at POSTROUTING and INPUT, the destination at PREROUTING and OUTPUT. */
export type Manipulation = 'source' | 'destination';
