import type { Errno } from './errno.ts';

/**
 * Why the kernel refused a call. Errors are values: a call answers `T | KernelError` and the caller asks
 * {@link isError}.
 */
export class KernelError {
  readonly errno: Errno;
  /** The extended-ack text that rtnetlink sends along; iproute2 prints it as `Error: <text>.` */
  readonly extack: string | undefined;

  constructor(errno: Errno, extack?: string) {
    this.errno = errno;
    this.extack = extack;
  }
}

/** A refusal, with the extended-ack text where Linux has one. */
export function fail(errno: Errno, extack?: string): KernelError {
  return new KernelError(errno, extack);
}

/** Whether a call's answer is a refusal. */
export function isError(x: unknown): x is KernelError {
  return x instanceof KernelError;
}
