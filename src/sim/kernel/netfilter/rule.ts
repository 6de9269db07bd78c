import { IPV4_DST, IPV4_SRC } from '../../wire/ipv4.ts';
import { IPV6_DST, IPV6_SRC } from '../../wire/ipv6.ts';
import type { NetDevice } from '../device/net-device.ts';
import type { Chain } from './chain.ts';
import { type Match, matchTest } from './match/match.ts';
import { type AddressMask, addressTest, type HookPacket, type Test } from './packet.ts';
import type { Target } from './target/target.ts';

/** What something is, or with `invert` is not. */
export interface Wanted<T> {
  readonly value: T;
  readonly invert: boolean;
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
  /** Its number in its table. */
  readonly handle: number;
  packets: number;
  bytes: number;
  /** Made when the first packet comes. */
  private tests: readonly Test[] | undefined = undefined;

  constructor(spec: RuleSpec, jump: Chain | undefined, handle: number, packets: number, bytes: number) {
    this.spec = spec;
    this.jump = jump;
    this.handle = handle;
    this.packets = packets;
    this.bytes = bytes;
  }

  /** Whether the rule is for this packet. Counts it if so. */
  matches(packet: HookPacket): boolean {
    this.tests ??= testsOf(this.spec);
    for (const test of this.tests) if (!test(packet)) return false;
    this.packets++;
    this.bytes += packet.skb.end - packet.skb.data;
    return true;
  }

  /** The rule and its counters as they are now. */
  copy(): Rule {
    return new Rule(this.spec, this.jump, this.handle, this.packets, this.bytes);
  }

  /** The rule as it is now called for: a chain may have got another name since. */
  current(): RuleSpec {
    const { target } = this.spec;
    return this.jump && target?.name === 'jump' ? { ...this.spec, target: { ...target, chain: this.jump.name } } : this.spec;
  }
}

function testsOf(spec: RuleSpec): Test[] {
  return [...headerTests(spec), ...spec.matches.flatMap((match) => matchTest(match) ?? [])];
}

function headerTests(spec: RuleSpec): Test[] {
  const tests: Test[] = [];
  const { source, destination, input, output, protocol, fragment } = spec;
  if (source) tests.push(addressTest(source.value, source.invert, IPV4_SRC, IPV6_SRC));
  if (destination) tests.push(addressTest(destination.value, destination.invert, IPV4_DST, IPV6_DST));
  if (input) tests.push(nameTest(input, (packet) => packet.input));
  if (output) tests.push(nameTest(output, (packet) => packet.output));
  if (protocol) tests.push((packet) => (packet.protocol === protocol.value) !== protocol.invert);
  if (fragment) tests.push((packet) => (packet.fragmentOffset !== 0) !== fragment.invert);
  return tests;
}

function nameTest({ value, invert }: Wanted<string>, device: (packet: HookPacket) => NetDevice | undefined): Test {
  if (!value.endsWith('+')) return (packet) => (device(packet)?.name === value) !== invert;
  const beginning = value.slice(0, -1);
  return (packet) => (device(packet)?.name ?? '').startsWith(beginning) !== invert;
}
