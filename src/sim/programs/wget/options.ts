import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { HELP } from './usage.ts';

/** The command line of wget. Times in seconds; 0 tries are without end. */
export interface WgetOptions {
  readonly urls: readonly string[];
  readonly verbosity: 'quiet' | 'brief' | 'full';
  readonly output: string | undefined;
  readonly prefix: string | undefined;
  readonly serverResponse: boolean;
  readonly spider: boolean;
  readonly resume: boolean;
  readonly noClobber: boolean;
  readonly tries: number;
  readonly retryRefused: boolean;
  readonly waitRetry: number;
  readonly dnsTimeout: number | undefined;
  readonly connectTimeout: number | undefined;
  readonly readTimeout: number | undefined;
  readonly headers: readonly string[];
  readonly agent: string | undefined;
  readonly referer: string | undefined;
  readonly method: string | undefined;
  readonly body: Uint8Array | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly preemptiveAuth: boolean;
  readonly maxRedirects: number;
  readonly family: 'inet' | 'inet6' | undefined;
  readonly bindAddress: string | undefined;
  readonly limitRate: number | undefined;
  readonly keepAlive: boolean;
  readonly noCache: boolean;
  readonly contentOnError: boolean;
  readonly serverTimestamps: boolean;
  readonly saveHeaders: boolean;
  readonly trustServerNames: boolean;
  readonly logFile: { readonly path: string; readonly append: boolean } | undefined;
  readonly background: boolean;
  readonly progress: 'bar' | 'dot' | 'default';
  readonly showProgress: boolean;
}

const VERSION_LINE = 'GNU Wget 1.21.3 built on linux-gnu.\n';
const TRY = "Usage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n";

/** Long options by what the help says of them: `-O,  --output-document=FILE`, `     --spider`. */
const LONG: Readonly<Record<string, string>> = Object.fromEntries(
  [...HELP.matchAll(/^ {2,7}(?:-(\w{1,2}), )? *--([a-z0-9-]+)(=?)/gm)].map(([, letters = '', name = '', equals = '']) => [
    letters.length === 1 ? name : `${name}${name === 'max-redirect' ? '=' : equals}`,
    letters.length === 1 ? letters : `--${name}`,
  ]),
);
const SHORT = '46a:A:B:bcdD:e:EFhi:I:kKl:LmnN:o:O:pP:qQ:rR:St:T:U:vVw:xX:Y:';

/** `-nv`, `-nc`… are two letters each. */
function splitTwoLetters(args: readonly string[]): string[] {
  const names: Readonly<Record<string, string>> = {
    v: '--no-verbose',
    c: '--no-clobber',
    d: '--no-directories',
    H: '--no-host-directories',
    p: '--no-parent',
  };
  return args.flatMap((arg) => {
    const match = /^-n([vcdHp]+)$/.exec(arg);
    return match ? [...(match[1] as string)].map((letter) => names[letter] as string) : [arg];
  });
}

