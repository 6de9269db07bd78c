import { isError, type KernelError } from '../base/result.ts';
import type { Sys } from '../machine/process.ts';
import { decodeText } from './bytes-of-text.ts';
import type { Shell } from './shell.ts';

/**
 * Reads byte by byte as the shell must from a pipe, so that what follows the line is left for the next command; from a file it
 * reads ahead and seeks back.
 */
export function* readInputLine(
  shell: Shell,
  fd: number,
  delimiter = 10,
  untilNs?: number,
): Sys<string | undefined | KernelError | 'timeout'> {
  const file = shell.p.file(fd);
  if (file === undefined) return undefined;
  shell.lastLineOpen = false;
  const bytes: number[] = [];
  for (;;) {
    const chunk = file.read(file.kind === 'file' ? 512 : 1);
    if (isError(chunk)) {
      if (chunk.errno !== 'EAGAIN') return chunk;
      if (untilNs !== undefined && shell.p.nowNs >= untilNs) return 'timeout';
      yield* shell.waitOn([file.readable], untilNs, 'read');
      if (shell.traps.waiting) yield* shell.traps.runPending();
      continue;
    }
    if (chunk.length === 0) {
      shell.lastLineOpen = true;
      return bytes.length === 0 ? undefined : decodeText(Uint8Array.from(bytes));
    }
    const end = chunk.indexOf(delimiter);
    if (end < 0) {
      for (const b of chunk) bytes.push(b);
      continue;
    }
    for (const b of chunk.subarray(0, end)) bytes.push(b);
    if (end + 1 < chunk.length) file.seek?.(end + 1 - chunk.length, 'current');
    return decodeText(Uint8Array.from(bytes));
  }
}
