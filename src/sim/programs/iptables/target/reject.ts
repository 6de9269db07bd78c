import { REJECT_CODES, type RejectTarget } from '../../../kernel/netfilter/target/reject.ts';
import { type Extension, once } from '../extension.ts';
import { misuse } from '../problem.ts';

/** The short names that --reject-with also takes. */
const SHORT: Readonly<Record<string, RejectTarget['how']>> = {
  'net-unreach': 'icmp-net-unreachable',
  'host-unreach': 'icmp-host-unreachable',
  'proto-unreach': 'icmp-proto-unreachable',
  'port-unreach': 'icmp-port-unreachable',
  'net-prohib': 'icmp-net-prohibited',
  'host-prohib': 'icmp-host-prohibited',
  'tcp-rst': 'tcp-reset',
  'admin-prohib': 'icmp-admin-prohibited',
};
const LONG = [...Object.keys(REJECT_CODES), 'tcp-reset'] as RejectTarget['how'][];

export const rejectTarget: Extension<RejectTarget> = {
  name: 'REJECT',
  options: [{ names: ['reject-with'], arguments: 1 }],
  build(given) {
    const word = once('REJECT', given, 'reject-with')?.values[0];
    if (word === undefined) return { name: 'REJECT', how: 'icmp-port-unreachable' };
    const short = Object.keys(SHORT).find((name) => name.startsWith(word.toLowerCase()));
    const how = LONG.find((name) => name.startsWith(word.toLowerCase())) ?? (short === undefined ? undefined : SHORT[short]);
    if (word === '' || how === undefined) throw misuse(`unknown reject type "${word}"`);
    return { name: 'REJECT', how };
  },
  print: ({ how }) => ` reject-with ${how}`,
  save: ({ how }) => ` --reject-with ${how}`,
};
