import type { Ipv4 } from '../../base/ipv4-address.ts';
import { ipv4Dst, ipv4Src } from '../../wire/ipv4.ts';
import type { Chain } from './chain.ts';
import { type Match, matchTest } from './match/match.ts';
import type { HookPacket, Test } from './packet.ts';
import type { Target } from './target/target.ts';

/** What something is, or with `invert` is not. */
export interface Wanted<T> {
  readonly value: T;
  readonly invert: boolean;
}

/** An address under a mask, which need not be contiguous. */
export interface AddressMask {
  readonly address: Ipv4;
  readonly mask: Ipv4;
}

/** A rule as it is asked for and shown: plain data; two rules are the same if all of it is equal. */
export interface RuleSpec {
  readonly source: Wanted<AddressMask> | undefined;
  readonly destination: Wanted<AddressMask> | undefined;
  /** A name; one that ends in `+` stands for all that begin so. */
  readonly input: Wanted<string> | undefined;
  readonly output: Wanted<string> | undefined;
  readonly protocol: Wanted<number> | undefined;
  /** Second and later fragments. */
  readonly fragment: Wanted<true> | undefined;
  readonly matches: readonly Match[];
  readonly target: Target | undefined;
}

/** A rule in a chain, with its counters. */
export class Rule {
  readonly spec: RuleSpec;
  /** The chain that `spec.target` jumps to, however it is called by now. */
  readonly jump: Chain | undefined;
  packets: number;
  bytes: number;
  private readonly tests: readonly Test[];

  constructor(spec: RuleSpec, jump: Chain | undefined, packets: number, bytes: number) {
    this.spec = spec;
    this.jump = jump;
    this.packets = packets;
    this.bytes = bytes;
    this.tests = [...headerTests(spec), ...spec.matches.flatMap((match) => matchTest(match) ?? [])];
  }

  /** Whether the rule is for this packet. Counts it if so. */
  matches(packet: HookPacket): boolean {
    for (const test of this.tests) if (!test(packet)) return false;
    this.packets++;
    this.bytes += packet.skb.end - packet.skb.data;
    return true;
  }

  /** The rule as it is now called for: a chain may have got another name since. */
  current(): RuleSpec {
    const { target } = this.spec;
    return this.jump && target?.name === 'jump' ? { ...this.spec, target: { ...target, chain: this.jump.name } } : this.spec;
  }
}

function headerTests(spec: RuleSpec): Test[] {
  const tests: Test[] = [];
  const { source, destination, input, output, protocol, fragment } = spec;
  if (source) {
    const { address, mask } = source.value;
    tests.push(({ skb }) => ((ipv4Src(skb.buf, skb.data) & mask) >>> 0 === address) !== source.invert);
  }
  if (destination) {
    const { address, mask } = destination.value;
    tests.push(({ skb }) => ((ipv4Dst(skb.buf, skb.data) & mask) >>> 0 === address) !== destination.invert);
  }
  if (input) tests.push((packet) => sameName(packet.input?.name, input.value) !== input.invert);
  if (output) tests.push((packet) => sameName(packet.output?.name, output.value) !== output.invert);
  if (protocol) tests.push((packet) => (packet.protocol === protocol.value) !== protocol.invert);
  if (fragment) tests.push((packet) => (packet.fragmentOffset !== 0) !== fragment.invert);
  return tests;
}

function sameName(name: string | undefined, wanted: string): boolean {
  if (name === undefined) return false;
  return wanted.endsWith('+') ? name.startsWith(wanted.slice(0, -1)) : name === wanted;
}