export function* parseOptions(c: Command): Sys<WgetOptions> {
  const parsed = getopt(splitTwoLetters(c.args), { short: SHORT, long: LONG });
  if (parsed instanceof UsageError) {
    yield* c.error(`wget: ${parsed.message}\n${TRY}`);
    throw new Exit(2);
  }
  const last = (flag: string): string | undefined => parsed.options.findLast((option) => option.flag === flag)?.value;
  const has = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  if (has('h')) {
    c.out(HELP);
    throw new Exit(0);
  }
  if (has('V')) {
    c.out(VERSION_LINE);
    throw new Exit(0);
  }
  const wrong = function* (message: string): Sys<never> {
    yield* c.error(`wget: ${message}\n`);
    throw new Exit(2);
  };
  const time = function* (flag: string, name: string): Sys<number | undefined> {
    const text = last(flag);
    if (text === undefined) return undefined;
    const match = /^(\d*\.?\d+)([smhdw]?)$/.exec(text);
    if (!match) return yield* wrong(`--${name}: Invalid time period ‘${text}’`);
    return Number(match[1]) * ({ s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 }[match[2] as 's'] ?? 1);
  };
  const count = (flag: string, fallback: number): number => {
    const text = last(flag);
    if (text === undefined) return fallback;
    if (text === 'inf') return 0;
    return /^\d+$/.test(text) ? Number(text) : fallback;
  };
  const timeout = yield* time('T', 'timeout');
  const rate = last('--limit-rate');
  const rateMatch = rate === undefined ? undefined : /^(\d*\.?\d+)([kmg]?)$/i.exec(rate);
  if (rateMatch === null) yield* wrong(`--limit-rate: Invalid byte value ‘${rate}’`);
  const bodyFile = last('--post-file') ?? last('--body-file');
  const contents = bodyFile === undefined ? undefined : c.p.machine.files.readFile(c.p, bodyFile);
  if (isError(contents)) {
    yield* c.error(`BODY data file ${bodyFile} missing: ${reason(contents)}\n`);
    throw new Exit(3);
  }
  const bodyText = last('--post-data') ?? last('--body-data');
  const log = last('o') ?? last('a');
  const list = last('i');
  const listed = list === undefined ? [] : yield* urlsOf(c, list);
  const urls = [...parsed.operands, ...listed];
  if (urls.length === 0) {
    if (list !== undefined) {
      yield* c.error(`No URLs found in ${list}.\n`);
      throw new Exit(0);
    }
    yield* c.error(`wget: missing URL\n${TRY}`);
    throw new Exit(1);
  }
  const progress = last('--progress') ?? 'default';
  return {
    urls,
    verbosity: has('q') ? 'quiet' : has('--no-verbose') ? 'brief' : 'full',
    output: last('O'),
    prefix: last('P'),
    serverResponse: has('S'),
    spider: has('--spider'),
    resume: has('c'),
    noClobber: has('--no-clobber'),
    tries: count('t', 20),
    retryRefused: has('--retry-connrefused'),
    waitRetry: (yield* time('--waitretry', 'waitretry')) ?? 10,
    dnsTimeout: (yield* time('--dns-timeout', 'dns-timeout')) ?? timeout,
    connectTimeout: (yield* time('--connect-timeout', 'connect-timeout')) ?? timeout,
    readTimeout: (yield* time('--read-timeout', 'read-timeout')) ?? timeout ?? 900,
    headers: parsed.options.filter(({ flag }) => flag === '--header').map(({ value }) => value),
    agent: has('U') ? last('U') || undefined : 'Wget/1.21.3',
    referer: last('--referer'),
    method: last('--method') ?? (has('--post-data') || has('--post-file') ? 'POST' : undefined),
    body: contents ?? (bodyText === undefined ? undefined : encodeText(bodyText)),
    user: last('--http-user') ?? last('--user'),
    password: last('--http-password') ?? last('--password'),
    preemptiveAuth: has('--auth-no-challenge'),
    maxRedirects: count('--max-redirect', 20),
    family: has('6') ? 'inet6' : has('4') ? 'inet' : undefined,
    bindAddress: last('--bind-address'),
    limitRate: rateMatch ? Number(rateMatch[1]) * 1024 ** ' kmg'.indexOf((rateMatch[2] || ' ').toLowerCase()) : undefined,
    keepAlive: !has('--no-http-keep-alive'),
    noCache: has('--no-cache'),
    contentOnError: has('--content-on-error'),
    serverTimestamps: !has('--no-use-server-timestamps'),
    saveHeaders: has('--save-headers'),
    trustServerNames: has('--trust-server-names'),
    logFile: log === undefined ? (has('b') ? { path: 'wget-log', append: false } : undefined) : { path: log, append: !has('o') },
    background: has('b'),
    progress: progress.startsWith('dot') ? 'dot' : progress.startsWith('bar') ? 'bar' : 'default',
    showProgress: has('--show-progress'),
  };
}

/** -i: a URL a line. */
function* urlsOf(c: Command, list: string): Sys<string[]> {
  const contents = list === '-' ? yield* c.p.readAll(0) : c.p.machine.files.readFile(c.p, list);
  if (isError(contents)) {
    yield* c.error(`${list}: ${reason(contents)}\n`);
    return [];
  }
  return String.fromCharCode(...contents)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
