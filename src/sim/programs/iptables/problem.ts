import { strerror } from '../../base/errno.ts';
import type { KernelError } from '../../base/result.ts';

export const VERSION = 'v1.8.9 (nf_tables)';

/** What ends a command: the exit status, and the text on standard error, which names the program. */
export class Problem {
  readonly status: number;
  readonly text: (program: string) => string;
  constructor(status: number, text: (program: string) => string) {
    this.status = status;
    this.text = text;
  }
}

/** Where a program tells how it is to be used. */
export function advice(program: string): string {
  return `Try \`${program} -h' or '${program} --help' for more information.\n`;
}

/** A mistake in the command line (xtables_error(PARAMETER_PROBLEM)): with the advice to read the help. */
export function misuse(message: string): Problem {
  return new Problem(2, (program) => `${program} ${VERSION}: ${message}\n${advice(program)}`);
}

/** Another complaint of xtables_error(). */
export function complaint(status: number, message: string): Problem {
  return new Problem(status, (program) => `${program} ${VERSION}: ${message}\n`);
}

/** What a refusal means, in the program's words (nft_strerror). */
export function refused(message: string): Problem {
  return new Problem(1, (program) => `${program}: ${message}.\n`);
}

/** What nf_tables has said to a change. */
export function failed(what: string, error: KernelError, about: string): Problem {
  return complaint(4, ` ${what} failed (${strerror(error.errno)}): ${about}`);
}
