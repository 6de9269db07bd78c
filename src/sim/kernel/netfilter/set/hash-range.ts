import { IPPROTO_ICMP, IPPROTO_ICMPV6 } from '../../../wire/ip-protocol.ts';
import type { Family, IpAddress } from '../../rtnetlink/messages.ts';
import { addressBits, networkOf, networksOfRange, type SetElement, type SetError, type SetRequest } from './element.ts';
import type { HashType } from './hash-type.ts';
import { hasPorts } from './packet-query.ts';

interface Network {
  readonly address: IpAddress;
  readonly cidr: number;
}

/**
 * The elements that a request stands for, each after the other, and the error behind which no more come (hash_*_uadt). With `single` it
 * is one element that is looked for.
 */
export function* elementsOf(
  { parts, name }: HashType,
  family: Family,
  request: SetRequest,
  netmask: number | undefined,
  masked: (address: IpAddress) => IpAddress,
  single: boolean,
): Generator<SetElement | SetError> {
  const whole = addressBits(family);
  const { proto = 0 } = request;
  const ports = parts.includes('port');
  if (ports && proto === 0) return yield 'INVALID_PROTO';
  for (const cidr of [request.cidr, request.cidr2]) if (cidr !== undefined && (cidr === 0 || cidr > whole)) return yield 'INVALID_CIDR';
  if (family === 'inet6' && (request.ipTo ?? request.ip2To) !== undefined) return yield 'HASH_RANGE_UNSUPPORTED';
  const withPort = hasPorts(proto) || proto === (family === 'inet' ? IPPROTO_ICMP : IPPROTO_ICMPV6);
  const port = withPort ? (request.port ?? 0) : 0;
  const to = hasPorts(proto) && !single ? (request.portTo ?? port) : port;
  const step = name === 'hash:ip' && netmask !== undefined ? 2 ** (32 - netmask) : 1;
  for (const first of spread(parts[0] === 'net', request.ip ?? 0, request.ipTo, request.cidr, whole, single, step)) {
    if (typeof first === 'string') return yield first;
    const ip = masked(first.address);
    if (name === 'hash:ip' && (ip === 0 || ip === '::')) return yield 'HASH_ELEM';
    for (let p = Math.min(port, to); p <= Math.max(port, to); p++) {
      const second =
        parts.length < 3 ? [NO_NETWORK] : spread(parts[2] === 'net', request.ip2 ?? 0, request.ip2To, request.cidr2, whole, single, 1);
      for (const last of second) {
        if (typeof last === 'string') return yield last;
        yield { ip, cidr: first.cidr, port: ports ? p : 0, proto, ip2: last.address, cidr2: last.cidr };
      }
    }
  }
}

const NO_NETWORK: Network = { address: 0, cidr: 32 };

/** The addresses, or the networks, of one part of a request. */
function* spread(
  networks: boolean,
  address: IpAddress,
  to: IpAddress | undefined,
  cidr: number | undefined,
  whole: number,
  single: boolean,
  step: number,
): Generator<Network | SetError> {
  if (typeof address === 'string' || single) {
    const length = cidr ?? whole;
    yield { address: networks ? networkOf(address, length) : address, cidr: networks ? length : whole };
    return;
  }
  if (networks && to === undefined) {
    yield { address: networkOf(address, cidr ?? whole), cidr: cidr ?? whole };
    return;
  }
  const last = to === undefined ? lastOf(address, cidr ?? whole) : (to as number);
  const [low, high] =
    to === undefined ? [networkOf(address, cidr ?? whole) as number, last] : [Math.min(address, last), Math.max(address, last)];
  if (networks && low === 0 && high === 0xffff_ffff) return yield 'HASH_RANGE';
  if (networks) yield* networksOfRange(low, high);
  else for (let at = low; at <= high; at += step) yield { address: at, cidr: whole };
}

function lastOf(address: number, cidr: number): number {
  return (networkOf(address, cidr) as number) + 2 ** (32 - cidr) - 1;
}
