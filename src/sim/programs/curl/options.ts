// The command line of curl: src/tool_getparam.c.

import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { decodeText } from '../../shell/bytes-of-text.ts';
import type { Command } from '../lib/command.ts';
import { Exit } from '../lib/command.ts';
import { readPostData, urlEncode } from './data.ts';
import { helpText, KNOWN_OPTIONS, VERSION } from './help.ts';

/** Where a URL's document goes. */
export type OutputTarget = { readonly kind: 'stdout' } | { readonly kind: 'file'; readonly name: string } | { readonly kind: 'remote' };

export interface UrlItem {
  url: string | undefined;
  output: OutputTarget | undefined;
  upload: string | undefined;
}

/** What the options up to `--next` say (struct OperationConfig). Times in seconds. */
export class Config {
  readonly items: UrlItem[] = [];
  readonly headers: string[] = [];
  body: Uint8Array | undefined = undefined;
  readonly form: string[] = [];
  method: string | undefined = undefined;
  json = false;
  head = false;
  get = false;
  include = false;
  dumpHeader: string | undefined = undefined;
  location = false;
  maxRedirects = 50;
  userAgent: string | undefined = 'curl/7.88.1';
  referer: string | undefined = undefined;
  user: string | undefined = undefined;
  cookies: string[] = [];
  cookieJar: string | undefined = undefined;
  fail: 'no' | 'fail' | 'with-body' = 'no';
  http10 = false;
  http09 = false;
  range: string | undefined = undefined;
  resumeFrom: number | 'file' | undefined = undefined;
  timeCondition: string | undefined = undefined;
  compressed = false;
  globOff = false;
  pathAsIs = false;
  createDirs = false;
  outputDir: string | undefined = undefined;
  noClobber = false;
  remoteNameAll = false;
  remoteTime = false;
  removeOnError = false;
  urlQuery: string[] = [];
  requestTarget: string | undefined = undefined;
  ignoreContentLength = false;
  maxTime: number | undefined = undefined;
  connectTimeout: number | undefined = undefined;
  family: 'inet' | 'inet6' | undefined = undefined;
  interface: string | undefined = undefined;
  localPort: readonly [first: number, last: number] | undefined = undefined;
  readonly resolve: string[] = [];
  readonly connectTo: string[] = [];
  unixSocket: { readonly path: string; readonly abstract: boolean } | undefined = undefined;
  proxy: string | undefined = undefined;
  noProxy: string | undefined = undefined;
  noDelay = true;
  keepAlive = true;
  noBuffer = false;
  limitRate: number | undefined = undefined;
  maxFileSize: number | undefined = undefined;
  retries = 0;
  retryDelay: number | undefined = undefined;
  retryMaxTime: number | undefined = undefined;
  retryConnRefused = false;
  retryAllErrors = false;
  writeOut: string | undefined = undefined;
  expect100Timeout = 1;
}

/** What holds for the whole command (struct GlobalConfig). */
export class Settings {
  silent = false;
  showError = false;
  verbose = false;
  progressBar = false;
  noProgressMeter = false;
  failEarly = false;
  styledOutput = true;
  readonly configs: Config[] = [new Config()];

  get current(): Config {
    return this.configs.at(-1) as Config;
  }
}

/** What an option's value may be found to be. */
type Outcome = undefined | 'numeric' | 'badly-used' | 'unknown' | 'no-url' | { readonly text: string };

const REFUSALS: Readonly<Record<string, string>> = {
  numeric: 'expected a proper numerical parameter',
  'badly-used': 'is badly used here',
  unknown: 'is unknown',
};

const TRY = "curl: try 'curl --help' or 'curl --manual' for more information\n";

export function* refuse(c: Command, message: string): Sys<never> {
  yield* c.error(`curl: ${message}\n${TRY}`);
  throw new Exit(2);
}

/** Reads the command line; complains and ends where something is wrong with it. */
export function* parseArguments(c: Command, args: readonly string[], settings = new Settings()): Sys<Settings> {
  let onlyUrls = false;
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (word === '--' && !onlyUrls) onlyUrls = true;
    else if (onlyUrls || !word.startsWith('-') || word === '-') addUrl(settings.current, word);
    else if (word.startsWith('--')) {
      const option = yield* findLong(c, word);
      const value = option.argument ? args[++i] : undefined;
      if (option.argument && value === undefined) yield* refuse(c, `option ${word}: requires parameter`);
      yield* apply(c, settings, option.name, value ?? '', option.on, word);
    } else i = yield* shortOptions(c, settings, word, args, i);
  }
  return settings;
}

