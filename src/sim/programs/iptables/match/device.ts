import type { DevgroupMatch, PhysdevMatch } from '../../../kernel/netfilter/match/device.ts';
import type { Wanted } from '../../../kernel/netfilter/rule.ts';
import { checkDeviceName } from '../device-name.ts';
import { type Extension, find, type Given, hex, nftNot, not, parseMarkMask } from '../extension.ts';
import { misuse } from '../problem.ts';

export const physdev: Extension<PhysdevMatch> = {
  name: 'physdev',
  options: [
    { names: ['physdev-in'], arguments: 1, invert: true },
    { names: ['physdev-out'], arguments: 1, invert: true },
    { names: ['physdev-is-in'], arguments: 0, invert: true },
    { names: ['physdev-is-out'], arguments: 0, invert: true },
    { names: ['physdev-is-bridged'], arguments: 0, invert: true },
  ],
  build(given) {
    const device = (option: string): Wanted<string> | undefined => {
      const one = find(given, option);
      if (one === undefined) return undefined;
      const value = one.values[0] as string;
      checkDeviceName(value);
      return { value, invert: one.invert };
    };
    const whether = (option: string): Wanted<true> | undefined => {
      const one = find(given, option);
      return one && { value: true, invert: one.invert };
    };
    const match: PhysdevMatch = {
      name: 'physdev',
      input: device('physdev-in'),
      output: device('physdev-out'),
      isIn: whether('physdev-is-in'),
      isOut: whether('physdev-is-out'),
      isBridged: whether('physdev-is-bridged'),
    };
    if (given.length === 0) throw misuse('PHYSDEV: no physdev option specified');
    return match;
  },
  print: (info) => ` PHYSDEV match${options(info)}`,
  save: options,
};

function options({ input, output, isIn, isOut, isBridged }: PhysdevMatch): string {
  const show = (option: string, wanted: Wanted<unknown> | undefined, value = ''): string =>
    wanted === undefined ? '' : `${not(wanted.invert)} --physdev-${option}${value}`;
  return [
    show('is-in', isIn),
    show('in', input, ` ${input?.value}`),
    show('is-out', isOut),
    show('out', output, ` ${output?.value}`),
    show('is-bridged', isBridged),
  ].join('');
}

type Group = NonNullable<DevgroupMatch['source']>;

export const devgroup: Extension<DevgroupMatch> = {
  name: 'devgroup',
  options: [
    { names: ['src-group'], arguments: 1, invert: true },
    { names: ['dst-group'], arguments: 1, invert: true },
  ],
  build(given) {
    const group = (one: Given | undefined): Group | undefined => {
      if (one === undefined) return undefined;
      const { mark, mask = 0xffff_ffff } = parseMarkMask('devgroup', one);
      return { value: { group: mark, mask }, invert: one.invert };
    };
    const source = group(find(given, 'src-group'));
    const destination = group(find(given, 'dst-group'));
    if (!source && !destination) throw misuse("devgroup match: You must specify either '--src-group' or '--dst-group'");
    return { name: 'devgroup', source, destination };
  },
  print: (info) => groups(info, (side, wanted) => `${not(wanted.invert)} ${side}-group ${groupText(wanted)}`),
  save: (info) => groups(info, (side, wanted) => `${not(wanted.invert)} --${side}-group ${groupText(wanted)}`),
  translate: (info) =>
    groups(info, (side, wanted) => ` ${side === 'src' ? 'i' : 'o'}ifgroup ${nftNot(wanted.invert)}${groupText(wanted)}`).slice(1),
};

function groups({ source, destination }: DevgroupMatch, show: (side: 'src' | 'dst', wanted: Group) => string): string {
  return `${source ? show('src', source) : ''}${destination ? show('dst', destination) : ''}`;
}

function groupText({ value: { group, mask } }: Group): string {
  return mask === 0xffff_ffff ? hex(group) : `${hex(group)}/${hex(mask)}`;
}
