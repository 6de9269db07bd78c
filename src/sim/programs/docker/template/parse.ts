// The parser of text/template (text/template/parse/parse.go, Go 1.19).

import { BadConstant, parseCharacter, parseNumber, unquote } from './constant.ts';
import { lex, quoteGo, type Token, type TokenType } from './lex.ts';
import {
  type BranchNode,
  type CommandNode,
  describeNode,
  type NumberNode,
  type Operand,
  type PipeNode,
  type Statement,
  type VariableNode,
} from './node.ts';
import { TemplateError } from './template-error.ts';
import { TokenReader } from './token-reader.ts';

/** A template and those that it defines. */
export interface Template {
  /** What it was named; docker names most templates ''. */
  readonly name: string;
  readonly text: string;
  readonly root: readonly Statement[];
  readonly defined: ReadonlyMap<string, readonly Statement[]>;
}

/** Parses a template in which these functions may be called. */
export function parseTemplate(name: string, text: string, functions: { has(name: string): boolean }): Template | TemplateError {
  try {
    return new Parser(name, text, functions).template();
  } catch (thrown) {
    if (thrown instanceof TemplateError) return thrown;
    throw thrown;
  }
}

type Ending = { readonly kind: 'end' | 'else' };
type Item = Statement | Ending;

const isEnding = (item: Item): item is Ending => item.kind === 'end' || item.kind === 'else';

class Parser extends TokenReader {
  readonly #name: string;
  readonly #text: string;
  readonly #functions: { has(name: string): boolean };
  #variables: string[] = ['$'];
  #loops = 0;
  readonly #defined = new Map<string, readonly Statement[]>();

  constructor(name: string, text: string, functions: { has(name: string): boolean }) {
    super(name, lex(text));
    this.#name = name;
    this.#text = text;
    this.#functions = functions;
  }

  template(): Template {
    const root: Statement[] = [];
    while (this.peek().type !== 'eof') {
      if (this.peek().type === 'leftDelim') {
        const delim = this.next();
        if (this.nextNonSpace().type === 'define') {
          this.#definition();
          continue;
        }
        this.backup2(delim);
      }
      const item = this.#textOrAction();
      if (isEnding(item)) this.fail(`unexpected {{${item.kind}}}`);
      root.push(item as Statement);
    }
    return { name: this.#name, text: this.#text, root, defined: this.#defined };
  }

  #definition(): void {
    const outer = this.#variables;
    this.#variables = ['$'];
    const name = this.#stringValue(this.nextNonSpace(), 'define clause');
    this.expect('rightDelim', 'define clause');
    const [list, ending] = this.#itemList();
    if (ending.kind !== 'end') this.fail(`unexpected {{${ending.kind}}} in define clause`);
    this.#add(name, list);
    this.#variables = outer;
  }

