import type {
  AndOr,
  Assignment,
  CommandNode,
  CompoundList,
  Node,
  PipelineNode,
  Redirection,
  Statement,
  TestExpression,
  Word,
} from './grammar.ts';
import { Source } from './grammar.ts';
import type { ShellFunction } from './shell.ts';

const STEP = 4;

/** A command printed from its tree as bash's print_cmd.c does; `flat` joins with `; ` where it can (jobs). */
export function printCommand(node: PipelineNode | AndOr | CommandNode, source: string, flat = false): string {
  return new Printer(source, flat).any(node, 0);
}

/** A function as `type` and `declare -f` show it. */
export function printFunction(name: string, definition: ShellFunction): string {
  const printer = new Printer(definition.source.text, false);
  const { body } = definition.node;
  const redirected = body.type === 'Redirected' ? body : undefined;
  const inner = redirected?.command ?? body;
  const list =
    inner.type === 'BraceGroup'
      ? printer.list(inner.body, STEP)
      : inner.type === 'CompoundList'
        ? printer.list(inner, STEP)
        : `${' '.repeat(STEP)}${printer.any(inner as CommandNode, STEP)}`;
  const redirects = redirected === undefined ? '' : printer.redirects(redirected.redirects);
  return `${name} () \n{ \n${list}\n}${redirects}`;
}

class Printer {
  private readonly source: string;
  private readonly flat: boolean;
  private readonly separator: string;

  constructor(source: string, flat: boolean) {
    this.source = source;
    this.flat = flat;
    this.separator = '\n';
  }

  private indent(n: number): string {
    return ' '.repeat(n);
  }

  any(node: PipelineNode | AndOr | CommandNode | CompoundList, depth: number): string {
    switch (node.type) {
      case 'AndOr':
        return node.commands.map((c, i) => (i === 0 ? '' : ` ${node.operators[i - 1]} `) + this.any(c, depth)).join('');
      case 'Pipeline':
        return (
          node.prefixes.map((x) => (x.type === 'Negation' ? '! ' : x.posix === undefined ? 'time ' : 'time -p ')).join('') +
          node.commands.map((c, i) => (i === 0 ? '' : node.operators[i - 1] === '|&' ? ' 2>&1 | ' : ' | ') + this.any(c, depth)).join('')
        );
      case 'Command':
        return this.simple(node);
      case 'Redirected':
        return this.any(node.command, depth) + this.redirects(node.redirects);
      case 'BraceGroup':
        return this.flat ? `{ ${this.inline(node.body)}; }` : `{ \n${this.list(node.body, depth + STEP)}\n${this.indent(depth)}}`;
      case 'Subshell':
        return `( ${this.inlineOrBlock(node.body, depth)} )`;
      case 'If':
        return this.if(node, depth);
      case 'While':
        return `${node.kind} ${this.inline(node.clause)}; do${this.block(node.body, depth)}done`;
      case 'For': {
        const words = node.wordlist === undefined ? ' in "$@"' : ` in ${node.wordlist.map((w) => w.text).join(' ')}`;
        return `for ${node.name.text}${words};${this.flat ? '' : `\n${this.indent(depth)}`}${this.flat ? ' ' : ''}do${this.block(node.body, depth)}done`;
      }
      case 'Select': {
        const words = node.wordlist === undefined ? ' in "$@"' : ` in ${node.wordlist.map((w) => w.text).join(' ')}`;
        return `select ${node.name.text}${words};${this.flat ? ' ' : `\n${this.indent(depth)}`}do${this.block(node.body, depth)}done`;
      }
      case 'ArithmeticFor': {
        const text = (e: { pos: number; end: number } | undefined): string => (e === undefined ? '1' : this.source.slice(e.pos, e.end));
        return `for ((${text(node.initialize)}; ${text(node.test)}; ${text(node.update)}))${this.flat ? '; ' : `\n${this.indent(depth)}`}do${this.block(node.body, depth)}done`;
      }
      case 'Case':
        return this.case(node, depth);
      case 'TestCommand':
        return `[[ ${this.test(node.expression)} ]]`;
      case 'ArithmeticCommand':
        return `((${node.body}))`;
      case 'Function': {
        const definition: ShellFunction = { node, source: new Source(this.source), sourceName: '', exported: false };
        return printFunction(`function ${node.name.text}`, definition).replace(/\n/g, `\n${this.indent(depth)}`);
      }
      case 'CompoundList':
        return this.inline(node);
      case 'Coproc':
        return this.source.slice(node.pos, node.end);
    }
  }

  private block(body: CompoundList, depth: number): string {
    return this.flat
      ? ` ${this.inline(body)}; `
      : `${this.separator}${this.list(body, depth + STEP)};${this.separator}${this.indent(depth)}`;
  }

