// How dockerd puts its flags and daemon.json together (daemon/config/config.go).

import { parseIpv4, parseIpv6 } from '../../../base/address.ts';
import { strerror } from '../../../base/errno.ts';
import { isError } from '../../../base/result.ts';
import { text } from '../../../base/utf8.ts';
import type { EngineConfig, PoolConfig } from '../../../docker/config.ts';
import type { Process } from '../../../machine/process.ts';
import type { ParsedFlags } from '../cli/parse-flags.ts';
import { type DaemonFlags, DOCKERD_FLAGS, entryOf, FILE_ONLY, type JsonType, jsonTypeOf, MAPS } from './flags.ts';
import { decodeGoJson, type GoJson, JsonError, kindOf } from './go-json.ts';

/** Why dockerd does not start, without what it was about. */
class ConfigError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

/** What dockerd was told, all of it. */
export interface Settings {
  readonly engine: EngineConfig;
  readonly flags: DaemonFlags;
}

type Entries = Readonly<Record<string, GoJson>>;
type FlagName = keyof typeof DOCKERD_FLAGS;
const FLAG_NAMES = Object.keys(DOCKERD_FLAGS).sort() as FlagName[];

/** Reads the file and puts it behind the flags; the text of what is wrong with it. A file that nobody named may be missing. */
export function readSettings(p: Process, { values, changed }: ParsedFlags): Settings | string {
  const flags = values as unknown as DaemonFlags;
  const path = flags['config-file'];
  const data = p.machine.files.readFile(p, path);
  let entries: Entries = {};
  if (!isError(data) || changed.has('config-file')) {
    const read = isError(data)
      ? new ConfigError(`open ${path}: ${strerror(data.errno).toLowerCase()}`)
      : readEntries(text(data), flags, changed);
    if (read instanceof ConfigError) return `unable to configure the Docker daemon with file ${path}: ${read.message}`;
    entries = read;
  }
  const merged = {
    ...flags,
    ...Object.fromEntries(FLAG_NAMES.flatMap((name) => (entryOf(name) in entries ? [[name, entries[entryOf(name)]]] : []))),
  };
  return { flags: merged as unknown as DaemonFlags, engine: engineConfig(merged as unknown as DaemonFlags, entries) };
}

function readEntries(content: string, flags: DaemonFlags, changed: ReadonlySet<string>): Entries | ConfigError {
  const decoded = decodeGoJson(content);
  if (decoded instanceof JsonError) return new ConfigError(decoded.message);
  if (decoded === null) return {};
  if (typeof decoded !== 'object' || Array.isArray(decoded)) {
    return new ConfigError(`json: cannot unmarshal ${kindOf(decoded)} into Go value of type map[string]interface {}`);
  }
  const entries = decoded as Entries;
  return conflictOf(entries, flags, changed) ?? typeErrorOf(entries) ?? invalidOf(entries) ?? entries;
}

/** Entries that are no options, and options that are said twice (findConfigurationConflicts). */
function conflictOf(entries: Entries, flags: DaemonFlags, changed: ReadonlySet<string>): ConfigError | undefined {
  const names = Object.entries(entries).flatMap(([key, value]) =>
    kindOf(value) === 'object' && !MAPS.has(key) ? Object.keys(value as object) : [key],
  );
  const known = new Set<string>(FLAG_NAMES.map(entryOf));
  const unknown = names.filter((name) => !known.has(name) && !FILE_ONLY.has(name));
  if (unknown.length > 0)
    return new ConfigError(`the following directives don't match any configuration option: ${unknown.sort().join(', ')}`);
  const twice = FLAG_NAMES.filter((name) => changed.has(name) && entryOf(name) in entries).map(
    (name) => `${entryOf(name)}: (from flag: ${goValue(flags[name] as GoJson)}, from file: ${goValue(entries[entryOf(name)] as GoJson)})`,
  );
  if (twice.length === 0) return undefined;
  return new ConfigError(`the following directives are specified both as a flag and in the configuration file: ${twice.join(', ')}`);
}

