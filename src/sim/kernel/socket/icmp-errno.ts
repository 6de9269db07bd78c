import type { Errno } from '../../base/errno.ts';
import {
  ICMP_DEST_UNREACH,
  ICMP_FRAG_NEEDED,
  ICMP_PARAMETERPROB,
  ICMP_REDIRECT,
  ICMP_SOURCE_QUENCH,
  ICMP_TIME_EXCEEDED,
} from '../../wire/icmp.ts';
import { ICMPV6_DEST_UNREACH, ICMPV6_PARAMPROB, ICMPV6_PKT_TOOBIG, ICMPV6_TIME_EXCEED } from '../../wire/icmpv6.ts';
import type { IcmpError } from '../ip/protocols.ts';

/** What an ICMP error means to a socket. A fatal one reaches a connected socket that did not ask for errors. */
export interface SocketErrno {
  readonly errno: Errno;
  readonly fatal: boolean;
}

/** Codes of "destination unreachable" in order (icmp_err_convert in net/ipv4/icmp.c). */
const UNREACHABLE4: readonly (readonly [Errno, boolean])[] = [
  ['ENETUNREACH', false],
  ['EHOSTUNREACH', false],
  ['ENOPROTOOPT', true],
  ['ECONNREFUSED', true],
  ['EMSGSIZE', false],
  ['EOPNOTSUPP', false],
  ['ENETUNREACH', true],
  ['EHOSTDOWN', true],
  ['EHOSTDOWN', true],
  ['ENETUNREACH', true],
  ['EHOSTUNREACH', true],
  ['ENETUNREACH', false],
  ['EHOSTUNREACH', false],
  ['EHOSTUNREACH', true],
  ['EHOSTUNREACH', true],
  ['EHOSTUNREACH', true],
];

/** Codes of ICMPv6 "destination unreachable" in order (tab_unreach in net/ipv6/icmp.c). */
const UNREACHABLE6: readonly (readonly [Errno, boolean])[] = [
  ['ENETUNREACH', false],
  ['EACCES', true],
  ['EHOSTUNREACH', false],
  ['EHOSTUNREACH', false],
  ['ECONNREFUSED', true],
  ['EACCES', true],
  ['EACCES', true],
];

/** The errno of an ICMP error; undefined for what no socket hears of. */
export function errnoOfIcmp(error: IcmpError): SocketErrno | undefined {
  const { type, code } = error;
  if (error.family === 'inet6') {
    switch (type) {
      case ICMPV6_DEST_UNREACH: {
        const found = UNREACHABLE6[code];
        return found ? { errno: found[0], fatal: found[1] } : { errno: 'EPROTO', fatal: false };
      }
      case ICMPV6_PKT_TOOBIG:
        return { errno: 'EMSGSIZE', fatal: false };
      case ICMPV6_PARAMPROB:
        return { errno: 'EPROTO', fatal: true };
      case ICMPV6_TIME_EXCEED:
        return { errno: 'EHOSTUNREACH', fatal: false };
      default:
        return { errno: 'EPROTO', fatal: false };
    }
  }
  switch (type) {
    case ICMP_TIME_EXCEEDED:
      return { errno: 'EHOSTUNREACH', fatal: false };
    case ICMP_PARAMETERPROB:
      return { errno: 'EPROTO', fatal: true };
    case ICMP_DEST_UNREACH: {
      if (code === ICMP_FRAG_NEEDED) return { errno: 'EMSGSIZE', fatal: true };
      const found = UNREACHABLE4[code];
      return found ? { errno: found[0], fatal: found[1] } : { errno: 'EHOSTUNREACH', fatal: false };
    }
    case ICMP_SOURCE_QUENCH:
    case ICMP_REDIRECT:
      return undefined;
    default:
      return { errno: 'EHOSTUNREACH', fatal: false };
  }
}
