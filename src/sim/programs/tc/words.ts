import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';

/** The words of a tc command, taken one by one. */
export class Words {
  readonly c: Command;
  private readonly words: readonly string[];
  private at = 0;

  constructor(c: Command, words: readonly string[]) {
    this.c = c;
    this.words = words;
  }

  get next(): string | undefined {
    return this.words[this.at];
  }

  skip(): void {
    this.at++;
  }

  /** The next word, which has to be there (NEXT_ARG). */
  *take(): Sys<string> {
    const word = this.words[this.at++];
    if (word !== undefined) return word;
    return yield* this.refuse(255, 'Command line is not complete. Try option "help"\n');
  }

  *refuse(status: number, message: string): Sys<never> {
    yield* this.c.error(message);
    throw new Exit(status);
  }
}

/** `tc` finds a command by its beginning. */
export function matches(word: string, whole: string): boolean {
  return word !== '' && whole.startsWith(word);
}
