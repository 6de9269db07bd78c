// The grammar of pcap-filter(7), libpcap's grammar.y. `and` and `or` bind alike and to the left; `not` binds closest.

import { FilterError, PROTOCOLS, SYNTAX_ERROR, type Token, tokenize } from './lexer.ts';

export type Direction = 'src' | 'dst' | 'src or dst' | 'src and dst';

/** What stands before a name or number: a later bare one takes over its predecessor's. */
export interface Qualifiers {
  readonly protocol: string | undefined;
  readonly direction: Direction | undefined;
  readonly type: 'host' | 'net' | 'port' | 'portrange' | 'proto' | 'gateway' | undefined;
}

/** A name, number or address. */
export type Identifier =
  | { readonly kind: 'name' | 'mac' | 'ipv6'; readonly text: string; readonly prefix?: number }
  | { readonly kind: 'ipv4'; readonly text: string; readonly prefix?: number; readonly mask?: string }
  | { readonly kind: 'number'; readonly value: number };

export type Arithmetic =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'length' }
  | { readonly kind: 'load'; readonly protocol: string; readonly offset: Arithmetic; readonly size: number }
  | { readonly kind: 'binary'; readonly operator: string; readonly left: Arithmetic; readonly right: Arithmetic }
  | { readonly kind: 'negate'; readonly of: Arithmetic };

export type Expression =
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'match'; readonly qualifiers: Qualifiers; readonly id: Identifier }
  | { readonly kind: 'protocol'; readonly protocol: string }
  | { readonly kind: 'relation'; readonly operator: string; readonly left: Arithmetic; readonly right: Arithmetic }
  | { readonly kind: 'broadcast' | 'multicast'; readonly protocol: string | undefined }
  | { readonly kind: 'less' | 'greater' | 'ifindex'; readonly value: number }
  | { readonly kind: 'inbound' | 'outbound' }
  | { readonly kind: 'vlan'; readonly id: number | undefined };

/** An expression, or undefined for an empty one, which every packet matches. Throws a FilterError. */
export function parseFilter(text: string): Expression | undefined {
  const tokens = tokenize(text);
  if (tokens.length === 0) return undefined;
  const parser = new Parser(tokens);
  const { expression } = parser.expression(undefined);
  if (!parser.atEnd) throw SYNTAX_ERROR;
  return expression;
}

/** A parsed part and the qualifiers that a bare identifier after it takes over. */
interface Block {
  readonly expression: Expression;
  readonly qualifiers: Qualifiers | undefined;
}

const RELATIONS: ReadonlySet<string> = new Set(['>', '>=', '=', '<=', '<', '!=']);

