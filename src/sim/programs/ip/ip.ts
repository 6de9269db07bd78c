import type { Process, Program, Sys } from '../../machine/process.ts';
import { runBatch } from './batch.ts';
import { completeIp } from './complete.ts';
import { defaultOptions, Ip, type Options } from './context.ts';
import { IP_HELP } from './help/ip.ts';
import { switchNetns } from './ipnetns.ts';
import { runObject } from './objects.ts';
import { Exit, matches, parseUnsigned, Words, wrong } from './parse.ts';

/** ip(8) of iproute2 6.1.0. */
export const ip: Program = {
  name: 'ip',
  path: '/usr/sbin/ip',
  *main(p: Process, argv: readonly string[]): Sys<number> {
    const command = new Ip(p, defaultOptions());
    let status: number;
    try {
      status = yield* start(command, argv);
    } catch (exit) {
      if (!(exit instanceof Exit)) throw exit;
      command.err(exit.message);
      status = exit.status;
    }
    yield* command.flush();
    return status;
  },
  complete: completeIp,
};

function* start(command: Ip, argv: readonly string[]): Sys<number> {
  const words = new Words(argv, 1);
  for (; words.left > 0 && words.word.startsWith('-'); words.step()) {
    if (words.word === '--') {
      words.step();
      break;
    }
    if (readOption(command, words) === 'done') return 0;
  }
  if (command.options.batch !== undefined) return yield* runBatch(command, command.options.batch);
  if (words.left === 0) throw new Exit(255, IP_HELP);
  return yield* runObject(command, words.rest());
}

/** Options that only count or are on. */
const SWITCHES: readonly (readonly [name: string, set: (options: Options) => void])[] = [
  [
    '-4',
    (o) => {
      o.family = 'inet';
    },
  ],
  [
    '-6',
    (o) => {
      o.family = 'inet6';
    },
  ],
  [
    '-0',
    (o) => {
      o.family = 'link';
    },
  ],
  [
    '-M',
    (o) => {
      o.family = 'mpls';
    },
  ],
  [
    '-B',
    (o) => {
      o.family = 'bridge';
    },
  ],
];

/** In the order in which iproute2 tries them: the first that a shortened word fits is meant. */
const LONG_SWITCHES: readonly (readonly [name: string, set: (options: Options) => void])[] = [
  [
    '-human-readable',
    (o) => {
      o.human++;
    },
  ],
  [
    '-iec',
    (o) => {
      o.iec = true;
    },
  ],
  [
    '-stats',
    (o) => {
      o.stats++;
    },
  ],
  [
    '-statistics',
    (o) => {
      o.stats++;
    },
  ],
  [
    '-details',
    (o) => {
      o.details++;
    },
  ],
  ['-resolve', () => {}],
  [
    '-oneline',
    (o) => {
      o.oneline = true;
    },
  ],
  [
    '-timestamp',
    (o) => {
      o.timestamp = true;
    },
  ],
  [
    '-tshort',
    (o) => {
      o.timestamp = true;
      o.timestampShort = true;
    },
  ],
];

const LATE_SWITCHES: readonly (readonly [name: string, set: (options: Options) => void])[] = [
  [
    '-brief',
    (o) => {
      o.brief = true;
    },
  ],
  [
    '-json',
    (o) => {
      o.json = true;
    },
  ],
  [
    '-pretty',
    (o) => {
      o.pretty = true;
    },
  ],
];

const LAST_SWITCHES: readonly (readonly [name: string, set: (options: Options) => void])[] = [
  [
    '-Numeric',
    (o) => {
      o.numeric = true;
    },
  ],
  [
    '-all',
    (o) => {
      o.all = true;
    },
  ],
  ['-echo', () => {}],
];

const FAMILIES = { inet: 'inet', inet6: 'inet6', link: 'link', mpls: 'mpls', bridge: 'bridge' } as const;

function readOption(command: Ip, words: Words): 'done' | 'more' {
  const { options } = command;
  const option = words.word.startsWith('--') ? words.word.slice(1) : words.word;
  const argument = (): string => {
    words.step();
    if (words.left === 0) throw new Exit(255, IP_HELP);
    return words.word;
  };
  const set = (switches: typeof SWITCHES, fits: (name: string) => boolean): boolean => {
    const found = switches.find(([name]) => fits(name));
    found?.[1](options);
    return found !== undefined;
  };
  const shortened = (name: string): boolean => matches(option, name);
  if (shortened('-loops')) options.maxFlushLoops = Number.parseInt(argument(), 10) || 0;
  else if (shortened('-family')) {
    const value = argument();
    const family = FAMILIES[value as keyof typeof FAMILIES];
    if (family === undefined) throw value === 'help' ? new Exit(255, IP_HELP) : wrong('invalid protocol family', value);
    options.family = family;
  } else if (set(SWITCHES, (name) => name === option) || set(LONG_SWITCHES, shortened)) return 'more';
  else if (shortened('-Version')) {
    command.out('ip utility, iproute2-6.1.0, libbpf 1.1.2\n');
    return 'done';
  } else if (shortened('-force')) options.force = true;
  else if (shortened('-batch')) options.batch = argument();
  else if (set(LATE_SWITCHES, shortened)) return 'more';
  else if (shortened('-rcvbuf')) {
    const value = argument();
    if (parseUnsigned(value) === undefined) throw new Exit(255, `Invalid rcvbuf size '${value}'\n`);
  } else if (/^-c(o(l(or?)?)?)?(=(always|auto|never))?$/.test(option)) return 'more';
  else if (shortened('-help')) throw new Exit(255, IP_HELP);
  else if (shortened('-netns')) {
    words.step();
    switchNetns(command, words.left === 0 ? undefined : words.word);
  } else if (!set(LAST_SWITCHES, shortened)) throw new Exit(255, `Option "${option}" is unknown, try "ip -help".\n`);
  return 'more';
}
