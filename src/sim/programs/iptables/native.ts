import type { Match } from '../../kernel/netfilter/match/match.ts';
import type { Target } from '../../kernel/netfilter/target/target.ts';
import { isEveryPort } from './match/ports.ts';

/** Whether iptables makes expressions of nf_tables' own of a match: others it wraps up as they are (`xt`). */
export function isNative(match: Match): boolean {
  switch (match.name) {
    case 'tcp':
    case 'udp': {
      const ports = [match.sport, match.dport].filter((range) => range !== undefined);
      if (ports.some(isEveryPort)) return false;
      if (match.name === 'tcp' && match.option !== undefined) return false;
      return ports.length > 0 || (match.name === 'tcp' && match.flags !== undefined);
    }
    case 'limit':
    case 'mark':
      return true;
    default:
      return false;
  }
}

/** The same for a target. */
export function isNativeTarget(target: Target | undefined): boolean {
  switch (target?.name) {
    case undefined:
    case 'jump':
    case 'ACCEPT':
    case 'DROP':
    case 'RETURN':
    case 'NFLOG':
    case 'TRACE':
      return true;
    default:
      return false;
  }
}
