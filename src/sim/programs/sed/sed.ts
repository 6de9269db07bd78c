import { isError } from '../../base/result.ts';
import { decodeText } from '../../shell/bytes-of-text.ts';
import { command, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { openInput } from '../lib/input.ts';
import { SedRun } from './execute.ts';
import { parseSed, SedError } from './script.ts';

const TABLE = {
  short: 'bsnrzuEe:f:l:i::V:',
  long: {
    quiet: 'n',
    silent: 'n',
    'regexp-extended': 'E',
    'in-place': 'i',
    expression: 'e',
    file: 'f',
    'line-length': 'l',
    separate: 's',
    unbuffered: 'u',
    'null-data': 'z',
    'zero-terminated': 'z',
    posix: 'posix',
    debug: 'debug',
    sandbox: 'sandbox',
    'follow-symlinks': 'follow-symlinks',
    version: 'version',
    help: 'help',
  },
};

const USAGE = `Usage: sed [OPTION]... {script-only-if-no-other-script} [input-file]...

  -n, --quiet, --silent
                 suppress automatic printing of pattern space
      --debug
                 annotate program execution
  -e script, --expression=script
                 add the script to the commands to be executed
  -f script-file, --file=script-file
                 add the contents of script-file to the commands to be executed
  --follow-symlinks
                 follow symlinks when processing in place
  -i[SUFFIX], --in-place[=SUFFIX]
                 edit files in place (makes backup if SUFFIX supplied)
  -l N, --line-length=N
                 specify the desired line-wrap length for the \`l' command
  --posix
                 disable all GNU extensions.
  -E, -r, --regexp-extended
                 use extended regular expressions in the script
                 (for portability use POSIX -E).
  -s, --separate
                 consider files as separate rather than as a single,
                 continuous long stream.
      --sandbox
                 operate in sandbox mode (disable e/r/w commands).
  -u, --unbuffered
                 load minimal amounts of data from the input files and flush
                 the output buffers more often
  -z, --null-data
                 separate lines by NUL characters
      --help     display this help and exit
      --version  output version information and exit

If no -e, --expression, -f, or --file option is given, then the first
non-option argument is taken as the sed script to interpret.  All
remaining arguments are names of input files; if no input files are
specified, then the standard input is read.

GNU sed home page: <https://www.gnu.org/software/sed/>.
General help using GNU software: <https://www.gnu.org/gethelp/>.
`;

export const sed = command('sed', function* (c) {
  const parsed = getopt(c.args, TABLE);
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    yield* c.error(USAGE);
    return 1;
  }
  const flags = new Set(parsed.options.map(({ flag }) => flag));
  if (flags.has('help')) {
    c.out(USAGE);
    return 0;
  }
  if (flags.has('version')) {
    c.out('sed (GNU sed) 4.9\n');
    return 0;
  }
  const pieces: string[] = [];
  for (const { flag, value } of parsed.options) {
    if (flag === 'e') pieces.push(value);
    else if (flag === 'f') {
      const fd = openInput(c.p, value);
      const data = isError(fd) ? fd : yield* c.p.readAll(fd);
      if (isError(data)) return yield* c.die(4, `couldn't open file ${value}: ${reason(data)}`);
      pieces.push(decodeText(data).replace(/\n$/, ''));
    }
  }
  const operands = [...parsed.operands];
  if (pieces.length === 0) {
    const script = operands.shift();
    if (script === undefined) {
      yield* c.error(USAGE);
      return 1;
    }
    pieces.push(script);
  }
  const source = pieces.join('\n');
  const quiet = flags.has('n') || source.startsWith('#n\n');
  const script = parseSed(source, flags.has('E') || flags.has('r'));
  if (script instanceof SedError) {
    if (script.at < 0) return yield* c.die(4, script.message);
    return yield* c.die(1, `-e expression #1, char ${script.at}: ${script.message}`);
  }
  const inPlace = parsed.options.findLast(({ flag }) => flag === 'i')?.value;
  const run = new SedRun(c, script, operands, { quiet, separate: flags.has('s'), inPlace, separator: flags.has('z') ? '\0' : '\n' });
  return yield* run.run();
});
