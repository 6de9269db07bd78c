/** IFF_* flags in the order ifconfig names them, with the letter of its short form. */
export const INTERFACE_FLAGS: readonly { readonly bit: number; readonly name: string }[] = [
  { bit: 0x1, name: 'UP' },
  { bit: 0x2, name: 'BROADCAST' },
  { bit: 0x4, name: 'DEBUG' },
  { bit: 0x8, name: 'LOOPBACK' },
  { bit: 0x10, name: 'POINTOPOINT' },
  { bit: 0x20, name: 'NOTRAILERS' },
  { bit: 0x40, name: 'RUNNING' },
  { bit: 0x80, name: 'NOARP' },
  { bit: 0x100, name: 'PROMISC' },
  { bit: 0x200, name: 'ALLMULTI' },
  { bit: 0x800, name: 'SLAVE' },
  { bit: 0x400, name: 'MASTER' },
  { bit: 0x1000, name: 'MULTICAST' },
  { bit: 0x8000, name: 'DYNAMIC' },
];

const LETTERS: readonly (readonly [number, string])[] = [
  [0x200, 'A'],
  [0x2, 'B'],
  [0x4, 'D'],
  [0x8, 'L'],
  [0x1000, 'M'],
  [0x8000, 'd'],
  [0x100, 'P'],
  [0x20, 'N'],
  [0x80, 'O'],
  [0x10, 'P'],
  [0x800, 's'],
  [0x400, 'm'],
  [0x40, 'R'],
  [0x1, 'U'],
];

/** `UP,BROADCAST,RUNNING`. */
export function flagNames(flags: number): string {
  return INTERFACE_FLAGS.filter(({ bit }) => (flags & bit) !== 0)
    .map(({ name }) => name)
    .join(',');
}

/** `BMRU`. */
export function flagLetters(flags: number): string {
  const set = LETTERS.filter(([bit]) => (flags & bit) !== 0).map(([, letter]) => letter);
  return set.length === 0 ? '[NO FLAGS]' : set.join('');
}
