import type { MultiportMatch } from '../../../kernel/netfilter/match/multiport.ts';
import { type Extension, nftNot, oneOf } from '../extension.ts';
import { misuse } from '../problem.ts';

const WITH_PORTS: ReadonlyMap<number, string> = new Map([
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [132, 'sctp'],
  [136, 'udplite'],
]);
const OPTIONS = { source: 'source-ports', destination: 'destination-ports', either: 'ports' } as const;
const SHORT = { source: 'sports', destination: 'dports', either: 'ports' } as const;
const MOST = 15;

export const multiport: Extension<MultiportMatch> = {
  name: 'multiport',
  options: oneOf(
    { names: ['source-ports', 'sports'], arguments: 1, invert: true },
    { names: ['destination-ports', 'dports'], arguments: 1, invert: true },
    { names: ['ports'], arguments: 1, invert: true },
  ),
  build(given, { protocol }, names) {
    const [one] = given;
    if (protocol !== undefined && given.length > 0 && (protocol.invert || !WITH_PORTS.has(protocol.value))) {
      throw misuse('multiport only works with TCP, UDP, UDPLITE, SCTP and DCCP');
    }
    const name = protocol && !protocol.invert ? WITH_PORTS.get(protocol.value) : undefined;
    if (name === undefined && given.length > 0) {
      throw misuse("multiport needs `-p tcp', `-p udp', `-p udplite', `-p sctp' or `-p dccp'");
    }
    if (one === undefined || name === undefined) throw misuse('multiport expection an option');
    const ports = (one.values[0] as string).split(',').map((part) => {
      const [first = '', last] = part.split(':');
      const from = names.port(first, name);
      const to = last === undefined ? from : names.port(last, name);
      if (from > to || (last !== undefined && from === to)) throw misuse('invalid portrange specified');
      return { from, to };
    });
    if (ports.reduce((sum, { from, to }) => sum + (from === to ? 1 : 2), 0) > MOST) throw misuse('too many ports specified');
    const which = one.option === OPTIONS.source ? 'source' : one.option === OPTIONS.destination ? 'destination' : 'either';
    return { name: 'multiport', which, ports, invert: one.invert };
  },
  print: ({ which, ports, invert }, names, numeric, protocol) =>
    ` multiport ${SHORT[which]} ${which === 'either' ? ' ' : ''}${invert ? '!' : ''}${ports
      .map(({ from, to }) =>
        from === to
          ? names.service(from, protocol, numeric)
          : `${names.service(from, protocol, numeric)}:${names.service(to, protocol, numeric)}`,
      )
      .join(',')}`,
  save: ({ which, ports, invert }) =>
    `${invert ? ' !' : ''} --${SHORT[which]} ${ports.map(({ from, to }) => (from === to ? from : `${from}:${to}`)).join(',')}`,
  translate({ which, ports, invert }, protocol) {
    const list = ports.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
    if (which === 'either') {
      const pairs = list.map((port) => `0-65535 . ${port}, ${port} . 0-65535`);
      return `${protocol} sport . ${protocol} dport ${nftNot(invert)}{ ${pairs.join(', ')} }`;
    }
    const field = `${protocol} ${which === 'source' ? 'sport' : 'dport'}`;
    return `${field} ${nftNot(invert)}${list.length === 1 ? list[0] : `{ ${list.join(', ')} }`}`;
  },
};
