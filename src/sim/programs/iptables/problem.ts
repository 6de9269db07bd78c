/** What ends a command: the text on standard error and the exit status. */
export class Problem {
  readonly text: string;
  readonly status: number;
  constructor(text: string, status: number) {
    this.text = text;
    this.status = status;
  }
}

export const VERSION = 'v1.8.9 (nf_tables)';

/** A mistake in the command line (xtables_error(PARAMETER_PROBLEM)): with the advice to read the help. */
export function misuse(message: string): Problem {
  return new Problem(`iptables ${VERSION}: ${message}\nTry \`iptables -h' or 'iptables --help' for more information.\n`, 2);
}

/** What the kernel's refusal means, in the program's words. */
export function refused(message: string): Problem {
  return new Problem(`iptables: ${message}.\n`, 1);
}
