import type { Sys } from '../../machine/process.ts';
import { compareNumbers } from '../execute/conditional.ts';
import type { Builtin } from '../flavour.ts';
import type { Shell } from '../shell.ts';
import { fileComparison, unaryTest } from './test-operators.ts';

const UNARY = /^-[abcdefghknoprstuvwxzGLNORS]$/;
const BINARY = new Set(['=', '==', '!=', '<', '>', '-eq', '-ne', '-lt', '-le', '-gt', '-ge', '-nt', '-ot', '-ef']);

/** A mistake in the expression: status 2. */
class TestError {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** test and [: by number of arguments as POSIX has it, then by precedence. */
const test: Builtin = function* (shell, args, name) {
  let words = args;
  if (name === '[') {
    if (args.at(-1) !== ']') {
      yield* shell.complain("[: missing `]'");
      return 2;
    }
    words = args.slice(0, -1);
  }
  try {
    return (yield* new Evaluator(shell, words).run()) ? 0 : 1;
  } catch (thrown) {
    if (!(thrown instanceof TestError)) throw thrown;
    yield* shell.complain(`${name}: ${thrown.text}`);
    return 2;
  }
};

class Evaluator {
  private readonly shell: Shell;
  private readonly words: readonly string[];
  private at = 0;

  constructor(shell: Shell, words: readonly string[]) {
    this.shell = shell;
    this.words = words;
  }

  *run(): Sys<boolean> {
    return yield* this.byCount(this.words);
  }

  private *byCount(words: readonly string[]): Sys<boolean> {
    const [a = '', b = '', c = '', d = ''] = words;
    switch (words.length) {
      case 0:
        return false;
      case 1:
        return a !== '';
      case 2:
        if (a === '!') return b === '';
        if (UNARY.test(a)) return yield* unaryTest(this.shell, a, b);
        throw new TestError(`${this.shell.flavour.kind === 'ash' ? b : a}: unary operator expected`);
      case 3:
        if (BINARY.has(b)) return this.binary(a, b, c);
        if (b === '-a') return a !== '' && c !== '';
        if (b === '-o') return a !== '' || c !== '';
        if (a === '!') return !(yield* this.byCount([b, c]));
        if (a === '(' && c === ')') return b !== '';
        throw new TestError(`${b}: binary operator expected`);
      case 4:
        if (a === '!') return !(yield* this.byCount([b, c, d]));
        if (a === '(' && d === ')') return yield* this.byCount([b, c]);
    }
    this.at = 0;
    const value = yield* this.or();
    if (this.at < this.words.length) throw new TestError(this.words[this.at] === undefined ? 'argument expected' : 'too many arguments');
    return value;
  }

  private *or(): Sys<boolean> {
    let value = yield* this.and();
    while (this.words[this.at] === '-o') {
      this.at++;
      const right = yield* this.and();
      value = value || right;
    }
    return value;
  }

  private *and(): Sys<boolean> {
    let value = yield* this.term();
    while (this.words[this.at] === '-a') {
      this.at++;
      const right = yield* this.term();
      value = value && right;
    }
    return value;
  }

  private *term(): Sys<boolean> {
    const { words } = this;
    const word = words[this.at];
    if (word === undefined) throw new TestError('argument expected');
    if (word === '!') {
      this.at++;
      return !(yield* this.term());
    }
    const operator = words[this.at + 1];
    if (operator !== undefined && BINARY.has(operator) && words[this.at + 2] !== undefined) {
      this.at += 3;
      return this.binary(word, operator, words[this.at - 1] as string);
    }
    if (word === '(') {
      this.at++;
      const value = yield* this.or();
      if (words[this.at] !== ')') throw new TestError("`)' expected");
      this.at++;
      return value;
    }
    if (UNARY.test(word) && words[this.at + 1] !== undefined && !(operator === '-a' || operator === '-o')) {
      this.at += 2;
      return yield* unaryTest(this.shell, word, words[this.at - 1] as string);
    }
    this.at++;
    return word !== '';
  }

  private binary(left: string, operator: string, right: string): boolean {
    switch (operator) {
      case '=':
      case '==':
        return left === right;
      case '!=':
        return left !== right;
      case '<':
        return left < right;
      case '>':
        return left > right;
      case '-nt':
      case '-ot':
      case '-ef':
        return fileComparison(this.shell, operator, left, right);
    }
    return compareNumbers(operator, this.integer(left), this.integer(right));
  }

  private integer(word: string): bigint {
    if (!/^\s*[+-]?\d+\s*$/.test(word)) throw new TestError(`${word}: integer expression expected`);
    return BigInt(word.trim().replace(/^\+/, ''));
  }
}

export const testBuiltins: Readonly<Record<string, Builtin>> = { test, '[': test };
