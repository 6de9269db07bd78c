import { CERTAIN, type StatisticMatch } from '../../../kernel/netfilter/match/statistic.ts';
import { type Extension, find, integer, not, valueGiven } from '../extension.ts';
import { misuse } from '../problem.ts';

export const statistic: Extension<StatisticMatch> = {
  name: 'statistic',
  options: [
    { names: ['mode'], arguments: 1, required: true },
    { names: ['probability'], arguments: 1, invert: true },
    { names: ['every'], arguments: 1, invert: true, excludes: ['probability'], needs: 'packet' },
    { names: ['packet'], arguments: 1, excludes: ['probability'], needs: 'every' },
  ],
  build(given) {
    const mode = valueGiven(given, 'mode');
    if (mode !== undefined && mode !== 'random' && mode !== 'nth') throw misuse(`Bad mode "${mode}"`);
    const share = valueGiven(given, 'probability');
    const probability = share === undefined ? undefined : parseProbability(share);
    const everyText = valueGiven(given, 'every');
    const every = everyText === undefined ? undefined : integer('statistic', 'every', everyText, 0xffff_ffff, 1);
    const packetText = valueGiven(given, 'packet');
    const packet = packetText === undefined ? undefined : integer('statistic', 'packet', packetText, 0xffff_ffff);
    if (mode !== 'nth' && probability === undefined) throw misuse('--probability must be specified when using random mode');
    if (mode === 'nth' && every === undefined) throw misuse('--every and --packet must be specified when using nth mode');
    if (mode === 'nth') {
      if (packet !== undefined && packet >= (every as number)) throw misuse('the --packet p must be 0 <= p <= n-1');
      return { name: 'statistic', mode, every: every as number, packet: packet ?? 0, invert: find(given, 'every')?.invert === true };
    }
    return { name: 'statistic', mode: 'random', probability: probability as number, invert: find(given, 'probability')?.invert === true };
  },
  print: (info) =>
    info.mode === 'random'
      ? ` statistic mode random${not(info.invert)} probability ${probabilityText(info.probability)}`
      : ` statistic mode nth${not(info.invert)} every ${info.every}${info.packet === 0 ? '' : ` packet ${info.packet}`}`,
  save: (info) =>
    info.mode === 'random'
      ? ` --mode random${not(info.invert)} --probability ${probabilityText(info.probability)}`
      : ` --mode nth${not(info.invert)} --every ${info.every} --packet ${info.packet}`,
  translate: (info) =>
    info.mode === 'random'
      ? `meta random & 2147483647 ${info.invert ? '>=' : '<'} ${info.probability}`
      : `numgen inc mod ${info.every} ${info.invert ? '!= ' : ''}${info.packet}`,
};

function parseProbability(text: string): number {
  const share = /^[0-9.]+(e-?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
  if (!(share >= 0 && share <= 1)) throw misuse('statistic: bad value for option "--probability", or out of range (0-1).\n');
  return Math.round(share * CERTAIN);
}

function probabilityText(probability: number): string {
  return (probability / CERTAIN).toFixed(11);
}
