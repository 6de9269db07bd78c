import type { Sys } from '../../machine/process.ts';
import { type Command, Exit } from '../lib/command.ts';
import type { OutputMode } from './cli-format.ts';
import { CLI_USAGE } from './cli-usage.ts';
import { REDIS_VERSION } from './version.ts';

export interface CliOptions {
  host: string;
  port: number;
  user: string | undefined;
  password: string | undefined;
  db: number;
  /** Negative for ever. */
  repeat: number;
  intervalS: number;
  lastFromInput: boolean;
  failOnError: boolean;
  output: OutputMode;
  words: readonly string[];
}

/** Options come first; what follows is the command (parseOptions in redis-cli.c). */
export function* cliOptions(c: Command): Sys<CliOptions> {
  const options: CliOptions = {
    host: '127.0.0.1',
    port: 6379,
    user: undefined,
    password: c.environment.get('REDISCLI_AUTH'),
    db: 0,
    repeat: 1,
    intervalS: 0,
    lastFromInput: false,
    failOnError: false,
    output: c.interactive ? 'terminal' : 'raw',
    words: [],
  };
  const { args } = c;
  let warn = false;
  let i = 0;
  for (; i < args.length && (args[i] as string).startsWith('-'); i++) {
    const word = args[i] as string;
    const value = args[i + 1];
    if (value !== undefined && take(options, word, value)) {
      if (word === '-a' || word === '--pass' || word === '-u') warn = true;
      i++;
    } else if (word === '-x') options.lastFromInput = true;
    else if (word === '-e') options.failOnError = true;
    else if (word === '--raw' || word === '--csv') options.output = word === '--raw' ? 'raw' : 'csv';
    else if (word === '--no-raw') options.output = 'terminal';
    else if (word === '--no-auth-warning') warn = false;
    else if (word === '-c' || word === '-2') continue;
    else if (word === '-v' || word === '--version') {
      c.out(`redis-cli ${REDIS_VERSION}\n`);
      throw new Exit(0);
    } else if (word === '--help') {
      c.out(CLI_USAGE);
      throw new Exit(0);
    } else {
      yield* c.error(`Unrecognized option or bad number of args for: '${word}'\n`);
      throw new Exit(1);
    }
  }
  if (warn && !args.includes('--no-auth-warning')) {
    yield* c.error("Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n");
  }
  options.words = args.slice(i);
  return options;
}

/** An option with a value; false where it is none. */
function take(options: CliOptions, word: string, value: string): boolean {
  switch (word) {
    case '-h':
      options.host = value;
      return true;
    case '-p':
      options.port = Number.parseInt(value, 10) || 0;
      return true;
    case '-a':
    case '--pass':
      options.password = value;
      return true;
    case '--user':
      options.user = value;
      return true;
    case '-n':
      options.db = Number.parseInt(value, 10) || 0;
      return true;
    case '-r':
      options.repeat = Number.parseInt(value, 10) || 0;
      return true;
    case '-i':
      options.intervalS = Number.parseFloat(value) || 0;
      return true;
    case '-u': {
      const match = /^redis:\/\/(?:(?:([^:@/]*):)?([^@/]*)@)?([^:/]+)?(?::(\d+))?(?:\/(\d+))?$/.exec(value);
      if (!match) return false;
      if (match[1]) options.user = match[1];
      options.password = match[2] ?? options.password;
      options.host = match[3] ?? options.host;
      options.port = Number(match[4] ?? options.port);
      options.db = Number(match[5] ?? 0);
      return true;
    }
    default:
      return false;
  }
}
