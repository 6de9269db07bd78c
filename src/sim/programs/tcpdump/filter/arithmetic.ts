// Comparisons of numbers and packet bytes: `tcp[13] & 2 != 0`, `len > 100`, `ip[0] & 0xf != 5` (gen_load and gen_relation).

import { ETH_P_ARP, ETH_P_IP, ETH_P_IPV6 } from '../../../wire/ethernet.ts';
import { FilterError } from './lexer.ts';
import type { FilterLink } from './link.ts';
import { firstFragment, ip6Protocol, ipProtocol } from './network-layer.ts';
import type { Arithmetic } from './parser.ts';
import { and, load, type Test, type Value } from './test.ts';

/** A number, and what must hold for there to be one: that the packet is of the protocol whose bytes are read. */
interface Operand {
  readonly value: Value;
  readonly condition: Test | undefined;
}

export function compileRelation(operator: string, left: Arithmetic, right: Arithmetic, link: FilterLink): Test {
  const a = operand(left, link);
  const b = operand(right, link);
  const compared = comparison(operator, a.value, b.value);
  const condition = both(a.condition, b.condition);
  return condition === undefined ? compared : and(condition, compared);
}

function comparison(operator: string, a: Value, b: Value): Test {
  switch (operator) {
    case '>':
      return (p) => a(p) > b(p);
    case '>=':
      return (p) => a(p) >= b(p);
    case '<':
      return (p) => a(p) < b(p);
    case '<=':
      return (p) => a(p) <= b(p);
    case '=':
      return (p) => a(p) === b(p);
    default:
      return (p) => a(p) !== b(p);
  }
}

function both(a: Test | undefined, b: Test | undefined): Test | undefined {
  return a === undefined ? b : b === undefined ? a : and(a, b);
}

function operand(e: Arithmetic, link: FilterLink): Operand {
  switch (e.kind) {
    case 'constant':
      return { value: () => e.value, condition: undefined };
    case 'length':
      return { value: (p) => p.length, condition: undefined };
    case 'negate': {
      const { value, condition } = operand(e.of, link);
      return { value: (p) => -value(p) >>> 0, condition };
    }
    case 'binary': {
      if ((e.operator === '/' || e.operator === '%') && e.right.kind === 'constant' && e.right.value === 0) {
        throw new FilterError(e.operator === '/' ? 'division by zero' : 'modulus by zero');
      }
      const left = operand(e.left, link);
      const right = operand(e.right, link);
      return { value: operation(e.operator, left.value, right.value), condition: both(left.condition, right.condition) };
    }
    case 'load':
      return compileLoad(e.protocol, e.offset, e.size, link);
  }
}

/** Numbers are of 32 bits without a sign; a division by zero ends the program. */
function operation(operator: string, a: Value, b: Value): Value {
  switch (operator) {
    case '+':
      return (p) => (a(p) + b(p)) >>> 0;
    case '-':
      return (p) => (a(p) - b(p)) >>> 0;
    case '*':
      return (p) => Math.imul(a(p), b(p)) >>> 0;
    case '&':
      return (p) => (a(p) & b(p)) >>> 0;
    case '|':
      return (p) => (a(p) | b(p)) >>> 0;
    case '^':
      return (p) => (a(p) ^ b(p)) >>> 0;
    case '<<':
      return (p) => shift(a(p), b(p), (v, n) => v << n);
    case '>>':
      return (p) => shift(a(p), b(p), (v, n) => v >>> n);
    default:
      return (p) => {
        const divisor = b(p);
        if (divisor === 0) p.outside = true;
        if (divisor === 0) return 0;
        return operator === '/' ? Math.floor(a(p) / divisor) : a(p) % divisor;
      };
  }
}

function shift(v: number, by: number, apply: (v: number, n: number) => number): number {
  return by > 31 ? 0 : apply(v, by) >>> 0;
}

const ETHERTYPES: Readonly<Record<string, number>> = { ip: ETH_P_IP, ip6: ETH_P_IPV6, arp: ETH_P_ARP, rarp: 0x8035 };
const TRANSPORTS: Readonly<Record<string, number>> = {
  tcp: 6,
  udp: 17,
  sctp: 132,
  icmp: 1,
  igmp: 2,
  igrp: 9,
  pim: 103,
  vrrp: 112,
  carp: 112,
};
const IPPROTO_ICMPV6 = 58;
const IP6_HLEN = 40;

/** gen_load(): bytes of a protocol's header. Those of TCP and the like are looked for in IPv4 only, and not in later fragments. */
function compileLoad(protocol: string, offset: Arithmetic, size: number, link: FilterLink): Operand {
  if (size !== 1 && size !== 2 && size !== 4) throw new FilterError('data size must be 1, 2, or 4');
  const index = operand(offset, link);
  const at = link.network;
  if (protocol === 'ether') return { value: (p) => load(p, index.value(p), size), condition: index.condition };
  const type = ETHERTYPES[protocol];
  if (type !== undefined) {
    return { value: (p) => load(p, at + index.value(p), size), condition: both(index.condition, link.isType(type)) };
  }
  if (protocol === 'icmp6') {
    const value: Value = (p) => load(p, at + IP6_HLEN + index.value(p), size);
    return { value, condition: both(index.condition, ip6Protocol(IPPROTO_ICMPV6, link)) };
  }
  const number = TRANSPORTS[protocol];
  if (number === undefined) throw new FilterError('unsupported index operation');
  const value: Value = (p) => load(p, at + (load(p, at, 1) & 15) * 4 + index.value(p), size);
  return { value, condition: both(index.condition, and(ipProtocol(number, link), firstFragment(link))) };
}
