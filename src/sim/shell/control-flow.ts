/** Thrown to leave what is being run: bash's longjmps. None of these is an error of the simulator. */

export class BreakLoop {
  levels: number;
  /** The loop's status: 1 after a bad count. */
  readonly status: number;
  constructor(levels: number, status = 0) {
    this.levels = levels;
    this.status = status;
  }
}

export class ContinueLoop {
  levels: number;
  constructor(levels: number) {
    this.levels = levels;
  }
}

export class ReturnFromFunction {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

/** `exit`, or `set -e`: leaves the shell. */
export class ExitShell {
  readonly status: number;
  constructor(status: number) {
    this.status = status;
  }
}

/**
 * A mistake while expanding (already reported): ends the current line of an interactive shell and a whole script, as
 * bash's DISCARD and FORCE_EOF do.
 */
export class ExpansionFailed {
  readonly status: number;
  /** The shell ends even if it was only a discarded line for other mistakes (set -u, ${x?}). */
  readonly fatal: boolean;
  constructor(status: number, fatal = false) {
    this.status = status;
    this.fatal = fatal;
  }
}

/** Ctrl-C in an interactive shell: back to the prompt. */
export class CommandInterrupted {
  /** The newline after ^C has been printed. */
  readonly shown: boolean;
  constructor(shown = false) {
    this.shown = shown;
  }
}