/** Operators of arithmetic, those that bind closer later. */
const LEVELS: readonly (readonly string[])[] = [['|', '^'], ['&'], ['<<', '>>'], ['+', '-'], ['*', '/', '%']];

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get atEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  get #token(): Token | undefined {
    return this.#tokens[this.#at];
  }

  #isOperator(text: string): boolean {
    const token = this.#token;
    return token?.kind === 'operator' && token.text === text;
  }

  #takeWord(...words: string[]): string | undefined {
    const token = this.#token;
    if (token?.kind !== 'word' || !words.includes(token.text)) return undefined;
    this.#at++;
    return token.text;
  }

  #takeOperator(text: string): boolean {
    if (!this.#isOperator(text)) return false;
    this.#at++;
    return true;
  }

  #expectOperator(text: string): void {
    if (!this.#takeOperator(text)) throw SYNTAX_ERROR;
  }

  expression(inherited: Qualifiers | undefined): Block {
    let block = this.#term(inherited);
    for (let word = this.#takeWord('and', 'or'); word !== undefined; word = this.#takeWord('and', 'or')) {
      const right = this.#term(block.qualifiers, true);
      block = { expression: { kind: word as 'and' | 'or', left: block.expression, right: right.expression }, qualifiers: right.qualifiers };
    }
    return block;
  }

  /** `joined`: behind `and` or `or`, where an identifier may stand alone. */
  #term(inherited: Qualifiers | undefined, joined = false): Block {
    if (this.#takeWord('not') !== undefined) {
      const { expression, qualifiers } = this.#term(inherited, joined);
      return { expression: { kind: 'not', of: expression }, qualifiers };
    }
    const relation = this.#relation();
    if (relation !== undefined) return { expression: relation, qualifiers: undefined };
    if (this.#takeOperator('(')) {
      const block = this.expression(inherited);
      this.#expectOperator(')');
      return block;
    }
    if (this.#token !== undefined && this.#token.kind !== 'word' && this.#token.kind !== 'operator') {
      if (inherited === undefined) throw joined ? new FilterError('syntax error in filter expression') : SYNTAX_ERROR;
      return { expression: { kind: 'match', qualifiers: inherited, id: this.#identifier() }, qualifiers: inherited };
    }
    return this.#primitive();
  }

  /** A comparison of two arithmetic expressions; undefined, and nothing taken, where there is none here. */
  #relation(): Expression | undefined {
    const start = this.#at;
    const left = this.#tryArithmetic(0);
    const token = this.#token;
    if (left === undefined || token?.kind !== 'operator' || !RELATIONS.has(token.text)) {
      this.#at = start;
      return undefined;
    }
    this.#at++;
    const right = this.#tryArithmetic(0);
    if (right === undefined) throw SYNTAX_ERROR;
    return { kind: 'relation', operator: token.text, left, right };
  }

  #tryArithmetic(level: number): Arithmetic | undefined {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#tryOperand();
    let left = this.#tryArithmetic(level + 1);
    while (left !== undefined) {
      const token = this.#token;
      if (token?.kind !== 'operator' || !operators.includes(token.text)) break;
      this.#at++;
      const right = this.#tryArithmetic(level + 1);
      if (right === undefined) return undefined;
      left = { kind: 'binary', operator: token.text, left, right };
    }
    return left;
  }

  #tryOperand(): Arithmetic | undefined {
    const token = this.#token;
    if (token?.kind === 'number') {
      this.#at++;
      return { kind: 'constant', value: token.value };
    }
    if (this.#takeWord('len') !== undefined) return { kind: 'length' };
    if (this.#takeOperator('-')) {
      const of = this.#tryOperand();
      return of && { kind: 'negate', of };
    }
    if (this.#takeOperator('(')) {
      const inner = this.#tryArithmetic(0);
      return inner !== undefined && this.#takeOperator(')') ? inner : undefined;
    }
    if (token?.kind !== 'word' || !PROTOCOLS.has(token.text)) return undefined;
    this.#at++;
    if (!this.#takeOperator('[')) return undefined;
    const offset = this.#tryArithmetic(0);
    if (offset === undefined) throw SYNTAX_ERROR;
    const size = this.#takeOperator(':') ? this.#number() : 1;
    this.#expectOperator(']');
    return { kind: 'load', protocol: token.text, offset, size };
  }

  #number(): number {
    const token = this.#token;
    if (token?.kind !== 'number') throw SYNTAX_ERROR;
    this.#at++;
    return token.value;
  }

  /** What begins with a word: qualifiers and what they qualify, a protocol alone, or one of the special primitives. */
  #primitive(): Block {
    const alone = (expression: Expression): Block => ({ expression, qualifiers: undefined });
    const special = this.#takeWord('less', 'greater', 'ifindex');
    if (special !== undefined) return alone({ kind: special as 'less' | 'greater' | 'ifindex', value: this.#number() });
    const way = this.#takeWord('inbound', 'outbound');
    if (way !== undefined) return alone({ kind: way as 'inbound' | 'outbound' });
    if (this.#takeWord('vlan') !== undefined) return alone({ kind: 'vlan', id: this.#vlanId() });
    const protocol = this.#takeWord(...PROTOCOLS);
    const cast = this.#takeWord('broadcast', 'multicast');
    if (cast !== undefined) return alone({ kind: cast as 'broadcast' | 'multicast', protocol });
    const direction = this.#direction();
    const type =
      direction === undefined
        ? this.#takeWord('host', 'net', 'port', 'portrange', 'proto', 'gateway')
        : this.#takeWord('host', 'net', 'port', 'portrange');
    if (direction === undefined && type === undefined) {
      if (protocol === undefined) throw SYNTAX_ERROR;
      return alone({ kind: 'protocol', protocol });
    }
    const qualifiers: Qualifiers = { protocol, direction, type: type as Qualifiers['type'] };
    return { expression: this.#qualified(qualifiers), qualifiers };
  }

  #vlanId(): number | undefined {
    const token = this.#token;
    if (token?.kind === 'number') return this.#number();
    const start = this.#at;
    if (this.#takeOperator('(')) {
      if (this.#token?.kind === 'number') {
        const id = this.#number();
        if (this.#takeOperator(')')) return id;
      }
      this.#at = start;
    }
    return undefined;
  }

  #direction(): Direction | undefined {
    const first = this.#takeWord('src', 'dst');
    if (first === undefined) return undefined;
    const start = this.#at;
    const both = this.#takeWord('and', 'or');
    const second = both === undefined ? undefined : this.#takeWord(first === 'src' ? 'dst' : 'src');
    if (second !== undefined) return both === 'or' ? 'src or dst' : 'src and dst';
    this.#at = start;
    return first as Direction;
  }

  /** The identifier behind qualifiers, or several in parentheses. */
  #qualified(qualifiers: Qualifiers): Expression {
    if (this.#takeWord('not') !== undefined) return { kind: 'not', of: this.#qualified(qualifiers) };
    if (!this.#takeOperator('(')) return { kind: 'match', qualifiers, id: this.#identifier() };
    let expression = this.#qualified(qualifiers);
    for (let word = this.#takeWord('and', 'or'); word !== undefined; word = this.#takeWord('and', 'or')) {
      expression = { kind: word as 'and' | 'or', left: expression, right: this.#qualified(qualifiers) };
    }
    this.#expectOperator(')');
    return expression;
  }

  #identifier(): Identifier {
    const token = this.#token;
    if (token === undefined || token.kind === 'word' || token.kind === 'operator') throw SYNTAX_ERROR;
    this.#at++;
    if (token.kind === 'number') return { kind: 'number', value: token.value };
    const { kind, text } = token;
    if (kind === 'ipv4' || kind === 'ipv6') {
      if (this.#takeOperator('/')) return { kind, text, prefix: this.#number() };
      if (kind === 'ipv4' && this.#takeWord('mask') !== undefined) {
        const mask = this.#token;
        if (mask?.kind !== 'ipv4') throw SYNTAX_ERROR;
        this.#at++;
        return { kind, text, mask: mask.text };
      }
    }
    return { kind, text };
  }
}

/** The host names in an expression, which are looked up before it is compiled. */
export function hostNamesIn(expression: Expression): string[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return [...hostNamesIn(expression.left), ...hostNamesIn(expression.right)];
    case 'not':
      return hostNamesIn(expression.of);
    case 'match': {
      const { id, qualifiers } = expression;
      const isHost = (qualifiers.type === undefined || qualifiers.type === 'host') && qualifiers.protocol !== 'ether';
      return id.kind === 'name' && isHost ? [id.text] : [];
    }
    default:
      return [];
  }
}
