// The values of flags: Go's strconv and time, docker's go-units, and what docker checks while it reads the command line.

import { DockerError } from '../../../docker/error.ts';
import { parseReference } from '../../../docker/image/reference.ts';

/** What is wrong with a value, behind `invalid argument "…" for "…" flag: `. */
export class BadValue {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** strconv.Quote, for what people type. */
export function quote(s: string): string {
  return JSON.stringify(s);
}

function failed(call: string, given: string, why = 'invalid syntax'): BadValue {
  return new BadValue(`strconv.${call}: parsing ${quote(given)}: ${why}`);
}

export function parseBool(given: string): boolean | BadValue {
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(given)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(given)) return false;
  return failed('ParseBool', given);
}

/** Digits in any of Go's bases; undefined for anything else. */
function integer(given: string): bigint | undefined {
  const match = /^([-+]?)(0[xX](?:_?[0-9a-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?[0-9])*)$/.exec(given);
  if (match === null) return undefined;
  const digits = (match[2] as string).replaceAll('_', '');
  const value = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return match[1] === '-' ? -value : value;
}

export function parseInt64(given: string): number | BadValue {
  const value = integer(given);
  if (value === undefined) return failed('ParseInt', given);
  return BigInt.asIntN(64, value) === value ? Number(value) : failed('ParseInt', given, 'value out of range');
}

export function parseUint(given: string, bits: number): number | BadValue {
  const value = /^[-+]/.test(given) ? undefined : integer(given);
  if (value === undefined) return failed('ParseUint', given);
  return BigInt.asUintN(bits, value) === value ? Number(value) : failed('ParseUint', given, 'value out of range');
}

export function parseFloatFlag(given: string): number | BadValue {
  const value = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(given) ? Number(given) : Number.NaN;
  return Number.isNaN(value) ? failed('ParseFloat', given) : value;
}

const DURATION_UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** time.ParseDuration, in nanoseconds. */
export function parseDuration(given: string): number | BadValue {
  const invalid = new BadValue(`time: invalid duration ${quote(given)}`);
  const sign = given.startsWith('-') ? -1 : 1;
  let rest = given.replace(/^[-+]/, '');
  if (rest === '0') return 0;
  if (rest === '') return invalid;
  let total = 0;
  while (rest !== '') {
    const match = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(rest);
    if (match === null) return invalid;
    const unit = match[2] as string;
    if (unit === '') return new BadValue(`time: missing unit in duration ${quote(given)}`);
    const scale = DURATION_UNITS[unit];
    if (scale === undefined) return new BadValue(`time: unknown unit ${quote(unit)} in duration ${quote(given)}`);
    total += Number(match[1]) * scale;
    rest = rest.slice(match[0].length);
  }
  return sign * Math.trunc(total);
}

/** units.RAMInBytes: `64m`, `1.5GiB`, in powers of 1024. */
export function parseBytes(given: string): number | BadValue {
  const match = /^(\d+(?:\.\d+)*) ?([kKmMgGtTpP])?[iI]?[bB]?$/.exec(given);
  const number = Number(match?.[1] ?? Number.NaN);
  if (match === null || Number.isNaN(number)) return new BadValue(`invalid size: '${given}'`);
  const power = match[2] === undefined ? 0 : 'kmgtp'.indexOf(match[2].toLowerCase()) + 1;
  return Math.trunc(number * 1024 ** power);
}

/** opts.ParseCPUs: a rational number, as billionths. */
export function parseDecimal(given: string): number | BadValue {
  const match = /^([-+]?)(\d+\.?\d*|\.\d+)(?:[eE]([-+]?\d+))?$|^([-+]?\d+)\/(\d+)$/.exec(given);
  if (match === null || match[5] === '0') return new BadValue(`failed to parse ${given} as a rational number`);
  const value = match[4] === undefined ? Number(given) : Number(match[4]) / Number(match[5]);
  const billionths = value * 1e9;
  return Math.abs(billionths - Math.round(billionths)) > 1e-6 ? new BadValue('value is too precise') : Math.round(billionths);
}

/** One line of comma separated values (encoding/csv): quotes may stand around one. */
export function parseStringsCsv(given: string): string[] {
  if (given === '') return [];
  const values: string[] = [];
  for (const match of given.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    values.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
  return values;
}

/** `name=value`; an empty filter is none. */
export function checkFilter(given: string): string | BadValue {
  if (given !== '' && !given.includes('=')) return new BadValue('bad format of filter (expected name=value)');
  const at = given.indexOf('=');
  return at < 0 ? '' : `${given.slice(0, at).trim().toLowerCase()}=${given.slice(at + 1).trim()}`;
}

export function checkAttach(given: string): string | BadValue {
  const name = given.toLowerCase();
  return ['stdin', 'stdout', 'stderr'].includes(name) ? name : new BadValue('valid streams are STDIN, STDOUT and STDERR');
}

export function checkEnv(given: string): string | BadValue {
  return given === '' || given.startsWith('=') ? new BadValue(`invalid environment variable: ${given}`) : given;
}

export function checkLabel(given: string): string | BadValue {
  return given.split('=')[0]?.trim() === '' ? new BadValue(`invalid label '${given}': empty name`) : given;
}

/** An image's name. */
export function checkImageName(given: string): string | BadValue {
  try {
    parseReference(given);
    return given;
  } catch (thrown) {
    if (thrown instanceof DockerError) return new BadValue(thrown.message);
    throw thrown;
  }
}

/** `NAME`, `NAME:ALIAS`. */
export function checkLink(given: string): string | BadValue {
  if (given === '') return new BadValue('empty string specified for links');
  return given.split(':').length > 2 ? new BadValue(`bad format for links: ${given}`) : given;
}

/** Is it an address as net.ParseIP takes it? */
function isAddress(given: string): boolean {
  const v4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.|$)){4}$/.test(given) && !given.endsWith('.');
  return v4 || (/^[0-9a-fA-F:.]+$/.test(given) && given.includes(':') && isIpv6(given));
}

