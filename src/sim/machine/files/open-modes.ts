import { fail, type KernelError } from '../../base/result.ts';
import type { OpenFlags } from '../process.ts';

/** lseek(2) for a file of a known size: the new offset, or EINVAL for a negative one. */
export function seekTo(offset: number, whence: 'set' | 'current' | 'end', current: number, size: number): number | KernelError {
  const base = whence === 'set' ? 0 : whence === 'current' ? current : size;
  const next = base + offset;
  return next < 0 ? fail('EINVAL') : next;
}

/** What an open file may be used for. */
export function accessOf(flags: OpenFlags): 'r' | 'w' | 'rw' {
  if (flags.write !== true) return 'r';
  return flags.read === true ? 'rw' : 'w';
}
