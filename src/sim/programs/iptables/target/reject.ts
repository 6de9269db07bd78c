import { REJECT_CODES, REJECT_CODES6, type RejectKind, type RejectTarget } from '../../../kernel/netfilter/target/reject.ts';
import { type Extension, valueGiven } from '../extension.ts';
import { misuse } from '../problem.ts';

/** The short names that --reject-with also takes. */
const SHORT: Readonly<Record<string, RejectKind>> = {
  'net-unreach': 'icmp-net-unreachable',
  'host-unreach': 'icmp-host-unreachable',
  'proto-unreach': 'icmp-proto-unreachable',
  'port-unreach': 'icmp-port-unreachable',
  'net-prohib': 'icmp-net-prohibited',
  'host-prohib': 'icmp-host-prohibited',
  'tcp-rst': 'tcp-reset',
  'admin-prohib': 'icmp-admin-prohibited',
};
const SHORT6: Readonly<Record<string, RejectKind>> = {
  'no-route': 'icmp6-no-route',
  'adm-prohibited': 'icmp6-adm-prohibited',
  'addr-unreach': 'icmp6-addr-unreachable',
  'port-unreach': 'icmp6-port-unreachable',
  'policy-fail': 'icmp6-policy-fail',
  'reject-route': 'icmp6-reject-route',
};

function rejectExtension(kinds: object, short: Readonly<Record<string, RejectKind>>, usual: RejectKind): Extension<RejectTarget> {
  const names: Readonly<Record<string, RejectKind>> = {
    ...Object.fromEntries([...Object.keys(kinds), 'tcp-reset'].map((name) => [name, name as RejectKind])),
    ...short,
  };
  return {
    name: 'REJECT',
    options: [{ names: ['reject-with'], arguments: 1 }],
    build(given) {
      const word = valueGiven(given, 'reject-with');
      if (word === undefined) return { name: 'REJECT', how: usual };
      const name = Object.keys(names).find((known) => known.startsWith(word.toLowerCase()));
      const how = name === undefined ? undefined : names[name];
      if (word === '' || how === undefined) throw misuse(`unknown reject type "${word}"`);
      return { name: 'REJECT', how };
    },
    print: ({ how }) => ` reject-with ${how}`,
    save: ({ how }) => ` --reject-with ${how}`,
    translate({ how }, _protocol, family) {
      if (how === usual) return 'reject';
      if (how === 'tcp-reset') return 'reject with tcp reset';
      return `reject with ${family === 'inet' ? 'icmp' : 'icmpv6'} type ${how === 'icmp6-adm-prohibited' ? 'admin-prohibited' : how.replace(/^icmp6?-/, '')}`;
    },
  };
}

export const rejectTarget = rejectExtension(REJECT_CODES, SHORT, 'icmp-port-unreachable');
export const rejectTarget6 = rejectExtension(REJECT_CODES6, SHORT6, 'icmp6-port-unreachable');
