import type { RecentMatch } from '../../../kernel/netfilter/match/recent.ts';
import { formatAddress, parseAddress, wholeMask } from '../address.ts';
import { type Extension, find, integer, type OptionSpec, oneOf, valueGiven } from '../extension.ts';
import { misuse } from '../problem.ts';

const ACTIONS = { set: 'SET', rcheck: 'CHECK', update: 'UPDATE', remove: 'REMOVE' } as const;

export const recent: Extension<RecentMatch> = {
  name: 'recent',
  options: [
    ...oneOf(...Object.keys(ACTIONS).map((name): OptionSpec => ({ names: [name], arguments: 0, invert: true }))),
    { names: ['seconds'], arguments: 1 },
    { names: ['reap'], arguments: 0, needs: 'seconds' },
    { names: ['hitcount'], arguments: 1 },
    { names: ['rttl'], arguments: 0, excludes: ['set', 'remove'] },
    { names: ['name'], arguments: 1 },
    { names: ['rsource'], arguments: 0 },
    { names: ['rdest'], arguments: 0 },
    { names: ['mask'], arguments: 1 },
  ],
  build(given, { family }) {
    const number = (option: string, max: number): number => {
      const value = valueGiven(given, option);
      return value === undefined ? 0 : integer('recent', option, value, max, option === 'seconds' ? 1 : 0);
    };
    const seconds = number('seconds', 0xffff_ffff);
    const hitCount = number('hitcount', 0xffff_ffff);
    const maskText = valueGiven(given, 'mask');
    const mask = maskText === undefined ? wholeMask(family) : parseAddress(maskText, family);
    if (mask === undefined) throw misuse(`recent: Bad value for "--mask" option: "${maskText}"`);
    const action = given.find(({ option }) => Object.hasOwn(ACTIONS, option));
    if (action === undefined) throw misuse("recent: you must specify one of `--set', `--rcheck' `--update' or `--remove'");
    return {
      name: 'recent',
      action: action.option as RecentMatch['action'],
      invert: action.invert,
      seconds,
      hitCount,
      sameTtl: find(given, 'rttl') !== undefined,
      reap: find(given, 'reap') !== undefined,
      list: valueGiven(given, 'name') ?? 'DEFAULT',
      side: find(given, 'rdest') ? 'dest' : 'source',
      mask,
    };
  },
  print(info) {
    let text = `${info.invert ? ' !' : ''} recent: ${ACTIONS[info.action]}`;
    if (info.seconds !== 0) text += ` seconds: ${info.seconds}`;
    if (info.reap) text += ' reap';
    if (info.hitCount !== 0) text += ` hit_count: ${info.hitCount}`;
    if (info.sameTtl) text += ' TTL-Match';
    return `${text} name: ${info.list} side: ${info.side} mask: ${formatAddress(info.mask)}`;
  },
  save(info) {
    let text = `${info.invert ? ' !' : ''} --${info.action}`;
    if (info.seconds !== 0) text += ` --seconds ${info.seconds}`;
    if (info.reap) text += ' --reap';
    if (info.hitCount !== 0) text += ` --hitcount ${info.hitCount}`;
    if (info.sameTtl) text += ' --rttl';
    return `${text} --name ${info.list} --mask ${formatAddress(info.mask)} --r${info.side}`;
  },
};
