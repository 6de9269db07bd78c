import { parseIpv4 } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { text } from '../../base/utf8.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { hostName } from '../net-lib/getnameinfo.ts';
import { type ArpOptions, unknownHost } from './arp-options.ts';
import { deleteEntry, setEntry } from './arp-set.ts';
import { ARP_USAGE } from './arp-usage.ts';
import { ARP_HARDWARE } from './lists.ts';
import { procLines, resolveInet } from './resolve.ts';
import { versionText } from './version.ts';

const E_OPTERR = 3;

/** arp of net-tools 2.10. */
export const arp: Program = command('arp', main, '/usr/sbin');

const LONG = {
  verbose: 'v',
  version: 'V',
  all: 'a',
  delete: 'd',
  file: 'f',
  numeric: 'n',
  set: 's',
  protocol: 'A',
  'hw-type': 'H',
  device: 'i',
  help: 'h',
  'use-device': 'D',
  symbolic: 'N',
};

function* main(c: Command): Sys<number> {
  const o: ArpOptions = {
    numeric: false,
    bsd: false,
    verbose: false,
    useDevice: false,
    hardwareGiven: false,
    device: undefined,
    mode: 'show',
  };
  const parsed = getopt(c.args, { short: 'A:H:adfp:nsei:Dt:vh?DNV', long: LONG });
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    return yield* usage(c, E_OPTERR);
  }
  for (const { flag, value } of parsed.options) {
    switch (flag) {
      case 'a':
        o.bsd = true;
        break;
      case 'n':
        o.numeric = true;
        break;
      case 'v':
        o.verbose = true;
        break;
      case 'D':
        o.useDevice = true;
        break;
      case 'd':
        o.mode = 'delete';
        break;
      case 's':
        o.mode = 'set';
        break;
      case 'f':
        o.mode = 'file';
        break;
      case 'i':
        o.device = value;
        break;
      case 'A':
      case 'p':
        if (value !== 'inet') return yield* c.die(255, `${value}: unknown address family.`);
        break;
      case 'H':
      case 't':
        if (value !== 'ether') return yield* c.die(255, `${value}: unknown hardware type.`);
        o.hardwareGiven = true;
        break;
      case 'V':
        c.out(versionText({ features: '+I18N +SELINUX', hardware: '(ether)' }));
        return 0;
      case 'h':
        return yield* usage(c, 0);
      case '?':
        return yield* usage(c, E_OPTERR);
    }
  }
  switch (o.mode) {
    case 'show':
      return yield* show(c, o, parsed.operands[0]);
    case 'set':
      return yield* setEntry(c, o, parsed.operands);
    case 'delete':
      return yield* deleteEntry(c, o, parsed.operands);
    case 'file':
      return yield* fromFile(c, o, parsed.operands[0] ?? '/etc/ethers');
  }
}

function* usage(c: Command, status: number): Sys<never> {
  if (status === 0) c.out(ARP_USAGE);
  else yield* c.error(ARP_USAGE);
  yield* c.error(ARP_HARDWARE);
  throw new Exit(status);
}

const ATF_COM = 0x02;
const ATF_PERM = 0x04;
const ATF_PUBL = 0x08;

interface ArpEntry {
  readonly ip: string;
  readonly flags: number;
  readonly hardware: string;
  readonly mask: string;
  readonly device: string;
}

/** The lines of /proc/net/arp. */
function entries(c: Command): ArpEntry[] {
  return procLines(c.p, '/proc/net/arp').map((line) => {
    const [ip = '', , flags = '', hardware = '', mask = '', device = ''] = line.split(/\s+/);
    return { ip, flags: Number(flags), hardware, mask, device };
  });
}

function* show(c: Command, o: ArpOptions, name: string | undefined): Sys<number> {
  let host: string | undefined;
  if (name !== undefined) {
    const address = yield* resolveInet(c.p, name);
    if (address === undefined) return yield* unknownHost(c, name);
    host = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.');
  }
  const all = entries(c);
  let shown = 0;
  let skipped = 0;
  for (const entry of all) {
    if ((host !== undefined && entry.ip !== host) || (o.device !== undefined && entry.device !== o.device)) {
      skipped++;
      continue;
    }
    const hostname = o.numeric ? undefined : yield* hostName(c.p, { family: 'inet', address: parseIpv4(entry.ip) ?? 0 });
    if (!o.bsd && shown === 0) c.out('Address                  HWtype  HWaddress           Flags Mask            Iface\n');
    c.out(o.bsd ? bsdLine(entry, hostname ?? '?') : linuxLine(entry, hostname ?? entry.ip));
    shown++;
  }
  if (o.verbose) c.out(`Entries: ${all.length}\tSkipped: ${skipped}\tFound: ${shown}\n`);
  if (shown === 0) {
    if (host !== undefined && !o.bsd) c.out(`${name} (${host}) -- no entry\n`);
    else if (host !== undefined || o.device !== undefined || o.hardwareGiven) {
      c.out(`arp: in ${all.length} entries no match found.\n`);
    }
  }
  return 0;
}

/** arp_disp_2(). */
function linuxLine(entry: ArpEntry, name: string): string {
  const { flags } = entry;
  const complete = (flags & ATF_COM) !== 0;
  const proxy = (flags & ATF_PUBL) !== 0;
  const type = complete ? 'ether' : proxy ? '*' : '';
  const hardware = complete ? entry.hardware : proxy ? '<from_interface>' : '(incomplete)';
  const letters = `${complete ? 'C' : ''}${(flags & ATF_PERM) !== 0 ? 'M' : ''}${proxy ? 'P' : ''}`;
  const mask = entry.mask === '*' ? '' : entry.mask;
  return `${name.padEnd(23)}  ${type.padEnd(8)}${hardware.padEnd(20)}${letters.padEnd(6)}${mask.padEnd(15)} ${entry.device}\n`;
}

/** arp_disp(): as BSD has it. */
function bsdLine(entry: ArpEntry, name: string): string {
  const { flags } = entry;
  const proxy = (flags & ATF_PUBL) !== 0;
  const hardware = (flags & ATF_COM) !== 0 ? `${entry.hardware} [ether]` : proxy ? '<from_interface>' : '<incomplete>';
  const permanent = (flags & ATF_PERM) !== 0 ? 'PERM ' : '';
  return `${name} (${entry.ip}) at ${hardware} ${permanent}${proxy ? 'PUP ' : ''}on ${entry.device}\n`;
}

/** arp_file(): a set command on each line. */
function* fromFile(c: Command, o: ArpOptions, path: string): Sys<number> {
  const bytes = c.p.machine.files.readFile(c.p, path);
  if (isError(bytes)) return yield* c.die(255, `cannot open etherfile ${path} !`);
  for (const [i, line] of text(bytes).split('\n').entries()) {
    const words = line.trim().split(/\s+/);
    if (words[0] === '' || words[0]?.startsWith('#')) continue;
    if (words.length < 2) {
      yield* c.complain(`format error on line ${i + 1} of etherfile ${path} !`);
      continue;
    }
    const status = yield* setEntry(c, o, words);
    if (status !== 0) yield* c.complain(`cannot set entry on line ${i + 1} of etherfile ${path} !`);
  }
  return 0;
}