function isIpv6(given: string): boolean {
  const halves = given.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const embedded = groups.at(-1)?.includes('.') ? 1 : 0;
  const count = groups.length + embedded;
  if (!groups.slice(0, groups.length - embedded).every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  if (embedded === 1 && !/^\d{1,3}(\.\d{1,3}){3}$/.test(groups.at(-1) ?? '')) return false;
  return halves.length === 2 ? count < 8 : count === 8;
}

/** `NAME:ADDRESS`, or `NAME:host-gateway`. */
export function checkExtraHost(given: string): string | BadValue {
  const at = given.indexOf(':');
  if (at <= 0) return new BadValue(`bad format for add-host: ${quote(given)}`);
  const address = given.slice(at + 1);
  return address === 'host-gateway' || isAddress(address) ? given : new BadValue(`invalid IP address in add-host: ${quote(address)}`);
}

export function checkAddress(given: string): string | BadValue {
  const address = given.trim();
  return isAddress(address) ? address : new BadValue(`${given} is not an ip address`);
}

export function checkDnsSearch(given: string): string | BadValue {
  const domain = given.trim();
  if (domain === '.') return domain;
  const isDomain =
    /^(?:[a-zA-Z0-9_]|[a-zA-Z0-9_][a-zA-Z0-9_-]*[a-zA-Z0-9_])(?:\.(?:[a-zA-Z0-9_]|[a-zA-Z0-9_][a-zA-Z0-9_-]*[a-zA-Z0-9_]))*\.?$/;
  return domain.length < 255 && isDomain.test(domain) && /[a-zA-Z]/.test(domain) ? domain : new BadValue(`${given} is not a valid domain`);
}

export function checkDeviceCgroupRule(given: string): string | BadValue {
  return /^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/.test(given) ? given : new BadValue(`invalid device cgroup format '${given}'`);
}

/** `all`, a number of devices, or `count=1,capabilities=gpu`. */
export function checkGpus(given: string): string | BadValue {
  for (const part of parseStringsCsv(given)) {
    const at = part.indexOf('=');
    const [key, value] = at < 0 ? ['count', part] : [part.slice(0, at), part.slice(at + 1)];
    if (!['driver', 'count', 'device', 'options', 'capabilities'].includes(key))
      return new BadValue(`unexpected key '${key}' in '${part}'`);
    if (key === 'count' && value !== 'all' && !/^[-+]?\d+$/.test(value))
      return new BadValue(`count must be an integer: strconv.Atoi: parsing ${quote(value)}: invalid syntax`);
  }
  return given;
}

const SYSCTLS = new Set([
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
  'kernel.sem',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
]);

/** Only what belongs to a namespace of the container. */
export function checkSysctl(given: string): string | BadValue {
  const [name = '', ...value] = given.split('=');
  const known = SYSCTLS.has(name) || name.startsWith('net.') || name.startsWith('fs.mqueue.');
  return known && value.length > 0 ? given : new BadValue(`sysctl '${given}' is not whitelisted`);
}

/** Devices and their weights or rates: `/dev/sda:500`. */
export function checkWeightDevice(given: string): string | BadValue {
  const [device, weight] = splitDevice(given);
  if (device === undefined) return new BadValue(`bad format: ${given}`);
  if (!device.startsWith('/dev/')) return new BadValue(`bad format for device path: ${given}`);
  const value = Number(weight);
  return /^\d+$/.test(weight) && (value === 0 || (value >= 10 && value <= 1000))
    ? given
    : new BadValue(`invalid weight for device: ${given}`);
}

export function checkThrottleBps(given: string): string | BadValue {
  const [device, rate] = splitDevice(given);
  if (device === undefined) return new BadValue(`bad format: ${given}`);
  if (!device.startsWith('/dev/')) return new BadValue(`bad format for device path: ${given}`);
  if (!(parseBytes(rate) instanceof BadValue)) return given;
  return new BadValue(
    `invalid rate for device: ${given}. The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb`,
  );
}

export function checkThrottleIops(given: string): string | BadValue {
  const [device, rate] = splitDevice(given);
  if (device === undefined) return new BadValue(`bad format: ${given}`);
  if (!device.startsWith('/dev/')) return new BadValue(`bad format for device path: ${given}`);
  if (/^\d+$/.test(rate)) return given;
  return new BadValue(`invalid rate for device: ${given}. The correct format is <device-path>:<number>. Number must be a positive integer`);
}

function splitDevice(given: string): [string | undefined, string] {
  const at = given.indexOf(':');
  return at <= 0 ? [undefined, ''] : [given.slice(0, at), given.slice(at + 1)];
}

const ULIMITS = 'as core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack'.split(' ');

/** `nofile=1024`, `nofile=1024:2048`. */
export function checkUlimit(given: string): string | BadValue {
  const at = given.indexOf('=');
  if (at < 0) return new BadValue(`invalid ulimit argument: ${given}`);
  const name = given.slice(0, at);
  if (!ULIMITS.includes(name)) return new BadValue(`invalid ulimit type: ${name}`);
  const limits = given.slice(at + 1).split(':');
  if (limits.length > 2)
    return new BadValue(`too many limit value arguments - ${given.slice(at + 1)}, can only have up to two, \`soft[:hard]\``);
  const values = limits.map((limit) => parseInt64(limit));
  const bad = values.find((value) => value instanceof BadValue);
  if (bad instanceof BadValue) return bad;
  const [soft, hard] = values as number[];
  if (hard !== undefined && hard !== -1 && (soft === -1 || (soft as number) > hard))
    return new BadValue(`ulimit soft limit must be less than or equal to hard limit: ${soft} > ${hard}`);
  return given;
}

/** `bridge`, or `name=bridge,alias=web,driver-opt=…`. */
export function checkNetwork(given: string): string | BadValue {
  if (!/^\w[\w-]*=/.test(given)) return given;
  for (const part of parseStringsCsv(given)) {
    const key = (part.split('=')[0] ?? '').trim().toLowerCase();
    if (!part.includes('=')) return new BadValue(`invalid field ${key}`);
    if (!['name', 'alias', 'driver-opt', 'ip', 'ip6'].includes(key)) return new BadValue(`invalid field key ${key}`);
  }
  return given;
}

const MOUNT_KEYS = [
  ...['type', 'source', 'src', 'target', 'dst', 'destination', 'readonly', 'ro', 'consistency'],
  ...['bind-propagation', 'bind-nonrecursive', 'volume-nocopy', 'volume-label', 'volume-driver', 'volume-opt', 'tmpfs-size', 'tmpfs-mode'],
];

/** `type=bind,source=/a,target=/b`. */
export function checkMount(given: string): string | BadValue {
  const fields = new Map<string, string>();
  for (const part of parseStringsCsv(given)) {
    const at = part.indexOf('=');
    const key = (at < 0 ? part : part.slice(0, at)).toLowerCase();
    if (at < 0 && key !== 'readonly' && key !== 'ro' && key !== 'volume-nocopy' && key !== 'bind-nonrecursive')
      return new BadValue(`invalid field '${part}' must be a key=value pair`);
    if (!MOUNT_KEYS.includes(key)) return new BadValue(`unexpected key '${key}' in '${part}'`);
    fields.set(key, part.slice(at + 1));
  }
  const type = fields.get('type');
  if (type === '') return new BadValue('type is required');
  const hasTarget = ['target', 'dst', 'destination'].some((key) => fields.has(key));
  return hasTarget ? given : new BadValue('target is required');
}
