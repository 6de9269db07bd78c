import { parseIpv4 } from '../../../base/address.ts';
import { isError, type KernelError } from '../../../base/result.ts';
import { text } from '../../../base/utf8.ts';
import type { Process } from '../../../machine/process.ts';

/** A line `/path:user:password`: who may see what lies below. */
export interface Guard {
  readonly path: string;
  readonly userPassword: string;
}

/** What httpd.conf says (networking/httpd.c, parse_conf). */
export interface HttpdConfig {
  allow: AddressRule[];
  /** `D:*` or an `A:` that leaves no other way in. */
  denyOthers: boolean;
  indexPage: string;
  home: string | undefined;
  guards: Guard[];
  /** `.ext:mime/type`, by the extension with its dot. */
  mimeTypes: Map<string, string>;
  /** `*.ext:/path/to/interpreter`. */
  interpreters: Map<string, string>;
  /** Pages instead of the built-in ones, by status. */
  errorPages: Map<number, string>;
}

interface AddressRule {
  readonly allowed: boolean;
  readonly address: number;
  readonly mask: number;
}

export function emptyConfig(): HttpdConfig {
  return {
    allow: [],
    denyOthers: false,
    indexPage: 'index.html',
    home: undefined,
    guards: [],
    mimeTypes: new Map(),
    interpreters: new Map(),
    errorPages: new Map(),
  };
}

/** Adds what a file says; answers what is to be complained about, or why it cannot be read. */
export function readConfig(p: Process, path: string, config: HttpdConfig, statuses: readonly number[]): string[] | KernelError {
  const contents = p.machine.files.readFile(p, path);
  if (isError(contents)) return contents;
  const problems: string[] = [];
  for (const whole of text(contents).split('\n')) {
    const line = whole.replace(/#.*/, '').replace(/\s+/g, '');
    if (line === '') continue;
    if (!takeLine(line, config, statuses)) problems.push(`config error '${line}' in '${path}'`);
  }
  // The longest path is the one that counts.
  config.guards.sort((a, b) => b.path.length - a.path.length);
  return problems;
}

/** False for a line that is complained about. */
function takeLine(line: string, config: HttpdConfig, statuses: readonly number[]): boolean {
  const colon = line.indexOf(':');
  if (colon < 0) return false;
  const after = line.slice(colon + 1);
  const key = line[0]?.toUpperCase();
  switch (key) {
    case 'A':
    case 'D':
      return takeAddress(key === 'A', after, config);
    case 'I':
      config.indexPage = after;
      return true;
    case 'H':
      config.home = after;
      return true;
    case 'E': {
      const status = Number(line.slice(1, colon));
      if (statuses.includes(status)) config.errorPages.set(status, after);
      // Complained about although it is taken: the search through the statuses ends in the complaint either way.
      return false;
    }
    case '.':
      config.mimeTypes.set(line.slice(0, colon), after);
      return true;
    case '*':
      if (line[1] !== '.') return false;
      config.interpreters.set(line.slice(1, colon), after);
      return true;
    case '/': {
      const [user, password] = [after.split(':')[0], after.includes(':')];
      if (user === undefined || !password) return false;
      config.guards.push({ path: line.slice(0, colon), userPassword: after });
      return true;
    }
    default:
      return false;
  }
}

function takeAddress(allowed: boolean, spec: string, config: HttpdConfig): boolean {
  if (spec === '*') {
    config.denyOthers = !allowed;
    return true;
  }
  const [address = '', mask] = spec.split('/');
  const octets = address.replace(/\.$/, '').split('.');
  const padded = [...octets, '0', '0', '0'].slice(0, 4).join('.');
  const parsed = parseIpv4(padded);
  if (parsed === undefined) return false;
  const bits = mask === undefined ? Math.min(octets.length, 4) * 8 : /^\d+$/.test(mask) ? Number(mask) : undefined;
  const maskValue = bits === undefined ? parseIpv4(mask ?? '') : bits === 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0;
  if (maskValue === undefined) return false;
  config.allow.push({ allowed, address: parsed, mask: maskValue });
  return true;
}

/** Whether a client may come in at all. Like the original it compares IPv4 addresses; others come in unless everybody is kept out. */
export function isAllowed(config: HttpdConfig, client: string): boolean {
  const address = parseIpv4(client.replace(/^\[?(::ffff:)?/, '').replace(/\]$/, '')) ?? 0;
  for (const rule of config.allow) {
    if ((address & rule.mask) >>> 0 === (rule.address & rule.mask) >>> 0) return rule.allowed;
  }
  return !config.denyOthers;
}