  /** An empty definition gives way to another. */
  #add(name: string, list: readonly Statement[]): void {
    const isEmpty = (items: readonly Statement[]) => items.every((item) => item.kind === 'text' && item.text.trim() === '');
    const before = this.#defined.get(name);
    if (before !== undefined && !isEmpty(before)) {
      if (!isEmpty(list)) this.fail(`template: multiple definition of template ${quoteGo(name)}`);
      return;
    }
    this.#defined.set(name, list);
  }

  #stringValue(token: Token, context: string): string {
    if (token.type !== 'string' && token.type !== 'rawString') this.unexpected(token, context);
    return unquote(token.text) ?? this.fail('invalid syntax');
  }

  #itemList(): [Statement[], Ending] {
    const list: Statement[] = [];
    while (this.peekNonSpace().type !== 'eof') {
      const item = this.#textOrAction();
      if (isEnding(item)) return [list, item];
      list.push(item);
    }
    return this.fail('unexpected EOF');
  }

  #textOrAction(): Item {
    const token = this.nextNonSpace();
    if (token.type === 'text') return { kind: 'text', position: token.position, text: token.text };
    if (token.type !== 'leftDelim') this.unexpected(token, 'input');
    this.actionLine = token.line;
    const item = this.#action();
    this.actionLine = 0;
    return item;
  }

  #action(): Item {
    const token = this.nextNonSpace();
    switch (token.type) {
      case 'block':
        return this.#block();
      case 'break':
      case 'continue': {
        const after = this.nextNonSpace();
        if (after.type !== 'rightDelim') this.unexpected(after, `{{${token.type}}}`);
        if (this.#loops === 0) this.fail(`{{${token.type}}} outside {{range}}`);
        return { kind: token.type, position: token.position };
      }
      case 'else':
        if (this.peekNonSpace().type !== 'if') this.expect('rightDelim', 'else');
        return { kind: 'else' };
      case 'end':
        this.expect('rightDelim', 'end');
        return { kind: 'end' };
      case 'if':
      case 'range':
      case 'with':
        return this.#control(token.type, token.position);
      case 'template':
        return this.#call();
    }
    this.backup();
    const { position } = this.peek();
    return { kind: 'action', position, pipe: this.#pipeline('command', 'rightDelim') };
  }

  #control(kind: 'if' | 'range' | 'with', position: number): BranchNode {
    const declared = this.#variables.length;
    const pipe = this.#pipeline(kind, 'rightDelim');
    if (kind === 'range') this.#loops++;
    const [list, ending] = this.#itemList();
    if (kind === 'range') this.#loops--;
    let otherwise: Statement[] | undefined;
    if (ending.kind === 'else') {
      if (kind === 'if' && this.peek().type === 'if') {
        // One {{end}} ends the whole chain.
        const token = this.next();
        otherwise = [this.#control('if', token.position)];
      } else {
        const [rest, last] = this.#itemList();
        if (last.kind !== 'end') this.fail(`expected end; found {{${last.kind}}}`);
        otherwise = rest;
      }
    }
    this.#variables.length = declared;
    return { kind, position, pipe, list, otherwise };
  }

  #block(): Statement {
    const token = this.nextNonSpace();
    const name = this.#stringValue(token, 'block clause');
    const pipe = this.#pipeline('block clause', 'rightDelim');
    const [outer, loops] = [this.#variables, this.#loops];
    [this.#variables, this.#loops] = [['$'], 0];
    const [list, ending] = this.#itemList();
    if (ending.kind !== 'end') this.fail(`unexpected {{${ending.kind}}} in block clause`);
    this.#add(name, list);
    [this.#variables, this.#loops] = [outer, loops];
    return { kind: 'template', position: token.position, name, pipe };
  }

  #call(): Statement {
    const token = this.nextNonSpace();
    const name = this.#stringValue(token, 'template clause');
    let pipe: PipeNode | undefined;
    if (this.nextNonSpace().type !== 'rightDelim') {
      this.backup();
      pipe = this.#pipeline('template clause', 'rightDelim');
    }
    return { kind: 'template', position: token.position, name, pipe };
  }

  #pipeline(context: string, end: TokenType): PipeNode {
    const { position } = this.peekNonSpace();
    const { variables, assigns } = this.#declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.nextNonSpace();
      if (token.type === end) break;
      if (!STARTS_COMMAND.has(token.type)) this.unexpected(token, context);
      this.backup();
      commands.push(this.#command());
    }
    if (commands.length === 0) this.fail(`missing value for ${context}`);
    for (const [i, { args }] of commands.entries())
      if (i > 0 && NOT_EXECUTABLE.has((args[0] as Operand).kind)) this.fail(`non executable command in pipeline stage ${i + 1}`);
    return { kind: 'pipe', position, assigns, variables, commands };
  }

  #declarations(context: string): { variables: VariableNode[]; assigns: boolean } {
    const variables: VariableNode[] = [];
    for (;;) {
      const variable = this.peekNonSpace();
      if (variable.type !== 'variable') return { variables, assigns: false };
      this.next();
      const following = this.peek();
      const next = this.peekNonSpace();
      const comma = next.type === 'char' && next.text === ',';
      if (next.type !== 'assign' && next.type !== 'declare' && !comma) {
        if (following.type === 'space') this.backup3(variable, following);
        else this.backup2(variable);
        return { variables, assigns: false };
      }
      this.nextNonSpace();
      variables.push({ kind: 'variable', position: variable.position, path: variable.text.split('.') });
      this.#variables.push(variable.text);
      if (!comma) return { variables, assigns: next.type === 'assign' };
      if (context !== 'range' || variables.length >= 2) this.fail(`too many declarations in ${context}`);
      if (!AFTER_RANGE_VARIABLE.has(this.peekNonSpace().type)) this.fail('range can only initialize variables');
    }
  }

  #command(): CommandNode {
    const { position } = this.peekNonSpace();
    const args: Operand[] = [];
    for (;;) {
      this.peekNonSpace();
      const operand = this.#operand();
      if (operand !== undefined) args.push(operand);
      const token = this.next();
      if (token.type === 'space') continue;
      if (token.type === 'rightDelim' || token.type === 'rightParen') this.backup();
      else if (token.type !== 'pipe') this.unexpected(token, 'operand');
      break;
    }
    if (args.length === 0) this.fail('empty command');
    return { kind: 'command', position, args };
  }

  #operand(): Operand | undefined {
    const node = this.#term();
    if (node === undefined || this.peek().type !== 'field') return node;
    const { position } = this.peek();
    const path: string[] = [];
    while (this.peek().type === 'field') path.push(this.next().text.slice(1));
    if (node.kind === 'field' || node.kind === 'variable') return { ...node, position, path: [...node.path, ...path] };
    if (node.kind !== 'pipe' && node.kind !== 'identifier') this.fail(`unexpected . after term ${quoteGo(describeNode(node))}`);
    return { kind: 'chain', position, of: node, path };
  }

  #term(): Operand | undefined {
    const token = this.nextNonSpace();
    const { position, text } = token;
    switch (token.type) {
      case 'identifier':
        if (!this.#functions.has(text)) this.fail(`function ${quoteGo(text)} not defined`);
        return { kind: 'identifier', position, name: text };
      case '.':
        return { kind: 'dot', position };
      case 'nil':
        return { kind: 'nil', position };
      case 'variable': {
        const path = text.split('.');
        if (!this.#variables.includes(path[0] as string)) this.fail(`undefined variable ${quoteGo(path[0] as string)}`);
        return { kind: 'variable', position, path };
      }
      case 'field':
        return { kind: 'field', position, path: [text.slice(1)] };
      case 'bool':
        return { kind: 'bool', position, value: text === 'true' };
      case 'charConstant':
        return this.#constant(parseCharacter(position, text));
      case 'number':
        return this.#constant(parseNumber(position, text));
      case 'leftParen':
        return this.#pipeline('parenthesized pipeline', 'rightParen');
      case 'string':
      case 'rawString': {
        const value = unquote(text) ?? this.fail('invalid syntax');
        return { kind: 'string', position, quoted: text, value };
      }
    }
    this.backup();
    return undefined;
  }

  #constant(parsed: NumberNode | BadConstant): NumberNode {
    if (parsed instanceof BadConstant) this.fail(parsed.message);
    return parsed;
  }
}

const STARTS_COMMAND: ReadonlySet<TokenType> = new Set<TokenType>([
  'bool',
  'charConstant',
  '.',
  'field',
  'identifier',
  'number',
  'nil',
  'rawString',
  'string',
  'variable',
  'leftParen',
]);
const NOT_EXECUTABLE: ReadonlySet<string> = new Set(['bool', 'dot', 'nil', 'number', 'string']);
const AFTER_RANGE_VARIABLE: ReadonlySet<TokenType> = new Set<TokenType>(['variable', 'rightDelim', 'rightParen']);
