import { formatIpv4 } from '../../base/address.ts';
import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { getaddrinfo, LookupError } from '../net-lib/getaddrinfo.ts';
import { readHosts } from '../net-lib/hosts-file.ts';
import { HOSTNAME_HELP } from './help.ts';

/** What the program asks for the addresses of its own name. */
type LookUp = 'getaddrinfo' | 'gethostbyname';

const MAX_NAME = 64;

const LONG: Readonly<Record<string, string>> = {
  alias: 'a',
  'all-fqdns': 'A',
  boot: 'b',
  domain: 'd',
  fqdn: 'f',
  long: 'f',
  file: 'F',
  'ip-address': 'i',
  'all-ip-addresses': 'I',
  short: 's',
  yp: 'y',
  nis: 'y',
  help: 'h',
  version: 'V',
};

/** hostname(1) 3.23; under its other names it shows the domain. */
function* main(c: Command, lookUp: LookUp): Sys<number> {
  const called = c.name.slice(c.name.lastIndexOf('/') + 1);
  const parsed = getopt(c.args, { short: 'aAdfbF:h?iIsVy', long: LONG });
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    yield* c.error(HOSTNAME_HELP);
    return 255;
  }
  let what = called === 'dnsdomainname' ? 'd' : called === 'hostname' ? '' : 'y';
  let file: string | undefined;
  let boot = false;
  for (const { flag, value } of parsed.options) {
    if (flag === 'h' || flag === '?') {
      yield* c.error(HOSTNAME_HELP);
      return 255;
    }
    if (flag === 'V') {
      c.out('hostname 3.23\n');
      return 0;
    }
    if (flag === 'F') file = value;
    else if (flag === 'b') boot = true;
    else what = flag;
  }
  if (parsed.operands.length > 1) {
    yield* c.error(HOSTNAME_HELP);
    return 255;
  }
  if (file !== undefined) return yield* setFromFile(c, file);
  const [name] = parsed.operands;
  if (name !== undefined && (what === '' || boot)) return yield* set(c, name);
  return yield* show(c, what, lookUp);
}

function* set(c: Command, name: string): Sys<number> {
  const trimmed = name.trim();
  if (trimmed.length > MAX_NAME) return yield* c.die(1, 'name too long');
  if (!isValid(trimmed)) return yield* c.die(1, 'the specified hostname is invalid');
  return c.p.sethostname(trimmed) === undefined ? 0 : yield* c.die(1, 'you must be root to change the host name');
}

/** Letters, digits, hyphens and single dots, with a letter or digit at both ends. */
function isValid(name: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/.test(name) && !/\.\.|\.-|-\./.test(name);
}

function* setFromFile(c: Command, file: string): Sys<number> {
  const bytes = c.p.machine.files.readFile(c.p, file);
  if (isError(bytes)) return yield* c.die(1, strerror(bytes.errno));
  const name = text(bytes)
    .split('\n')
    .find((line) => line !== '' && !line.startsWith('#'));
  return name === undefined ? 0 : yield* set(c, name);
}

function* show(c: Command, what: string, lookUp: LookUp): Sys<number> {
  const { hostname, domainname } = c.p.namespaces.uts;
  switch (what) {
    case '':
      c.out(`${hostname}\n`);
      return 0;
    case 's':
      c.out(`${hostname.replace(/\..*/s, '')}\n`);
      return 0;
    case 'I':
      c.out(
        `${ownAddresses(c)
          .map((address) => `${address} `)
          .join('')}\n`,
      );
      return 0;
    case 'A':
      c.out('\n');
      return 0;
    case 'y':
      if (domainname !== '(none)' && domainname !== '') c.out(`${domainname}\n`);
      else if (c.name.endsWith('domainname') && !c.name.startsWith('nis') && !c.name.startsWith('yp')) c.out('(none)\n');
      else return yield* c.die(1, 'Local domain name not set');
      return 0;
    case 'a':
      c.out(`${aliases(c, hostname).join(' ')}\n`);
      return 0;
    default:
      return yield* showLookup(c, what, hostname, lookUp);
  }
}

/** What is found when the own name is looked up. */
function* showLookup(c: Command, what: string, hostname: string, lookUp: LookUp): Sys<number> {
  const found = yield* getaddrinfo(c.p, hostname);
  if (found instanceof LookupError) return yield* c.die(1, found.text);
  const { canonicalName } = found;
  if (what === 'f') c.out(`${canonicalName}\n`);
  else if (what === 'd') {
    const dot = canonicalName.indexOf('.');
    if (dot >= 0) c.out(`${canonicalName.slice(dot + 1)}\n`);
  } else {
    const addresses = found.addresses.map((a) => (a.family === 'inet' ? formatIpv4(a.address) : a.address));
    c.out(`${(lookUp === 'gethostbyname' && !findsAll(c) ? addresses.slice(0, 1) : addresses).join(' ')}\n`);
  }
  return 0;
}

/** gethostbyname(3) takes one line of /etc/hosts unless host.conf(5) says `multi on`. */
function findsAll({ p }: Command): boolean {
  const file = p.machine.files.readFile(p, '/etc/host.conf');
  return !isError(file) && /^multi\s+on/m.test(text(file));
}

function aliases(c: Command, hostname: string): readonly string[] {
  return readHosts(c.p).find((entry) => entry.name === hostname)?.aliases ?? [];
}

/** Addresses of devices that are up, without loopback and link-local ones. */
function ownAddresses(c: Command): readonly string[] {
  const { rtnetlink } = c.p;
  const { devices, loopback } = c.p.netns;
  return rtnetlink
    .addresses()
    .filter((a) => a.ifindex !== loopback.ifindex && devices.get(a.ifindex)?.up === true)
    .map((a) => (typeof a.local === 'number' ? formatIpv4(a.local) : a.local))
    .filter((address) => !address.startsWith('fe80:'));
}

const hostnamePrograms = (lookUp: LookUp): readonly Program[] =>
  ['hostname', 'domainname', 'dnsdomainname', 'nisdomainname', 'ypdomainname'].map((name) => command(name, (c) => main(c, lookUp)));

export const HOSTNAME_PROGRAMS = hostnamePrograms('getaddrinfo');
export const BUSYBOX_HOSTNAME_PROGRAMS = hostnamePrograms('gethostbyname');