function* shortOptions(c: Command, settings: Settings, word: string, args: readonly string[], at: number): Sys<number> {
  let i = at;
  for (let k = 1; k < word.length; k++) {
    const letter = word[k] as string;
    const option = KNOWN_OPTIONS.find((known) => known.letter === letter);
    if (!option && letter !== ':') yield* refuse(c, `option ${word}: is unknown`);
    const name = option?.name ?? 'next';
    if (name === 'help') {
      yield* apply(c, settings, name, args[i + 1] ?? '', true, word);
    } else if (!option || option.argument === '') {
      yield* apply(c, settings, name.replace(/^no-/, ''), '', !name.startsWith('no-'), word);
    } else {
      const value = k + 1 < word.length ? word.slice(k + 1) : args[++i];
      if (value === undefined) yield* refuse(c, `option ${word}: requires parameter`);
      yield* apply(c, settings, name, value ?? '', true, word);
      break;
    }
  }
  return i;
}

interface FoundOption {
  readonly name: string;
  readonly argument: boolean;
  readonly on: boolean;
}

/** A long option, or the only one that begins so; switches have a `--no-` form. */
function* findLong(c: Command, word: string): Sys<FoundOption> {
  let name = word.slice(2);
  // The help names some switches by their negation.
  const known = KNOWN_OPTIONS.map((option) => ({
    name: option.name.replace(/^no-(?=alpn|buffer|keepalive|npn|progress-meter|sessionid)/, ''),
    argument: option.argument !== '',
  }));
  const exact = known.find((option) => option.name === name);
  if (exact) return { name, argument: exact.argument && name !== 'help', on: true };
  let on = true;
  if (name.startsWith('no-')) {
    name = name.slice(3);
    on = false;
  }
  const candidates = known.filter((option) => option.name === name || option.name.startsWith(name));
  const chosen = candidates.find((option) => option.name === name) ?? candidates[0];
  if (!chosen || (!on && chosen.argument)) return yield* refuse(c, `option ${word}: is unknown`);
  if (candidates.length > 1 && chosen.name !== name) return yield* refuse(c, `option ${word}: is ambiguous`);
  return { name: chosen.name, argument: chosen.argument && chosen.name !== 'help', on };
}

function* apply(c: Command, settings: Settings, name: string, value: string, on: boolean, word: string): Sys<void> {
  if (name === 'help') {
    c.out(helpText(value === '' && word === '--help' ? nextWord(c, word) : value));
    throw new Exit(0);
  }
  if (name === 'version') {
    c.out(VERSION);
    throw new Exit(0);
  }
  if (name === 'manual') {
    c.out('The manual of curl is at https://curl.se/docs/manpage.html\n');
    throw new Exit(0);
  }
  if (name === 'config') {
    yield* readConfigFile(c, settings, value);
    return;
  }
  const global = GLOBAL[name];
  if (global) {
    global(settings, on);
    return;
  }
  if (name === 'next') {
    if (!settings.current.items.some((item) => item.url !== undefined)) yield* refuse(c, 'no URL specified!');
    settings.configs.push(new Config());
    return;
  }
  const data = DATA_OPTIONS[name];
  if (data !== undefined) {
    yield* addData(c, settings.current, value, data);
    return;
  }
  const outcome = SETTERS[name]?.(settings.current, value, on);
  if (outcome === undefined) return;
  if (typeof outcome === 'object') yield* refuse(c, outcome.text);
  yield* refuse(c, `option ${word}: ${REFUSALS[outcome as string] ?? outcome}`);
}

function nextWord(c: Command, word: string): string {
  return c.args[c.args.indexOf(word) + 1] ?? '';
}

const GLOBAL: Readonly<Record<string, (settings: Settings, on: boolean) => void>> = {
  silent: (s, on) => {
    s.silent = on;
  },
  'show-error': (s, on) => {
    s.showError = on;
  },
  verbose: (s, on) => {
    s.verbose = on;
  },
  'progress-bar': (s, on) => {
    s.progressBar = on;
  },
  'progress-meter': (s, on) => {
    s.noProgressMeter = !on;
  },
  'fail-early': (s, on) => {
    s.failEarly = on;
  },
  'styled-output': (s, on) => {
    s.styledOutput = on;
  },
};

