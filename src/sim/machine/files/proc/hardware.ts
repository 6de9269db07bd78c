import type { Machine } from '../../machine.ts';
import { fixedDirectory, textFile, type VirtualNode } from '../virtual.ts';

const EMPTY = fixedDirectory({});
const DEVICES = `Character devices:
  1 mem
  5 /dev/tty
  5 /dev/console
  5 /dev/ptmx
 10 misc
128 ptm
136 pts

Block devices:
254 virtblk
`;

/** What /proc says of buses, drivers and timers: a virtual machine with a disk and little else. */
export function hardwareFiles(machine: Machine): Record<string, VirtualNode> {
  return {
    acpi: EMPTY,
    bus: fixedDirectory({ input: EMPTY, pci: EMPTY }),
    consoles: textFile(() => 'ttyS0                -W- (EC  p a)    4:64\n'),
    devices: textFile(() => DEVICES),
    execdomains: textFile(() => '0-0\tLinux           \t[kernel]\n'),
    fs: fixedDirectory({ ext4: fixedDirectory({ vda: EMPTY }), jbd2: EMPTY, nfsd: EMPTY, xfs: EMPTY }),
    irq: fixedDirectory({ default_smp_affinity: textFile(() => '3\n') }),
    keys: textFile(() => ''),
    locks: textFile(() => ''),
    timer_list: textFile(() => `Timer List Version: v0.10\nHRTIMER_MAX_CLOCK_BASES: 8\nnow at ${machine.clock.now} nsecs\n\n`),
  };
}