/** `%v` of a value. */
function goValue(value: GoJson): string {
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (value !== null && typeof value === 'object')
    return `map[${Object.entries(value)
      .map(([key, own]) => `${key}:${goValue(own)}`)
      .join(' ')}]`;
  return value === null ? '<nil>' : String(value);
}

/** The first entry that the decoder cannot put into its field. */
function typeErrorOf(entries: Entries): ConfigError | undefined {
  for (const [key, value] of Object.entries(entries)) {
    const flag = FLAG_NAMES.find((name) => entryOf(name) === key);
    const wrong = flag === undefined || value === null ? undefined : mismatch(jsonTypeOf(flag), value);
    if (wrong !== undefined)
      return new ConfigError(`json: cannot unmarshal ${wrong.kind} into Go struct field Config.${key} of type ${wrong.type}`);
  }
  return undefined;
}

function mismatch(type: JsonType, value: GoJson): { readonly kind: string; readonly type: string } | undefined {
  const kind = kindOf(value);
  if (type === 'any') return undefined;
  if (type === '[]string' || type === 'map[string]string') {
    if (kind !== (type === '[]string' ? 'array' : 'object')) return { kind, type };
    const other = Object.values(value as object).find((own: GoJson) => kindOf(own) !== 'string') as GoJson | undefined;
    return other === undefined ? undefined : { kind: kindOf(other), type: 'string' };
  }
  if (type === 'int' && kind === 'number') return Number.isInteger(value) ? undefined : { kind: `number ${value}`, type };
  return kind === type ? undefined : { kind, type };
}

/** Values of the right type that are none (config.Validate). */
function invalidOf(entries: Entries): ConfigError | undefined {
  const wrong = (why: string): ConfigError => new ConfigError(`configuration validation from file failed: ${why}`);
  const strings = (key: string): readonly string[] => (entries[key] ?? []) as readonly string[];
  for (const server of strings('dns'))
    if (parseIpv4(server) === undefined && parseIpv6(server) === undefined) return wrong(`${server} is not an ip address`);
  for (const label of strings('labels')) if (!label.includes('=')) return wrong(`bad attribute format: ${label}`);
  for (const key of ['mtu', 'max-concurrent-downloads', 'max-concurrent-uploads', 'max-download-attempts']) {
    const value = Number(entries[key] ?? 0);
    if (value < 0) return wrong(`invalid ${key.replaceAll('-', ' ').replace('mtu', 'default MTU')}: ${value}`);
  }
  return undefined;
}

function engineConfig(flags: DaemonFlags, entries: Entries): EngineConfig {
  return {
    bip: flags.bip,
    bridge: flags.bridge,
    fixedCidr: flags['fixed-cidr'],
    fixedCidrV6: flags['fixed-cidr-v6'],
    defaultGateway: flags['default-gateway'],
    icc: flags.icc,
    ipForward: flags['ip-forward'],
    ipMasq: flags['ip-masq'],
    iptables: flags.iptables,
    ipv6: flags.ipv6,
    userlandProxy: flags['userland-proxy'],
    ip: flags.ip,
    mtu: flags.mtu === 0 ? DEFAULT_MTU : flags.mtu,
    addressPools: poolsOf(flags, entries),
    dns: flags.dns,
    dnsSearch: flags['dns-search'],
    dnsOptions: flags['dns-opt'],
    insecureRegistries: flags['insecure-registry'],
    registryMirrors: flags['registry-mirror'],
    labels: flags.label,
    liveRestore: flags['live-restore'],
    debug: flags.debug,
    experimental: flags.experimental,
    logDriver: flags['log-driver'],
    shutdownTimeoutS: flags['shutdown-timeout'],
  };
}

const DEFAULT_MTU = 1500;

function poolsOf(flags: DaemonFlags, entries: Entries): PoolConfig[] {
  const fromFile = entries['default-address-pools'] as readonly PoolConfig[] | undefined;
  if (fromFile !== undefined) return fromFile.map(({ base, size }) => ({ base: String(base), size: Number(size) }));
  return flags['default-address-pool'].map((given) => {
    const fields = new Map(given.split(',').map((field) => field.split('=') as [string, string]));
    return { base: fields.get('base') ?? '', size: Number(fields.get('size') ?? 0) };
  });
}
