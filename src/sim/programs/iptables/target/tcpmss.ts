import type { TcpmssTarget } from '../../../kernel/netfilter/target/tcpmss.ts';
import { type Extension, find, integer, valueGiven } from '../extension.ts';
import { misuse } from '../problem.ts';

export const tcpmssTarget: Extension<TcpmssTarget> = {
  name: 'TCPMSS',
  options: [
    { names: ['set-mss'], arguments: 1 },
    { names: ['clamp-mss-to-pmtu'], arguments: 0 },
  ],
  build(given, { family }) {
    if (given.length === 0) throw misuse('TCPMSS target: At least one parameter is required');
    const number = valueGiven(given, 'set-mss');
    // The largest packet without its headers.
    const most = 0xffff - (family === 'inet' ? 20 : 40);
    const clamp = find(given, 'clamp-mss-to-pmtu') !== undefined;
    return { name: 'TCPMSS', mss: number === undefined || clamp ? 'clamp' : integer('TCPMSS', 'set-mss', number, most) };
  },
  print: ({ mss }) => (mss === 'clamp' ? ' TCPMSS clamp to PMTU' : ` TCPMSS set ${mss}`),
  save: ({ mss }) => (mss === 'clamp' ? ' --clamp-mss-to-pmtu' : ` --set-mss ${mss}`),
  translate: ({ mss }) => `tcp option maxseg size set ${mss === 'clamp' ? 'rt mtu' : mss}`,
};
