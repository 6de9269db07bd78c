import type { Random } from '../../base/random.ts';
import { fail, type KernelError } from '../../base/result.ts';
import type { CharacterDevice, FileStat } from '../file-system.ts';
import type { OpenFile } from '../open-file.ts';
import { OpenBase } from '../open-file.ts';
import type { Process } from '../process.ts';
import { openPtmx } from './devpts.ts';

/** What a memory device does (drivers/char/mem.c). */
interface MemoryDevice {
  readonly name: string;
  readonly minor: number;
  read(max: number): Uint8Array | KernelError;
  write(data: Uint8Array): number | KernelError;
}

class OpenMemoryDevice extends OpenBase {
  override readonly kind = 'device';
  override readonly description: string;
  readonly #device: MemoryDevice;

  constructor(device: MemoryDevice) {
    super();
    this.#device = device;
    this.description = `/dev/${device.name}`;
  }

  override read(max: number): Uint8Array | KernelError {
    return this.#device.read(max);
  }

  override write(data: Uint8Array): number | KernelError {
    return this.#device.write(data);
  }

  override stat(): FileStat {
    const rdev = [1, this.#device.minor] as const;
    return { kind: 'chardev', inode: 0, dev: 6, mode: 0o666, uid: 0, gid: 0, nlink: 1, size: 0, mtimeMs: 0, rdev };
  }
}

/** null, zero, full, random and urandom, by name. */
export function memoryDevices(random: () => Random): ReadonlyMap<string, CharacterDevice> {
  const nothing = () => new Uint8Array(0);
  const zeros = (max: number) => new Uint8Array(max);
  const noise = (max: number) => random().bytes(max);
  const swallow = (data: Uint8Array) => data.length;
  const devices: readonly MemoryDevice[] = [
    { name: 'null', minor: 3, read: nothing, write: swallow },
    { name: 'zero', minor: 5, read: zeros, write: swallow },
    { name: 'full', minor: 7, read: zeros, write: () => fail('ENOSPC') },
    { name: 'random', minor: 8, read: noise, write: swallow },
    { name: 'urandom', minor: 9, read: noise, write: swallow },
  ];
  return new Map(
    devices.map((device) => [device.name, { major: 1, minor: device.minor, mode: 0o666, open: () => new OpenMemoryDevice(device) }]),
  );
}

/** The controlling terminal of the caller's session. ENXIO without one. */
const controlling = { major: 5, open: (p: Process): OpenFile | KernelError => p.tty?.open() ?? fail('ENXIO') };

export const TERMINAL_DEVICES: readonly (readonly [string, CharacterDevice])[] = [
  ['tty', { ...controlling, minor: 0, mode: 0o666 }],
  ['console', { ...controlling, minor: 1, mode: 0o600 }],
  ['ptmx', { major: 5, minor: 2, mode: 0o666, open: openPtmx }],
];
