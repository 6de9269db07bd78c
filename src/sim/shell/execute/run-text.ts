import type { Sys } from '../../machine/process.ts';
import { expandAliases } from '../aliases.ts';
import { ExpansionFailed } from '../control-flow.ts';
import type { RunOptions } from '../evaluator.ts';
import { type Parsed, parse, Source, type Statement } from '../grammar.ts';
import type { Shell } from '../shell.ts';
import { type SyntaxFault, syntaxFault } from '../syntax-error.ts';
import { executeStatements } from './list.ts';

/** Says what is wrong with a text, as bash does. */
export function* reportFault(shell: Shell, fault: SyntaxFault, source: Source, inputName: string | undefined): Sys<void> {
  const name = shell.frames.at(-1)?.sourceName ?? shell.name;
  const base = shell.sourceName !== undefined && inputName === undefined ? (shell.frames.at(-1)?.sourceName ?? shell.sourceName) : name;
  const interactiveInput = shell.interactive && (inputName === undefined || inputName === 'eval');
  const prefix = interactiveInput ? `${shell.name}: ` : `${base}: ${inputName === undefined ? '' : `${inputName}: `}line ${fault.line}: `;
  const own = shell.flavour.syntax(fault);
  if (own !== undefined) {
    // They count lines as they have read them; bash's end of file stands one further.
    const line = Math.min(fault.line, source.line(source.text.length));
    const where = shell.flavour.place?.(shell, line) ?? `${shell.sourceName ?? shell.name}: ${line}: `;
    yield* shell.write(2, `${where}${inputName === 'eval' ? 'eval: ' : ''}${own}\n`);
    return;
  }
  let text = '';
  for (const line of fault.message.split('\n\u0000')) text += `${prefix}${line}\n`;
  if (fault.showLine && !interactiveInput) text += `${prefix}\`${source.lineText(fault.line)}'\n`;
  yield* shell.write(2, text);
}

/** Statements that stand together on a line (or on several that belong together): bash reads and runs these one after another. */
function groups(statements: readonly Statement[], text: string, end: number): Statement[][] {
  const out: Statement[][] = [];
  let previousEnd = -1;
  for (const statement of statements) {
    if (statement.pos >= end) break;
    const between = previousEnd < 0 ? '\n' : text.slice(previousEnd, statement.pos);
    if (between.includes('\n') || out.length === 0) out.push([statement]);
    else (out.at(-1) as Statement[]).push(statement);
    previousEnd = statement.end;
  }
  return out;
}

/** Runs a text of commands, line by line, up to the first syntax error. */
export function* runText(shell: Shell, text: string, options: RunOptions = {}): Sys<void> {
  const source = new Source(text, options.line ?? 1);
  yield* runParsed(shell, parse(text), source, options);
}

export function* runParsed(shell: Shell, parsed: Parsed, source: Source, options: RunOptions): Sys<void> {
  const saved = { source: shell.source };
  const fault = syntaxFault(parsed, source) ?? shell.flavour.unknownSyntax?.(parsed, source);
  const text = source.text;
  // What stands on the line of a mistake is not run either.
  const end = fault === undefined ? text.length + 1 : cleanPrefix(text, Math.min(fault.pos, parsed.errors[0]?.pos ?? fault.pos));
  const all = groups(parsed.script.commands, text, end).filter((group) => fault === undefined || (group.at(-1) as Statement).end <= end);
  shell.source = source;
  try {
    for (let i = 0; i < all.length; i++) {
      const group = all[i] as Statement[];
      const last = options.last === true && i === all.length - 1 && fault === undefined;
      const aliased =
        shell.aliases.size > 0 && (shell.interactive || shell.shopts.has('expand_aliases'))
          ? expandAliases(shell, group, source)
          : undefined;
      if (shell.option('verbose') && (options.inputName ?? '-c') === '-c' && !shell.interactive)
        yield* shell.write(2, `${text.slice(group[0]?.pos, group.at(-1)?.end)}\n`);
      for (const doc of parsed.openHereDocs) {
        if (group.some((s) => s.pos <= doc.pos && doc.pos < Math.max(s.end, doc.pos + 1)) && i === all.length - 1) {
          shell.line = source.line(text.length);
          yield* shell.complain(
            `warning: here-document at line ${source.line(doc.pos)} delimited by end-of-file (wanted \`${doc.delimiter}')`,
          );
        }
      }
      if (shell.option('noexec') && !shell.interactive) continue;
      if (aliased === undefined) yield* executeStatements(shell, group, last);
      else yield* runAliased(shell, aliased, source.line(group[0]?.pos ?? 0), options);
    }
    if (fault !== undefined) {
      yield* reportFault(shell, fault, source, options.inputName);
      if (!fault.keepStatus)
        shell.status = fault.message.startsWith('unexpected EOF while looking for') && /[A-Za-z_]\w*\+?=\([^)]*$/.test(text) ? 1 : 2;
      if (fault.message.startsWith('syntax error: unexpected end') || !shell.interactive) throw new ExpansionFailed(shell.status);
    }
  } finally {
    shell.source = saved.source;
  }
}

/** Lines to go back in search of the command that a mistake stands in. */
const MAX_LINES_BACK = 200;

/** Where the commands end that can be run before the mistake at `pos`: the last line end before which all is well formed. */
function cleanPrefix(text: string, pos: number): number {
  let end = pos;
  for (let i = 0; i < MAX_LINES_BACK; i++) {
    end = text.lastIndexOf('\n', end - 1) + 1;
    if (end === 0) return 0;
    const before = parse(text.slice(0, end));
    if (before.errors.length === 0 && before.openHereDocs.length === 0) return end;
    end--;
  }
  return 0;
}

function* runAliased(shell: Shell, text: string, line: number, options: RunOptions): Sys<void> {
  const source = new Source(text, line);
  const parsed = parse(text);
  const fault = syntaxFault(parsed, source);
  if (fault !== undefined) {
    yield* reportFault(shell, fault, source, options.inputName);
    shell.status = 2;
    return;
  }
  const saved = shell.source;
  shell.source = source;
  try {
    yield* executeStatements(shell, parsed.script.commands, false);
  } finally {
    shell.source = saved;
  }
}
