import type { ConnbytesMatch, ConnmarkMatch } from '../../../kernel/netfilter/match/ct.ts';
import { type Extension, hex, nftNot, parseMarkMask, required } from '../extension.ts';
import { parseNumber } from '../names.ts';
import { misuse } from '../problem.ts';

const ALL = 0xffffffff;

export const connmark: Extension<ConnmarkMatch> = {
  name: 'connmark',
  checksItself: true,
  options: [{ names: ['mark'], arguments: 1 }],
  build(given) {
    const option = required('connmark', given, 'mark');
    const { mark, mask } = parseMarkMask('connmark', option);
    return { name: 'connmark', mark, mask: mask ?? ALL, invert: option.invert };
  },
  print: (match) => ` connmark match ${match.invert ? '!' : ''} ${markText(match)}`,
  save: (match) => `${match.invert ? ' !' : ''} --mark ${markText(match)}`,
  translate({ mark, mask, invert }) {
    if (mask === ALL) return `ct mark ${nftNot(invert)}${hex(mark)}`;
    return `ct mark and ${hex(mask)} ${invert ? '!=' : '=='} ${hex(mark)}`;
  },
};

function markText({ mark, mask }: ConnmarkMatch): string {
  return `${hex(mark)}${mask === ALL ? '' : `/${hex(mask)}`}`;
}

const DIRECTIONS = ['original', 'reply', 'both'] as const;
const MODES = ['packets', 'bytes', 'avgpkt'] as const;

export const connbytes: Extension<ConnbytesMatch> = {
  name: 'connbytes',
  checksItself: true,
  options: [
    { names: ['connbytes'], arguments: 1 },
    { names: ['connbytes-dir'], arguments: 1 },
    { names: ['connbytes-mode'], arguments: 1 },
  ],
  build(given) {
    const { values, invert } = required('connbytes', given, 'connbytes');
    const [first = '', last = ''] = (values[0] as string).split(/:(.*)/s);
    const from = parseNumber(first, Number.MAX_SAFE_INTEGER);
    const to = last === '' ? undefined : parseNumber(last, Number.MAX_SAFE_INTEGER);
    if (from === undefined || (last !== '' && to === undefined)) {
      throw misuse('connbytes: bad value for option "--connbytes", or out of range (0-18446744073709551615).\n');
    }
    if (to !== undefined && from > to) throw misuse(`${from} should be less than ${to}`);
    const directionText = required('connbytes', given, 'connbytes-dir').values[0] as string;
    const direction = DIRECTIONS.find((name) => name === directionText);
    if (direction === undefined) throw misuse(`Unknown --connbytes-dir \`${directionText}'`);
    const modeText = required('connbytes', given, 'connbytes-mode').values[0] as string;
    const mode = MODES.find((name) => name === modeText);
    if (mode === undefined) throw misuse(`Unknown --connbytes-mode \`${modeText}'`);
    return { name: 'connbytes', from, to, invert, direction, mode };
  },
  print: (match) =>
    `${match.invert ? ' !' : ''} connbytes ${spanText(match)} connbytes mode ${match.mode} connbytes direction ${match.direction}`,
  save: (match) =>
    `${match.invert ? ' !' : ''} --connbytes ${spanText(match)} --connbytes-mode ${match.mode} --connbytes-dir ${match.direction}`,
};

function spanText({ from, to }: ConnbytesMatch): string {
  return to === undefined ? String(from) : `${from}:${to}`;
}
