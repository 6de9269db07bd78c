import type { NetDevice } from '../../device/net-device.ts';
import type { Test } from '../packet.ts';
import type { Wanted } from '../rule.ts';

/** The bridge ports a packet came through and will leave by (`-m physdev`; net/netfilter/xt_physdev.c). */
export interface PhysdevMatch {
  readonly name: 'physdev';
  readonly input: Wanted<string> | undefined;
  readonly output: Wanted<string> | undefined;
  readonly isIn: Wanted<true> | undefined;
  readonly isOut: Wanted<true> | undefined;
  readonly isBridged: Wanted<true> | undefined;
}

export function physdevTest({ input, output, isIn, isOut, isBridged }: PhysdevMatch): Test {
  return ({ skb }) => {
    const { physIn, physOut } = skb;
    if (isIn && (physIn !== undefined) === isIn.invert) return false;
    if (isOut && (physOut !== undefined) === isOut.invert) return false;
    if (isBridged && (physIn !== undefined && physOut !== undefined) === isBridged.invert) return false;
    if (input && isNamed(physIn, input.value) === input.invert) return false;
    return output === undefined || isNamed(physOut, output.value) !== output.invert;
  };
}

/** Whether a device has that name; one that ends in `+` stands for all that begin so. */
function isNamed(dev: NetDevice | undefined, wanted: string): boolean {
  if (dev === undefined) return false;
  return wanted.endsWith('+') ? dev.name.startsWith(wanted.slice(0, -1)) : dev.name === wanted;
}

/** The group of a device (`-m devgroup`; net/netfilter/xt_devgroup.c). */
export interface DevgroupMatch {
  readonly name: 'devgroup';
  readonly source: Wanted<{ readonly group: number; readonly mask: number }> | undefined;
  readonly destination: Wanted<{ readonly group: number; readonly mask: number }> | undefined;
}

export function devgroupTest({ source, destination }: DevgroupMatch): Test {
  const has = (dev: NetDevice | undefined, wanted: DevgroupMatch['source']): boolean =>
    wanted === undefined || (((dev?.group ?? 0) & wanted.value.mask) >>> 0 === wanted.value.group) !== wanted.invert;
  return (packet) => has(packet.input, source) && has(packet.output, destination);
}