  private inlineOrBlock(body: CompoundList, depth: number): string {
    if (this.flat) return this.inline(body);
    return this.statements(body.commands, depth, `;\n${this.indent(depth)}`);
  }

  /** Statements on lines of their own. */
  list(body: CompoundList, depth: number): string {
    return this.indent(depth) + this.statements(body.commands, depth, `;\n${this.indent(depth)}`);
  }

  private inline(body: CompoundList): string {
    return this.statements(body.commands, 0, '; ');
  }

  private statements(statements: readonly Statement[], depth: number, separator: string): string {
    let out = '';
    statements.forEach((statement, i) => {
      const text = this.any(statement.command, depth);
      out += text;
      const documents = this.documents(statement);
      out += documents;
      const last = i === statements.length - 1;
      if (statement.background) out += last ? ' &' : ' & ';
      else if (!last) out += documents === '' ? separator : separator.replace(/^;\n?/, '');
    });
    return out;
  }

  /** Bodies of here-documents follow the command's line. */
  private documents(statement: Statement): string {
    const { command } = statement;
    const redirects = command.type === 'Command' || command.type === 'Redirected' ? command.redirects : [];
    let out = '';
    for (const r of redirects) if (r.type === 'HereDoc') out += `\n${r.body.text}${r.delimiter?.value ?? ''}\n`;
    return out;
  }

  private if(node: Node<'If'>, depth: number): string {
    let out = `if ${this.inline(node.clause)}; then${this.block(node.then, depth)}`;
    let closing = '';
    let at = depth;
    for (const elif of node.elif) {
      // elif is printed as an if inside else.
      out += this.flat
        ? `else if ${this.inline(elif.clause)}; then${this.block(elif.then, at)}`
        : `else\n${this.indent(at + STEP)}if ${this.inline(elif.clause)}; then${this.block(elif.then, at + STEP)}`;
      at += STEP;
      closing = this.flat ? `${closing}; fi` : `;\n${this.indent(at - STEP)}fi${closing}`;
    }
    if (node.else !== undefined) out += `else${this.block(node.else, at)}`;
    return `${out}fi${closing}`;
  }

  private case(node: Node<'Case'>, depth: number): string {
    const pad = this.flat ? ' ' : `\n${this.indent(depth + STEP)}`;
    let out = `case ${node.word.text} in `;
    for (const item of node.items) {
      const body = item.body.commands.length === 0 ? '' : this.flat ? this.inline(item.body) : this.list(item.body, depth + 2 * STEP);
      out += `${pad}${item.pattern.map((w) => w.text).join(' | ')})${this.flat ? ' ' : '\n'}${body}${pad}${item.terminator ?? ';;'}`;
    }
    return `${out}${this.flat ? ' ' : `\n${this.indent(depth)}`}esac`;
  }

  private test(node: TestExpression): string {
    switch (node.type) {
      case 'TestGroup':
        return `( ${this.test(node.expression)} )`;
      case 'TestNot':
        return `! ${this.test(node.operand)}`;
      case 'TestLogical':
        return node.operands.map((o) => this.test(o)).join(` ${node.operator} `);
      case 'TestUnary':
        return `${node.operator} ${node.operand.text}`;
      case 'TestBinary':
        return `${node.left.text} ${node.operator} ${node.right.text}`;
    }
  }

  private simple(node: Node<'Command'>): string {
    const words: string[] = [];
    const text = (x: Word | Assignment): string => x.text;
    for (const x of node.prefix) if (x.type === 'Assignment') words.push(text(x));
    if (node.name !== undefined) words.push(node.name.text);
    for (const x of node.suffix) if (x.type === 'Word' || x.type === 'Assignment') words.push(text(x));
    return words.join(' ') + this.redirects(node.redirects, words.length === 0);
  }

  redirects(redirects: readonly Redirection[], first = false): string {
    const out = redirects.map((r) => {
      const fd =
        r.descriptor === undefined ? '' : r.descriptor.type === 'FileDescriptor' ? String(r.descriptor.value) : `{${r.descriptor.name}}`;
      if (r.type === 'HereDoc') return `${fd}${r.operator}${r.delimiter?.text ?? ''}`;
      const target = r.target?.text ?? '';
      if (r.operator === '>&' || r.operator === '<&')
        return /^[\d-]/.test(target) ? `${fd || (r.operator === '>&' ? '1' : '0')}${r.operator}${target}` : `${fd}${r.operator}${target}`;
      return `${fd}${r.operator} ${target}`;
    });
    return out.length === 0 ? '' : (first ? '' : ' ') + out.join(' ');
  }
}
