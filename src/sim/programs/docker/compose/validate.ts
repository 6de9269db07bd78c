// Which keys a Compose file may have, and of which type their values are (the schema of the Compose specification; compose-go's package
// schema for the words and for which of several errors is told).

import { ComposeError } from './compose-error.ts';
import type { Yaml, YamlMap } from './model.ts';
import { isMap } from './services.ts';

type Type = 'string' | 'number' | 'boolean' | 'mapping' | 'list' | 'null';

/** What a value may be; of a list, what each of its items. */
interface Rule {
  readonly types: readonly Type[];
  readonly items?: readonly Type[];
  /** Keys of a mapping; any, where there are none. */
  readonly keys?: Keys;
  /** What stands under any other key. */
  readonly rest?: Rule;
  /** What is said of a value of the wrong type: that of the first alternative, where the schema has several. */
  readonly says?: Type;
}
interface Keys {
  readonly [key: string]: Rule;
}

const rule = (types: readonly Type[], more: Omit<Rule, 'types'> = {}): Rule => ({ types, ...more });
const all = (names: string, what: Rule): Keys => Object.fromEntries(names.split(' ').map((name) => [name, what]));

const ANY = rule(['string', 'number', 'boolean', 'mapping', 'list', 'null']);
const STRING = rule(['string']);
const BOOLEAN = rule(['boolean']);
const MAPPING = rule(['mapping']);
const STRINGS = rule(['list'], { items: ['string'] });
const STRING_OR_LIST = rule(['string', 'list'], { items: ['string'], says: 'string' });
const PAIRS = rule(['mapping', 'list'], {
  items: ['string'],
  says: 'mapping',
  rest: rule(['string', 'number', 'boolean', 'null']),
});
const COMMAND = rule(['null', 'string', 'list'], { items: ['string'], says: 'null' });

const LEG = rule(['mapping', 'null'], {
  keys: { ...all('aliases link_local_ips', STRINGS), ...all('ipv4_address ipv6_address', STRING), priority: rule(['number']) },
});

const SERVICE: Keys = {
  ...all('blkio_config cgroup cpu_count cpu_percent cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares cpus cpuset', ANY),
  ...all('configs credential_spec extends mem_limit mem_reservation mem_swappiness memswap_limit oom_score_adj pids_limit', ANY),
  ...all('scale secrets shm_size storage_opt ulimits attach oom_kill_disable', ANY),
  ...all('image container_name hostname domainname network_mode working_dir restart user ipc isolation mac_address pid platform', STRING),
  ...all('pull_policy runtime stop_grace_period stop_signal userns_mode uts cgroup_parent', STRING),
  ...all('privileged tty stdin_open read_only init', BOOLEAN),
  ...all('cap_add cap_drop devices device_cgroup_rules dns_opt external_links links profiles security_opt volumes_from', STRINGS),
  ...all('dns dns_search env_file tmpfs', STRING_OR_LIST),
  ...all('environment labels annotations extra_hosts sysctls', PAIRS),
  ...all('command entrypoint', COMMAND),
  ...all('deploy healthcheck logging', MAPPING),
  build: rule(['string', 'mapping'], { says: 'string' }),
  ports: rule(['list'], { items: ['number', 'string', 'mapping'] }),
  expose: rule(['list'], { items: ['string', 'number'] }),
  group_add: rule(['list'], { items: ['string', 'number'] }),
  volumes: rule(['list'], { items: ['string', 'mapping'] }),
  depends_on: rule(['list', 'mapping'], { items: ['string'], says: 'list', rest: MAPPING }),
  networks: rule(['list', 'mapping'], { items: ['string'], says: 'list', rest: LEG }),
};

const NETWORK: Keys = {
  ...all('attachable enable_ipv6 internal', BOOLEAN),
  ...all('driver name', STRING),
  ...all('driver_opts ipam', MAPPING),
  external: rule(['boolean', 'mapping']),
  labels: PAIRS,
};
const VOLUME: Keys = {
  ...all('driver name', STRING),
  driver_opts: MAPPING,
  external: rule(['boolean', 'mapping']),
  labels: PAIRS,
};

const FILE: Rule = rule(['mapping'], {
  keys: {
    ...all('version name', STRING),
    ...all('secrets configs', MAPPING),
    services: rule(['mapping'], { rest: rule(['mapping'], { keys: SERVICE }) }),
    networks: rule(['mapping'], { rest: rule(['mapping', 'null'], { keys: NETWORK }) }),
    volumes: rule(['mapping'], { rest: rule(['mapping', 'null'], { keys: VOLUME }) }),
  },
});

/** An error, and where. */
interface Fault {
  readonly path: readonly string[];
  readonly message: string;
  readonly isType: boolean;
}

/** Throws what the schema says about a file: of several errors the one that lies deepest, one about a type before others. */
export function checkFile(file: YamlMap): void {
  const [first, ...others] = [...faults(FILE, file, [])];
  if (first === undefined) return;
  // The file itself counts as a name, too: `(root)`.
  const depth = ({ path }: Fault): number => Math.max(1, path.length);
  const worse = (a: Fault, b: Fault): boolean => depth(a) > depth(b) || (depth(a) === depth(b) && a.isType && !b.isType);
  const told = others.reduce((most, fault) => (worse(fault, most) ? fault : most), first);
  throw new ComposeError(`${told.path.join('.') || '(root)'} ${told.message}`);
}

function* faults(of: Rule, value: Yaml, path: readonly string[]): Generator<Fault> {
  if (!of.types.includes(typeOf(value))) {
    yield { path, isType: true, message: `must be a ${of.says ?? either(of.types)}` };
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) if (of.items) yield* faults(rule(of.items), item, [...path, String(index)]);
  } else if (isMap(value)) {
    for (const [key, inner] of Object.entries(value)) {
      const below = of.keys && Object.hasOwn(of.keys, key) ? of.keys[key] : of.rest;
      if (below !== undefined) yield* faults(below, inner, [...path, key]);
      else if (of.keys && !key.startsWith('x-')) yield { path, isType: false, message: `Additional property ${key} is not allowed` };
    }
  }
}

function typeOf(value: Yaml): Type {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'object' ? 'mapping' : (typeof value as Type);
}

/** `string, number or null`. */
const either = (types: readonly Type[]): string =>
  types.length === 1 ? String(types[0]) : `${types.slice(0, -1).join(', ')} or ${types.at(-1)}`;
