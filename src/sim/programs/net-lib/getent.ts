import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { getaddrinfo, type HostAddress, LookupError, numericAddress } from './getaddrinfo.ts';
import { hostName, numericHost } from './getnameinfo.ts';
import { entryHasName, type HostsEntry, readHosts } from './hosts-file.ts';

const HINT = "Try `getent --help' or `getent --usage' for more information.\n";
/** Some key was not found; enumeration is not supported. */
const NOT_FOUND = 2;
const NO_ENUMERATION = 3;

/** glibc's getent: what the name services know, printed as their files are written. */
export const getent = command('getent', function* (c) {
  const args = c.args.filter((word) => !word.startsWith('-'));
  const [database, ...keys] = args;
  if (database === undefined) {
    yield* c.error(`getent: wrong number of arguments\n${HINT}`);
    return 1;
  }
  switch (database) {
    case 'hosts':
      return yield* hosts(c, keys);
    case 'ahosts':
    case 'ahostsv4':
    case 'ahostsv6':
      return yield* ahosts(c, database, keys);
    case 'passwd':
    case 'group':
    case 'shadow':
      return yield* colonFile(c, database, keys);
    case 'services':
    case 'protocols':
    case 'networks':
      return yield* listFile(c, database, keys);
    default:
      yield* c.error(`Unknown database: ${database}\n${HINT}`);
      return 1;
  }
});

function hostsLine(p: Process, entry: HostsEntry): string {
  const host: HostAddress =
    entry.address.family === 'inet'
      ? { family: 'inet', address: entry.address.ip }
      : { family: 'inet6', address: entry.address.ip, scopeId: 0 };
  return `${numericHost(p.netns, host).padEnd(15)} ${[entry.name, ...entry.aliases].join(' ')}\n`;
}

function* hosts(c: Command, keys: readonly string[]): Sys<number> {
  const { p } = c;
  if (keys.length === 0) {
    for (const entry of readHosts(p)) yield* c.print(hostsLine(p, entry));
    return 0;
  }
  let status = 0;
  for (const key of keys) {
    const numeric = numericAddress(p, key);
    const entry = readHosts(p).find((e) =>
      numeric === undefined ? entryHasName(e, key) : e.address.family === numeric.family && e.address.ip === numeric.address,
    );
    if (entry !== undefined) {
      yield* c.print(hostsLine(p, entry));
      continue;
    }
    if (numeric !== undefined) {
      const name = yield* hostName(p, numeric);
      if (name === undefined) status = NOT_FOUND;
      else yield* c.print(`${numericHost(p.netns, numeric).padEnd(15)} ${name}\n`);
      continue;
    }
    // IPv6 first, and IPv4 only where there is none (gethostbyname2).
    let info = yield* getaddrinfo(p, key, 'inet6');
    if (info instanceof LookupError) info = yield* getaddrinfo(p, key, 'inet');
    if (info instanceof LookupError) {
      status = NOT_FOUND;
      continue;
    }
    for (const address of info.addresses) {
      // A name that was completed from the search list is no alias of the whole one.
      const completed = info.canonicalName === key || info.canonicalName.startsWith(`${key}.`);
      const names = completed ? info.canonicalName : `${info.canonicalName} ${key}`;
      yield* c.print(`${numericHost(p.netns, address).padEnd(15)} ${names}\n`);
    }
  }
  return status;
}

function* ahosts(c: Command, database: string, keys: readonly string[]): Sys<number> {
  const { p } = c;
  if (keys.length === 0) {
    yield* c.error(`Enumeration not supported on ${database}\n`);
    return NO_ENUMERATION;
  }
  let status = 0;
  for (const key of keys) {
    let info = yield* getaddrinfo(p, key, database === 'ahostsv4' ? 'inet' : database === 'ahostsv6' ? 'inet6' : undefined);
    let mapped = '';
    if (info instanceof LookupError && database === 'ahostsv6') {
      info = yield* getaddrinfo(p, key, 'inet');
      mapped = '::ffff:';
    }
    if (info instanceof LookupError) {
      status = NOT_FOUND;
      continue;
    }
    for (const [i, address] of info.addresses.entries()) {
      for (const [k, type] of ['STREAM', 'DGRAM', 'RAW'].entries()) {
        const name = i === 0 && k === 0 ? info.canonicalName : '';
        yield* c.print(`${(mapped + numericHost(p.netns, address)).padEnd(15)} ${type.padEnd(6)} ${name}\n`);
      }
    }
  }
  return status;
}

function linesOf(p: Process, path: string): string[] {
  const bytes = p.machine.files.readFile(p, path);
  return isError(bytes)
    ? []
    : text(bytes)
        .split('\n')
        .filter((line) => line !== '' && !line.startsWith('#'));
}

/** /etc/passwd and its like: by name or number. */
function* colonFile(c: Command, database: string, keys: readonly string[]): Sys<number> {
  const lines = linesOf(c.p, `/etc/${database}`);
  let status = 0;
  for (const key of keys) {
    const line = lines.find((l) => l.split(':')[/^\d+$/.test(key) ? 2 : 0] === key);
    if (line === undefined) status = NOT_FOUND;
    else yield* c.print(`${line}\n`);
  }
  if (keys.length === 0) for (const line of lines) yield* c.print(`${line}\n`);
  return status;
}

/** /etc/services and its like: name, number, aliases. */
function* listFile(c: Command, database: string, keys: readonly string[]): Sys<number> {
  const rows = linesOf(c.p, `/etc/${database}`).map((line) => line.replace(/#.*/, '').trim().split(/\s+/));
  const show = ([name = '', number = '', ...aliases]: readonly string[]): string =>
    `${name.padEnd(21)} ${[number, ...aliases].join(' ')}\n`;
  let status = 0;
  for (const key of keys) {
    const [wanted, protocol] = key.split('/');
    const row = rows.find(([name, number = '', ...aliases]) => {
      const [n, of] = number.split('/');
      return (name === wanted || aliases.includes(wanted as string) || n === wanted) && (protocol === undefined || protocol === of);
    });
    if (row === undefined) status = NOT_FOUND;
    else yield* c.print(show(row));
  }
  if (keys.length === 0) for (const row of rows) yield* c.print(show(row));
  return status;
}
