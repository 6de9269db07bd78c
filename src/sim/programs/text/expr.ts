import type { Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { posixRegex, RegexError } from '../lib/posix-regex.ts';

/** Precedence of expr's operators, loosest first. */
const LEVELS: readonly (readonly string[])[] = [['|'], ['&'], ['<', '<=', '=', '==', '!=', '>=', '>'], ['+', '-'], ['*', '/', '%'], [':']];

export const expr = command('expr', function* (c) {
  if (c.args.length === 0) return yield* c.misuse('missing operand', 2);
  const parser = new Parser(c);
  const value = yield* parser.level(0);
  const rest = parser.rest;
  if (rest !== undefined) return yield* c.die(2, `syntax error: unexpected argument ‘${rest}’`);
  c.out(`${value}\n`);
  return isNull(value) ? 1 : 0;
});

function isNull(value: string): boolean {
  return value === '' || /^-?0+$/.test(value);
}

class Parser {
  readonly #c: Command;
  readonly #words: readonly string[];
  #i = 0;

  constructor(c: Command) {
    this.#c = c;
    this.#words = c.args[0] === '--' ? c.args.slice(1) : c.args;
  }

  get rest(): string | undefined {
    return this.#words[this.#i];
  }

  *level(n: number): Sys<string> {
    const operators = LEVELS[n];
    if (operators === undefined) return yield* this.#primary();
    let left = yield* this.level(n + 1);
    while (operators.includes(this.#words[this.#i] ?? '')) {
      const operator = this.#words[this.#i++] as string;
      left = yield* this.#apply(operator, left, yield* this.level(n + 1));
    }
    return left;
  }

  *#primary(): Sys<string> {
    const word = this.#words[this.#i++];
    if (word === undefined) return yield* this.#c.die(2, `syntax error: missing argument after ‘${this.#words.at(-1)}’`);
    if (word === '(') {
      const value = yield* this.level(0);
      const close = this.#words[this.#i++];
      if (close !== ')')
        return yield* this.#c.die(
          2,
          `syntax error: expecting ')' ${close === undefined ? `after ‘${this.#words.at(-1)}’` : `instead of ‘${close}’`}`,
        );
      return value;
    }
    switch (this.#words[this.#i] === undefined ? '' : word) {
      case 'length':
        return String([...(yield* this.level(5))].length);
      case 'match': {
        const text = yield* this.level(5);
        return yield* this.#apply(':', text, yield* this.level(5));
      }
      case 'substr': {
        const text = [...(yield* this.level(5))];
        const [from, length] = [Number(yield* this.level(5)), Number(yield* this.level(5))];
        return from > 0 && length > 0 ? text.slice(from - 1, from - 1 + length).join('') : '';
      }
      case 'index': {
        const text = [...(yield* this.level(5))];
        const set = [...(yield* this.level(5))];
        return String(text.findIndex((ch) => set.includes(ch)) + 1);
      }
      default:
        return word === '+' && this.#words[this.#i] !== undefined ? (this.#words[this.#i++] as string) : word;
    }
  }

  *#apply(operator: string, a: string, b: string): Sys<string> {
    switch (operator) {
      case '|':
        return isNull(a) ? (isNull(b) ? '0' : b) : a;
      case '&':
        return isNull(a) || isNull(b) ? '0' : a;
      case ':': {
        const regex = posixRegex(b, { extended: false });
        if (regex instanceof RegexError) return yield* this.#c.die(2, regex.message);
        const m = new RegExp(`^(?:${regex.source})`, 'u').exec(a);
        if (new RegExp(`${regex.source}|`, 'u').exec('')?.length !== 1) return m?.[1] ?? '';
        return String(m ? [...m[0]].length : 0);
      }
    }
    const whole = /^-?\d+$/;
    if ('<<==!=>>='.includes(operator) && operator !== '') {
      const order = whole.test(a) && whole.test(b) ? Number(BigInt(a) - BigInt(b)) : a < b ? -1 : a > b ? 1 : 0;
      const holds: Readonly<Record<string, boolean>> = {
        '<': order < 0,
        '<=': order <= 0,
        '=': order === 0,
        '==': order === 0,
        '!=': order !== 0,
        '>=': order >= 0,
        '>': order > 0,
      };
      return holds[operator] ? '1' : '0';
    }
    if (!whole.test(a) || !whole.test(b)) return yield* this.#c.die(2, 'non-integer argument');
    const [x, y] = [BigInt(a), BigInt(b)];
    if ((operator === '/' || operator === '%') && y === 0n) return yield* this.#c.die(2, 'division by zero');
    return String(operator === '+' ? x + y : operator === '-' ? x - y : operator === '*' ? x * y : operator === '/' ? x / y : x % y);
  }
}
