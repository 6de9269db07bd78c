import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { CommandInterrupted } from '../control-flow.ts';
import { readInputLine } from '../input.ts';
import type { Shell } from '../shell.ts';
import type { LineEnd } from './editor.ts';

/** Reads lines as the terminal hands them over, as dash does, which has no line editor. */
export class PlainReader {
  private readonly shell: Shell;

  constructor(shell: Shell) {
    this.shell = shell;
  }

  *readLine(prompt: string): Sys<LineEnd> {
    yield* this.shell.write(2, prompt);
    try {
      const line = yield* readInputLine(this.shell, 0);
      if (line === undefined || line === 'timeout' || isError(line))
        return { end: this.shell.p.terminal(0)?.hungUp === false ? 'eof' : 'hangup' };
      return { end: 'line', text: line };
    } catch (thrown) {
      if (!(thrown instanceof CommandInterrupted)) throw thrown;
      yield* this.shell.write(2, '\n');
      return { end: 'interrupt' };
    }
  }
}
