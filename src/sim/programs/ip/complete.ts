import type { Process } from '../../machine/process.ts';
import { LINK_KIND_NAMES } from './link-kind.ts';
import { netnsNames } from './netns-files.ts';
import { OBJECT_NAMES } from './objects.ts';
import { matches } from './parse.ts';

const OPTIONS = [
  '-4',
  '-6',
  '-all',
  '-batch',
  '-brief',
  '-details',
  '-family',
  '-json',
  '-netns',
  '-oneline',
  '-pretty',
  '-statistics',
  '-timestamp',
];

const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  address: ['add', 'change', 'delete', 'flush', 'help', 'replace', 'show'],
  link: ['add', 'delete', 'help', 'property', 'set', 'show'],
  maddress: ['help', 'show'],
  monitor: ['address', 'all', 'help', 'label', 'link', 'neigh', 'nsid', 'route', 'rule'],
  neighbour: ['add', 'change', 'delete', 'flush', 'get', 'help', 'replace', 'show'],
  netns: ['add', 'attach', 'delete', 'exec', 'help', 'identify', 'list', 'list-id', 'monitor', 'pids', 'set'],
  nexthop: ['help', 'show'],
  route: ['add', 'append', 'change', 'delete', 'flush', 'get', 'help', 'replace', 'show'],
  rule: ['add', 'delete', 'flush', 'help', 'show'],
  tunnel: ['help', 'show'],
  tuntap: ['help', 'show'],
};

const WORDS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  address: {
    add: ['broadcast', 'dev', 'label', 'nodad', 'peer', 'scope'],
    delete: ['dev'],
    flush: ['dev', 'label', 'scope', 'to'],
    show: ['dev', 'dynamic', 'label', 'permanent', 'primary', 'scope', 'secondary', 'to', 'type', 'up'],
  },
  link: {
    add: ['address', 'index', 'mtu', 'name', 'netns', 'txqueuelen', 'type'],
    delete: ['dev'],
    set: [
      'address',
      'alias',
      'allmulticast',
      'arp',
      'dev',
      'down',
      'group',
      'master',
      'mtu',
      'multicast',
      'name',
      'netns',
      'nomaster',
      'promisc',
      'txqueuelen',
      'up',
    ],
    show: ['dev', 'group', 'master', 'nomaster', 'type', 'up'],
  },
  neighbour: { add: ['dev', 'lladdr', 'nud'], delete: ['dev'], flush: ['dev', 'nud', 'to'], show: ['dev', 'nud', 'to', 'unused'] },
  route: {
    add: [
      'blackhole',
      'default',
      'dev',
      'metric',
      'mtu',
      'nexthop',
      'onlink',
      'prohibit',
      'proto',
      'scope',
      'src',
      'table',
      'unreachable',
      'via',
    ],
    delete: ['default', 'dev', 'metric', 'table', 'via'],
    get: ['from', 'iif', 'mark', 'oif'],
    flush: ['cache', 'dev', 'proto', 'root', 'table'],
    show: ['default', 'dev', 'match', 'proto', 'root', 'scope', 'table', 'type', 'via'],
  },
  rule: { add: ['from', 'fwmark', 'iif', 'lookup', 'oif', 'pref', 'table', 'to'], delete: ['from', 'lookup', 'pref', 'table', 'to'] },
};

const VALUES: Readonly<Record<string, readonly string[]>> = {
  type: LINK_KIND_NAMES,
  scope: ['global', 'host', 'link', 'site'],
  table: ['all', 'default', 'local', 'main'],
  proto: ['boot', 'kernel', 'static'],
  nud: ['all', 'delay', 'failed', 'incomplete', 'noarp', 'none', 'permanent', 'probe', 'reachable', 'stale'],
  arp: ['off', 'on'],
  multicast: ['off', 'on'],
  promisc: ['off', 'on'],
  '-family': ['inet', 'inet6', 'link'],
};

/** Words that a device's name may follow. */
const BEFORE_DEVICE = ['dev', 'master', 'oif', 'iif', 'link', 'set', 'show', 'delete', 'del'];

/** Candidates for the last word, for the Tab key. */
export function completeIp(p: Process, words: readonly string[]): readonly string[] {
  const last = words.at(-1) ?? '';
  const before = words.at(-2) ?? '';
  const start = words.findIndex(
    (word, i) => i > 0 && !word.startsWith('-') && !['-n', '-netns', '-family', '-f'].includes(words[i - 1] ?? ''),
  );
  const candidates = candidatesAt(p, words, start, before, last);
  return [...new Set(candidates)].filter((word) => word.startsWith(last)).sort();
}

function candidatesAt(p: Process, words: readonly string[], start: number, before: string, last: string): readonly string[] {
  if (before === '-n' || before === '-netns' || before === 'netns')
    return netnsNames(p).concat(before === 'netns' && start === words.length - 2 ? (COMMANDS.netns ?? []) : []);
  const at = words.length - 1;
  if (start < 0 || at <= start) return VALUES[before] ?? (last.startsWith('-') ? OPTIONS : OBJECT_NAMES);
  const object = OBJECT_NAMES.find((name) => matches(words[start] ?? '', name)) ?? '';
  const commands = COMMANDS[object] ?? [];
  if (at === start + 1) return commands;
  const command = commands.find((name) => matches(words[start + 1] ?? '', name)) ?? '';
  if (object === 'netns') return netnsArguments(p, command, at - start);
  if (VALUES[before] !== undefined) return VALUES[before];
  const devices = BEFORE_DEVICE.includes(before) ? [...p.netns.devices.values()].map((dev) => dev.name) : [];
  if (['dev', 'master', 'oif', 'iif'].includes(before)) return devices;
  return [...devices, ...(WORDS[object]?.[command] ?? [])];
}

function netnsArguments(p: Process, command: string, position: number): readonly string[] {
  const named = ['delete', 'exec', 'pids', 'set'].includes(command);
  if (named && position === 2) return netnsNames(p);
  return command === 'exec' && position === 3 ? ['bash', 'ip', 'ping'] : [];
}