type DataKind = 'ascii' | 'raw' | 'binary' | 'urlencode' | 'json';

const DATA_OPTIONS: Readonly<Record<string, DataKind>> = {
  data: 'ascii',
  'data-ascii': 'ascii',
  'data-binary': 'binary',
  'data-raw': 'raw',
  'data-urlencode': 'urlencode',
  json: 'json',
};

function* addData(c: Command, config: Config, value: string, kind: DataKind): Sys<void> {
  const data = yield* readPostData(c, value, kind);
  if (kind === 'json') config.json = true;
  const before = config.body;
  if (before === undefined) {
    config.body = data;
    return;
  }
  const separator = kind === 'json' ? 0 : 1;
  const joined = new Uint8Array(before.length + separator + data.length);
  joined.set(before);
  if (separator === 1) joined[before.length] = 0x26;
  joined.set(data, before.length + separator);
  config.body = joined;
}

function addUrl(config: Config, url: string): void {
  const open = config.items.find((item) => item.url === undefined);
  if (open) open.url = url;
  else config.items.push({ url, output: undefined, upload: undefined });
}

function addOutput(config: Config, output: OutputTarget): void {
  const open = config.items.find((item) => item.output === undefined);
  if (open) open.output = output;
  else config.items.push({ url: undefined, output, upload: undefined });
}

const seconds = (value: string): number | undefined => (/^\d*\.?\d+$|^\d+\.$/.test(value) ? Number(value) : undefined);
const whole = (value: string): number | undefined => (/^\d+$/.test(value) ? Number(value) : undefined);

/** `100k`, `2M`: bytes. */
function bytesOf(value: string): number | undefined {
  const match = /^(\d*\.?\d+)([bkmgtp]?)$/i.exec(value);
  if (!match) return undefined;
  return Math.floor(Number(match[1]) * 1024 ** Math.max(0, 'bkmgtp'.indexOf((match[2] ?? '').toLowerCase())));
}

type Setter = (config: Config, value: string, on: boolean) => Outcome;
type Key<T> = { [K in keyof Config]: Config[K] extends T ? K : never }[keyof Config];

const text =
  <K extends Key<string | undefined>>(key: K): Setter =>
  (config, value) => {
    (config[key] as string | undefined) = value;
    return undefined;
  };
const flag =
  <K extends Key<boolean>>(key: K): Setter =>
  (config, _value, on) => {
    (config[key] as boolean) = on;
    return undefined;
  };
const push =
  <K extends 'headers' | 'form' | 'cookies' | 'resolve' | 'connectTo' | 'urlQuery'>(key: K): Setter =>
  (config, value) => {
    config[key].push(value);
    return undefined;
  };
const number =
  <K extends Key<number | undefined>>(key: K, read: (value: string) => number | undefined, bad: Outcome = 'numeric'): Setter =>
  (config, value) => {
    const n = read(value);
    if (n === undefined) return bad;
    (config[key] as number | undefined) = n;
    return undefined;
  };

