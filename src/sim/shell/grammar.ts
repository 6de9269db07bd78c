/**
 * The only door to `unbash`, which knows bash's grammar. Everything else in the shell sees the types exported here, so that a
 * change of that library's interface stays in this file.
 */

import type * as Unbash from 'unbash';
import { parse as parseSource } from 'unbash';

export type Assignment = Unbash.Assignment;
export type ArrayValue = Unbash.ArrayValue;
export type AndOr = Unbash.AndOr;
export type Command = Unbash.Command;
export type CommandNode = Unbash.CommandNode;
export type CompoundList = Unbash.CompoundList;
export type FunctionNode = Unbash.Function;
export type ParameterExpansionPart = Unbash.ParameterExpansionPart;
export type ParameterOperation = Unbash.ParameterOperation;
export type PipelineNode = Unbash.PipelineNode;
export type Redirection = Unbash.Redirection;
export type Script = Unbash.ParsedScript;
export type Statement = Unbash.Statement;
export type TestExpression = Unbash.TestExpression;
export type Word = Unbash.Word;
export type WordPart = Unbash.WordPart;
export type Node<T extends Unbash.SyntaxNode['type']> = Extract<Unbash.SyntaxNode, { readonly type: T }>;

/** A text that commands come from: a file, the argument of -c, one line typed, the argument of eval. */
export class Source {
  readonly text: string;
  /** Line number of the first line. */
  readonly firstLine: number;
  private starts: number[] | undefined;

  constructor(text: string, firstLine = 1) {
    this.text = text;
    this.firstLine = firstLine;
  }

  /** Number of the line that holds an offset. */
  line(pos: number): number {
    this.starts ??= lineStarts(this.text);
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] as number) <= pos) low = middle;
      else high = middle - 1;
    }
    return this.firstLine + low;
  }

  /** The text of the line with a number, without its newline. */
  lineText(line: number): string {
    return this.text.split('\n')[line - this.firstLine] ?? '';
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) starts.push(i + 1);
  return starts;
}

/** A here-document that its delimiter does not end. */
export interface OpenHereDoc {
  readonly pos: number;
  readonly delimiter: string;
}

/** What a text means: the commands before the first mistake, and the mistake. */
export interface Parsed {
  readonly script: Script;
  readonly errors: readonly Unbash.ParseError[];
  readonly openHereDocs: readonly OpenHereDoc[];
}

/** Parses a text; mistakes are listed, never thrown. */
export function parse(text: string): Parsed {
  const script = parseSource(text);
  return { script, errors: [...(script.errors ?? [])], openHereDocs: text.includes('<<') ? findOpenHereDocs(script) : [] };
}

/**
 * Parts of a text in which quotes mean nothing and only $ and ` are special: the inside of $(( )), a subscript, a prompt. unbash
 * scans the body of a here-document by just these rules. Undefined when the text is plain.
 */
export function expandableParts(text: string): readonly WordPart[] | undefined {
  if (!/[$`\\]/.test(text)) return undefined;
  let delimiter = 'E';
  while (text.includes(delimiter)) delimiter += 'O';
  const script = parseSource(`:<<${delimiter}\n${text}\n${delimiter}\n`);
  const command = script.commands[0]?.command;
  const doc = command?.type === 'Command' ? command.redirects[0] : undefined;
  const parts = doc?.type === 'HereDoc' ? doc.body.parts : undefined;
  if (parts === undefined) return undefined;
  const last = parts.at(-1);
  if (last?.type !== 'Literal') return parts;
  // The newline before the delimiter is not part of the text.
  return [...parts.slice(0, -1), { ...last, value: last.value.replace(/\n$/, ''), text: last.text.replace(/\n$/, '') }];
}

/** Parses a text as one word of a command, spaces included (for the operand of an expansion kept as text). */
export function wordOf(text: string): Word | undefined {
  const command = parseSource(`: ${text}`).commands[0]?.command;
  const word = command?.type === 'Command' ? command.args[0] : undefined;
  return word?.type === 'Word' ? word : undefined;
}

function findOpenHereDocs(script: Script): OpenHereDoc[] {
  const found: OpenHereDoc[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) {
      for (const x of node) visit(x);
      return;
    }
    if (typeof node !== 'object' || node === null || !('type' in node)) return;
    const n = node as Unbash.SyntaxNode;
    if (n.type === 'HereDoc') {
      if (n.closing === undefined && n.delimiter !== undefined) found.push({ pos: n.pos, delimiter: n.delimiter.value });
      return;
    }
    if (n.type === 'Word' || n.type === 'Assignment') return;
    if (n.type === 'Command') {
      visit(n.redirects);
      return;
    }
    for (const value of Object.values(n)) if (typeof value === 'object') visit(value);
  };
  visit(script.commands);
  return found;
}
