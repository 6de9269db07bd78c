import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { parse, Source } from '../grammar.ts';
import { readInputLine } from '../input.ts';
import type { Shell } from '../shell.ts';
import { syntaxFault } from '../syntax-error.ts';
import { runParsed } from './run-text.ts';

/** Commands from standard input that is no terminal: a line is read when the one before has been run, so commands can read the rest. */
export function* runInput(shell: Shell): Sys<void> {
  let text = '';
  let first = 1;
  let line = 1;
  for (;;) {
    const read = yield* readInputLine(shell, 0);
    const end = read === undefined || isError(read) || read === 'timeout';
    if (!end) {
      text += `${read}\n`;
      line++;
    }
    if (end && text === '') return;
    const source = new Source(text, first);
    const parsed = parse(text);
    const fault = syntaxFault(parsed, source);
    const continued = /(?:^|[^\\])(?:\\\\)*\\\n$/.test(text);
    if (!end && (fault?.incomplete === true || parsed.openHereDocs.length > 0 || continued)) continue;
    yield* runParsed(shell, parsed, source, {});
    if (end) return;
    text = '';
    first = line;
  }
}