const SETTERS: Readonly<Record<string, Setter>> = {
  'abstract-unix-socket': (config, value) => {
    config.unixSocket = { path: value, abstract: true };
    return undefined;
  },
  'unix-socket': (config, value) => {
    config.unixSocket = { path: value, abstract: false };
    return undefined;
  },
  buffer: (config, _value, on) => {
    config.noBuffer = !on;
    return undefined;
  },
  compressed: flag('compressed'),
  'connect-timeout': number('connectTimeout', seconds),
  'connect-to': push('connectTo'),
  'continue-at': (config, value) => {
    config.resumeFrom = value === '-' ? 'file' : whole(value);
    return config.resumeFrom === undefined ? 'numeric' : undefined;
  },
  cookie: push('cookies'),
  'cookie-jar': text('cookieJar'),
  'create-dirs': flag('createDirs'),
  'dump-header': text('dumpHeader'),
  'expect100-timeout': number('expect100Timeout', seconds),
  fail: (config, _value, on) => {
    config.fail = on ? 'fail' : 'no';
    return undefined;
  },
  'fail-with-body': (config, _value, on) => {
    config.fail = on ? 'with-body' : 'no';
    return undefined;
  },
  form: (config, value) => {
    if (!value.includes('=')) return 'badly-used';
    config.form.push(value);
    return undefined;
  },
  'form-string': push('form'),
  get: flag('get'),
  globoff: flag('globOff'),
  head: flag('head'),
  header: push('headers'),
  'http0.9': flag('http09'),
  'http1.0': flag('http10'),
  'ignore-content-length': flag('ignoreContentLength'),
  include: flag('include'),
  interface: text('interface'),
  ipv4: (config) => {
    config.family = 'inet';
    return undefined;
  },
  ipv6: (config) => {
    config.family = 'inet6';
    return undefined;
  },
  keepalive: flag('keepAlive'),
  'limit-rate': number('limitRate', bytesOf, 'badly-used'),
  'local-port': (config, value) => {
    const match = /^(\d+)(?:-(\d+))?$/.exec(value);
    const [first, last] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (!match || first > 0xffff || last > 0xffff || last < first) return 'badly-used';
    config.localPort = [first, last];
    return undefined;
  },
  location: flag('location'),
  'location-trusted': flag('location'),
  'max-filesize': number('maxFileSize', bytesOf, 'badly-used'),
  'max-redirs': number('maxRedirects', (value) => (value === '-1' ? Number.POSITIVE_INFINITY : whole(value))),
  'max-time': number('maxTime', seconds),
  'no-clobber': flag('noClobber'),
  noproxy: text('noProxy'),
  output: (config, value) => {
    addOutput(config, value === '-' ? { kind: 'stdout' } : { kind: 'file', name: value });
    return undefined;
  },
  'output-dir': text('outputDir'),
  'path-as-is': flag('pathAsIs'),
  proxy: text('proxy'),
  range: (config, value) => {
    config.range = /^\d+$/.test(value) ? `${value}-` : value;
    return undefined;
  },
  referer: text('referer'),
  'remote-name': (config) => {
    addOutput(config, { kind: 'remote' });
    return undefined;
  },
  'remote-name-all': flag('remoteNameAll'),
  'remote-time': flag('remoteTime'),
  'remove-on-error': flag('removeOnError'),
  request: text('method'),
  'request-target': text('requestTarget'),
  resolve: push('resolve'),
  retry: number('retries', whole),
  'retry-all-errors': flag('retryAllErrors'),
  'retry-connrefused': flag('retryConnRefused'),
  'retry-delay': number('retryDelay', whole),
  'retry-max-time': number('retryMaxTime', whole),
  'tcp-nodelay': flag('noDelay'),
  'time-cond': text('timeCondition'),
  'upload-file': (config, value) => {
    const open = config.items.find((item) => item.upload === undefined);
    if (open) open.upload = value;
    else config.items.push({ url: undefined, output: undefined, upload: value });
    return undefined;
  },
  url: (config, value) => {
    addUrl(config, value);
    return undefined;
  },
  'url-query': (config, value) => {
    config.urlQuery.push(value.startsWith('+') ? value.slice(1) : urlEncode(value));
    return undefined;
  },
  user: text('user'),
  'user-agent': (config, value) => {
    config.userAgent = value === '' ? undefined : value;
    return undefined;
  },
  'write-out': text('writeOut'),
};

/** A file of options (-K): a name, a value in quotes or not, a line. */
function* readConfigFile(c: Command, settings: Settings, path: string): Sys<void> {
  const contents = path === '-' ? yield* c.p.readAll(0) : c.p.machine.files.readFile(c.p, path);
  if (isError(contents)) {
    yield* c.error(`curl: option -K: error encountered when reading a file\n${TRY}`);
    throw new Exit(26);
  }
  for (const line of decodeText(contents).split('\n')) {
    const match = /^\s*(-{0,2})([A-Za-z0-9.-]+)(?:\s*[=:]\s*|\s+)?(.*?)\s*$/.exec(line.replace(/^\s*#.*/, ''));
    if (!match || line.trim() === '' || line.trim().startsWith('#')) continue;
    const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(match[3] as string);
    const value = quoted
      ? (quoted[1] as string).replace(/\\(.)/g, (_, x: string) => ({ n: '\n', r: '\r', t: '\t', v: '\v' })[x] ?? x)
      : (match[3] as string);
    const name = match[1] === '' || match[1] === '--' ? `--${match[2]}` : `-${match[2]}`;
    yield* parseArguments(c, value === '' ? [name] : [name, value], settings);
  }
}
