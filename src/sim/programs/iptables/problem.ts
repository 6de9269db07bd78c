import { strerror } from '../../base/errno.ts';
import type { KernelError } from '../../base/result.ts';

export const VERSION = 'v1.8.9 (nf_tables)';

/** What ends a command: the exit status, and the text on standard error, which names the program and the line of a file it read. */
export class Problem {
  readonly status: number;
  readonly text: (program: string, line?: number) => string;
  constructor(status: number, text: (program: string, line?: number) => string) {
    this.status = status;
    this.text = text;
  }
}

/** Where a program tells how it is to be used. */
export function advice(program: string, line?: number): string {
  const where = line === undefined ? '' : `Error occurred at line: ${line}\n`;
  return `${where}Try \`${program} -h' or '${program} --help' for more information.\n`;
}

/** A mistake in the command line (xtables_error(PARAMETER_PROBLEM)): with the advice to read the help. */
export function misuse(message: string): Problem {
  return new Problem(2, (program, line) => `${program} ${VERSION}: ${message}\n${advice(program, line)}`);
}

/** A word that is no option. */
export function badArgument(word: string): Problem {
  return new Problem(2, (program, line) => `Bad argument \`${word}'\n${advice(program, line)}`);
}

/** Another complaint of xtables_error(). */
export function complaint(status: number, message: string): Problem {
  return new Problem(status, (program) => `${program} ${VERSION}: ${message}\n`);
}

/** What a refusal means, in the program's words (nft_strerror). */
export function refused(message: string, more = ''): Problem {
  return new Problem(1, (program, line) =>
    line === undefined ? `${program}: ${message}.${more}\n` : `${program}: line ${line} failed: ${message}.\n`,
  );
}

/** Nobody without CAP_NET_ADMIN may even look: found out before anything is done (nft_rebuild_cache). */
export const NO_ADMIN = complaint(4, 'Could not fetch rule set generation id: Permission denied (you must be root)');

/** What nf_tables has said to a change. */
export function failed(what: string, error: KernelError, about: string): Problem {
  const text = `${what} failed (${strerror(error.errno)}): ${about}\n`;
  return new Problem(4, (program, line) =>
    line === undefined ? `${program} ${VERSION}:  ${text}` : `${program} ${VERSION}: \nline ${line}: ${text}`,
  );
}

/** A rule jumps to a chain that is not there: in a file that is found out when the table is complete. */
export class MissingChain extends Problem {
  constructor(chain: string) {
    super(2, misuse(`Chain '${chain}' does not exist`).text);
  }
}
