/** What ends a command: the text on standard error and the exit status. */
export class Problem {
  readonly text: string;
  readonly status: number;
  constructor(text: string, status: number) {
    this.text = text;
    this.status = status;
  }
}

export const NAME = 'conntrack v1.4.7 (conntrack-tools)';

/** A mistake in the command line (PARAMETER_PROBLEM): with the advice to read the help. */
export function misuse(message: string): Problem {
  return new Problem(`${NAME}: ${message}\nTry \`conntrack -h' or 'conntrack --help' for more information.\n`, 2);
}

/** What the kernel's refusal means (OTHER_PROBLEM). */
export function refused(message: string): Problem {
  return new Problem(`${NAME}: Operation failed: ${message}\n`, 1);
}

export const NO_ADMIN = refused('sorry, you must be root or get CAP_NET_ADMIN capability to do this');
