import { isError } from '../../base/result.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { decodeText } from '../../shell/bytes-of-text.ts';
import { type Command, command, reason } from '../lib/command.ts';
import { openInput } from '../lib/input.ts';
import { AwkSyntaxError } from './ast.ts';
import { undefinedFunction } from './check.ts';
import { Interpreter } from './interpreter.ts';
import { parseAwk } from './parser.ts';

const USAGE = `Usage: mawk [Options] [Program] [file ...]

Program:
    The -f option value is the name of a file containing program text.
    If no -f option is given, a "--" ends option processing; the following
    parameters are the program text.

Options:
    -f program-file  Program  text is read from file instead of from the
                     command-line.  Multiple -f options are accepted.
    -F value         sets the field separator, FS, to value.
    -v var=value     assigns value to program variable var.
    --               unambiguous end of options.

    Implementation-specific options are prefixed with "-W".  They can be
    abbreviated:

    -W version       show version information and exit.
    -W dump          show assembler-like listing of program and exit.
    -W help          show this message and exit.
    -W interactive   set unbuffered output, line-buffered input.
    -W exec file     use file as program as well as last option.
    -W random=number set initial random seed.
    -W sprintf=number adjust size of sprintf buffer.
    -W posix_space   do not consider "\\n" a space.
    -W usage         show this message and exit.
`;

/** mawk 1.3.4, which is Debian's awk. */
export const AWK_PROGRAMS: readonly Program[] = ['awk', 'mawk'].map((name) => command(name, awk));

function* awk(c: Command): Sys<number> {
  let source: string | undefined;
  let separator: string | undefined;
  const assignments: string[] = [];
  const args = [...c.args];
  while (args[0]?.startsWith('-') && args[0] !== '-') {
    const word = args.shift() as string;
    if (word === '--') break;
    const letter = word[1] as string;
    const attached = word.slice(2);
    if (letter === 'F' || letter === 'f' || letter === 'v') {
      const value = attached !== '' ? attached : args.shift();
      if (value === undefined) {
        yield* c.error(`${c.name}: option requires an argument -- ${letter}\n${USAGE}`);
        return 2;
      }
      if (letter === 'F') separator = value;
      else if (letter === 'v') {
        if (!/^[A-Za-z_]\w*=/.test(value)) return yield* c.die(2, `improper assignment: -v ${value}`);
        assignments.push(value);
      } else {
        const fd = openInput(c.p, value);
        const text = isError(fd) ? fd : yield* c.p.readAll(fd);
        if (isError(text)) return yield* c.die(2, `cannot open ${value} (${reason(text)})`);
        source = `${source ?? ''}${decodeText(text)}\n`;
      }
    } else if (letter === 'W' || word.startsWith('--')) {
      if (/version/.test(word + (args[0] ?? ''))) {
        c.out('mawk 1.3.4 20200120\nCopyright 2008-2019,2020, Thomas E. Dickey\nCopyright 1991-1996,2014, Michael D. Brennan\n');
        return 0;
      }
      if (letter === 'W' && attached === '') args.shift();
    } else {
      yield* c.error(`${c.name}: not an option: ${word}\n`);
      return 2;
    }
  }
  source ??= args.shift();
  if (source === undefined) {
    c.out(USAGE);
    return 0;
  }
  const program = parseAwk(source);
  if (program instanceof AwkSyntaxError) {
    yield* c.complain(`line ${program.line}: ${program.message}`);
    if (program.message === "extra '}'") yield* c.complain(`line ${program.line}: syntax error at or near end of line`);
    return 2;
  }
  const missing = undefinedFunction(program);
  if (missing !== undefined) return yield* c.die(2, `line ${source.split('\n').length + 1}: function ${missing} never defined`);
  const interpreter = new Interpreter(c, program);
  interpreter.setArguments([c.name.slice(c.name.lastIndexOf('/') + 1), ...args]);
  if (separator !== undefined) interpreter.assignArgument(`FS=${separator === 't' ? '\t' : separator}`);
  for (const assignment of assignments) interpreter.assignArgument(assignment);
  return yield* interpreter.run();
}
