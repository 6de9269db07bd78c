import { IFF_RUNNING, IFF_UP } from '../../kernel/device/net-device.ts';
import type { Printer } from './printer.ts';

/** IFF_* in the order in which `ip` prints them. */
const FLAGS: readonly (readonly [number, string])[] = [
  [0x8, 'LOOPBACK'],
  [0x2, 'BROADCAST'],
  [0x10, 'POINTOPOINT'],
  [0x1000, 'MULTICAST'],
  [0x80, 'NOARP'],
  [0x200, 'ALLMULTI'],
  [0x100, 'PROMISC'],
  [0x400, 'MASTER'],
  [0x800, 'SLAVE'],
  [0x4, 'DEBUG'],
  [0x8000, 'DYNAMIC'],
  [0x4000, 'AUTOMEDIA'],
  [0x2000, 'PORTSEL'],
  [0x20, 'NOTRAILERS'],
  [0x1, 'UP'],
  [0x10000, 'LOWER_UP'],
  [0x20000, 'DORMANT'],
  [0x40000, 'ECHO'],
];

/** `<BROADCAST,MULTICAST,UP> `; NO-CARRIER is up and not running, M-DOWN a lower device that is down. */
export function printFlags(out: Printer, flags: number, lowerDown: boolean): void {
  const words: string[] = [];
  if ((flags & IFF_UP) !== 0 && (flags & IFF_RUNNING) === 0) words.push('NO-CARRIER');
  let rest = flags & ~IFF_RUNNING;
  for (const [bit, word] of FLAGS) {
    if ((rest & bit) === 0) continue;
    words.push(word);
    rest &= ~bit;
  }
  if (rest !== 0) words.push(rest.toString(16));
  if (lowerDown) words.push('M-DOWN');
  out.text(`<${words.join(',')}> `);
  out.openArray('flags');
  for (const word of words) out.member(undefined, word);
  out.closeArray();
}
