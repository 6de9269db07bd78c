import { concat, utf8 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { Sys } from '../../machine/process.ts';
import { encodeText } from '../../shell/bytes-of-text.ts';
import {
  fieldValue,
  HttpBody,
  type HttpField,
  HttpLines,
  lineText,
  parseField,
  parseStatusLine,
  responseFraming,
} from '../../wire/http.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { connectTo, endpointText, resolveAddress } from './address.ts';
import { showUsage } from './usage.ts';

const MAX_REDIRECTS = 5;
/** Columns of the progress line beside its bar. */
const BESIDE_BAR = 48;

interface Target {
  readonly scheme: string;
  /** With its port, as messages have it. */
  readonly host: string;
  readonly port: number;
  readonly path: string;
}

interface Options {
  readonly quiet: boolean;
  readonly showHeaders: boolean;
  readonly spider: boolean;
  readonly resume: boolean;
  readonly output: string | undefined;
  readonly directory: string | undefined;
  readonly headers: readonly string[];
  readonly post: Uint8Array | undefined;
  readonly agent: string;
}

/** BusyBox's wget (networking/wget.c). */
export function* busyboxWget(c: Command, name: string, args: readonly string[]): Sys<number> {
  const parsed = getopt(args, {
    short: 'cqSO:o:P:Y:U:T:t:n:',
    long: {
      continue: 'c',
      quiet: 'q',
      'server-response': 'S',
      'output-document': 'O',
      'output-file': 'o',
      'directory-prefix': 'P',
      proxy: 'Y',
      'user-agent': 'U',
      timeout: 'T',
      tries: 't',
      spider: 'spider',
      'header=': 'header',
      'post-data=': 'post-data',
      'post-file=': 'post-file',
      'no-check-certificate': 'no-check-certificate',
    },
  });
  if (parsed instanceof UsageError) return yield* showUsage(c, name, parsed.message);
  if (parsed.operands.length === 0) return yield* showUsage(c, name);
  const value = (flag: string): string | undefined => parsed.options.findLast((option) => option.flag === flag)?.value;
  const has = (flag: string): boolean => parsed.options.some((option) => option.flag === flag);
  const file = value('post-file');
  const contents = file === undefined ? undefined : c.p.machine.files.readFile(c.p, file);
  if (isError(contents)) return yield* die(c, name, `can't open '${file}': ${reason(contents)}`);
  const data = value('post-data');
  const options: Options = {
    quiet: has('q'),
    showHeaders: has('S'),
    spider: has('spider'),
    resume: has('c'),
    output: value('O'),
    directory: value('P'),
    headers: parsed.options.filter(({ flag }) => flag === 'header').map((option) => option.value),
    post: contents ?? (data === undefined ? undefined : encodeText(data)),
    agent: value('U') ?? 'Wget',
  };
  for (const url of parsed.operands) yield* new Download(c, name, options).run(url);
  return 0;
}

function* die(c: Command, name: string, message: string): Sys<never> {
  yield* c.flush();
  yield* c.error(`${name}: ${message}\n`);
  throw new Exit(1);
}

class Download {
  private readonly c: Command;
  private readonly name: string;
  private readonly options: Options;
  private fileName = '';
  private shownSecond = 0;
  private startNs = 0;

  constructor(c: Command, name: string, options: Options) {
    this.c = c;
    this.name = name;
    this.options = options;
  }

  private die(message: string): Sys<never> {
    return die(this.c, this.name, message);
  }

  private *say(message: string): Sys<void> {
    if (!this.options.quiet) yield* this.c.error(`${message}\n`);
  }

  *run(urlGiven: string): Sys<void> {
    const { p } = this.c;
    const first = yield* this.parse(urlGiven);
    let target = first;
    const path = this.outputPath(target);
    const existing = p.machine.files.stat(p, path);
    const resumeFrom = this.options.resume && !isError(existing) ? existing.size : 0;
    let shown = '';
    for (let redirects = 0; ; redirects++) {
      const address = yield* resolveAddress(this.c, this.name, target.host.replace(/:\d+$/, ''), target.port);
      if (target.host !== shown) yield* this.say(`Connecting to ${target.host} (${endpointText(p.netns, address)})`);
      shown = target.host;
      const { fd } = yield* connectTo(this.c, this.name, address, {});
      if (target.scheme === 'https') yield* this.die('connected, but vethlab has no TLS: this wget speaks http:// only');
      p.ignoreSignal('SIGPIPE');
      const sent = yield* p.write(fd, this.request(target, resumeFrom));
      if (isError(sent)) yield* this.die(`error getting response: ${reason(sent)}`);
      const next = yield* this.answer(fd, target, path, resumeFrom);
      p.close(fd);
      if (next === undefined) return;
      if (redirects >= MAX_REDIRECTS) yield* this.die('too many redirections');
      target = next;
    }
  }

  private *parse(url: string): Sys<Target> {
    const match = /^(?:([a-z0-9]+):\/\/)?([^/?]*)(.*)$/i.exec(url);
    const scheme = match?.[1] ?? 'http';
    if (scheme !== 'http' && scheme !== 'https') return yield* this.die(`not an http or ftp url: ${url}`);
    const host = (match?.[2] ?? '').replace(/^.*@/, '');
    const port = /:(\d+)$/.exec(host.replace(/^\[.*\]/, ''))?.[1];
    const path = match?.[3] ?? '';
    return { scheme, host, port: Number(port ?? (scheme === 'https' ? 443 : 80)), path: path.startsWith('/') ? path : `/${path}` };
  }

  private outputPath(target: Target): string {
    const { output, directory } = this.options;
    if (output !== undefined) {
      this.fileName = output.slice(output.lastIndexOf('/') + 1);
      return output;
    }
    const path = target.path.replace(/[?#].*$/, '');
    this.fileName = path.slice(path.lastIndexOf('/') + 1) || 'index.html';
    return directory === undefined ? this.fileName : `${directory}/${this.fileName}`;
  }

  private request(target: Target, resumeFrom: number): Uint8Array {
    const { post, headers, agent } = this.options;
    const given = (field: string): boolean => headers.some((header) => header.toLowerCase().startsWith(`${field.toLowerCase()}:`));
    let head = `${post ? 'POST' : 'GET'} ${target.path.replace(/#.*$/, '')} HTTP/1.1\r\n`;
    if (!given('Host')) head += `Host: ${target.host}\r\n`;
    if (!given('User-Agent')) head += `User-Agent: ${agent}\r\n`;
    head += 'Connection: close\r\n';
    if (resumeFrom > 0) head += `Range: bytes=${resumeFrom}-\r\n`;
    for (const header of headers) head += `${header}\r\n`;
    if (post) {
      if (!given('Content-Type')) head += 'Content-Type: application/x-www-form-urlencoded\r\n';
      head += `Content-Length: ${post.length}\r\n`;
    }
    return concat(utf8(`${head}\r\n`), post ?? new Uint8Array(0));
  }

  /** Takes the answer; where it leads, if it leads elsewhere. */
  private *answer(fd: number, target: Target, path: string, resumeFrom: number): Sys<Target | undefined> {
    const { p } = this.c;
    const lines = new HttpLines();
    const first = yield* this.line(fd, lines);
    const status = first === undefined ? undefined : parseStatusLine(first);
    if (first === undefined || status === undefined) return yield* this.die('error getting response');
    const fields: HttpField[] = [];
    if (this.options.showHeaders) yield* this.c.error(`  ${first}\n`);
    for (let line = yield* this.line(fd, lines); line !== undefined; line = yield* this.line(fd, lines)) {
      if (this.options.showHeaders) yield* this.c.error(`  ${line}\n`);
      if (line === '') break;
      const field = parseField(line);
      if (field) fields.push(field);
    }
    const location = fieldValue(fields, 'Location');
    if (status.status >= 300 && status.status <= 303 && location !== undefined) {
      return location.startsWith('/') ? { ...target, path: location } : yield* this.parse(location);
    }
    const fine = status.status === 200 || status.status === 201 || status.status === 204 || (status.status === 206 && resumeFrom > 0);
    if (!fine) return yield* this.die(`server returned error: ${first}`);
    if (this.options.spider) {
      yield* this.say('remote file exists');
      return undefined;
    }
    const framing = responseFraming({ ...status, fields }, 'GET');
    const body = new HttpBody(framing);
    const offset = status.status === 206 ? resumeFrom : 0;
    const out = path === '-' ? 1 : yield* this.open(path, offset);
    yield* this.say(path === '-' ? 'writing to stdout' : `saving to '${path}'`);
    this.startNs = p.nowNs;
    const total = framing.kind === 'length' ? framing.length + offset : undefined;
    let pending = lines.takeRest();
    while (!body.done) {
      const data = pending.length > 0 ? pending : yield* p.read(fd);
      pending = new Uint8Array(0);
      if (isError(data)) return yield* this.die(`read: ${reason(data)}`);
      if (data.length === 0) break;
      const chunk = body.push(data);
      if (isError(yield* p.write(out, chunk))) return yield* this.die('write error');
      yield* this.progress(offset + body.received, total, false);
    }
    yield* this.progress(offset + body.received, total, true);
    if (framing.kind === 'length' && body.missing > 0) return yield* this.die('connection closed prematurely');
    if (out !== 1) p.close(out);
    yield* this.say(path === '-' ? 'written to stdout' : `'${path}' saved`);
    return undefined;
  }

  private *open(path: string, offset: number): Sys<number> {
    const named = this.options.output !== undefined;
    const fd = this.c.p.open(path, {
      write: true,
      create: true,
      truncate: offset === 0,
      append: offset > 0,
      exclusive: !named && offset === 0,
    });
    if (isError(fd)) return yield* this.die(`can't open '${path}': ${reason(fd)}`);
    return fd;
  }

  private *line(fd: number, lines: HttpLines): Sys<string | undefined> {
    for (;;) {
      const line = lines.next();
      if (line) return lineText(line);
      const data = yield* this.c.p.read(fd);
      if (isError(data)) return yield* this.die(`error getting response: ${reason(data)}`);
      if (data.length === 0) return undefined;
      lines.push(data);
    }
  }

  /** The bar (libbb/progress.c): once a second, and at the end. */
  private *progress(done: number, total: number | undefined, last: boolean): Sys<void> {
    const { p } = this.c;
    if (this.options.quiet) return;
    const elapsed = Math.floor((p.nowNs - this.startNs) / NS_PER_S);
    if (!last && elapsed <= this.shownSecond) return;
    this.shownSecond = elapsed;
    const columns = p.terminal(2)?.columns ?? 80;
    const percent = total === undefined || total === 0 ? 100 : Math.floor((done * 100) / total);
    const width = columns - BESIDE_BAR;
    const stars = '*'.repeat(Math.floor((width * percent) / 100)).padEnd(width);
    const size = done < 100_000 ? `${String(done).padStart(6)}` : `${String(Math.floor(done / 1024)).padStart(5)}k`;
    const left = done > 0 && total !== undefined && !last && elapsed > 0 ? Math.floor(((total - done) * elapsed) / done) : 0;
    const eta = `${Math.floor(left / 3600)}:${String(Math.floor((left % 3600) / 60)).padStart(2, '0')}:${String(left % 60).padStart(2, '0')} ETA`;
    const line = `\r${this.fileName.slice(0, 20).padEnd(20)}${String(percent).padStart(4)}% |${stars}|${size}  ${eta}`;
    yield* this.c.error(last ? `${line}\n` : line);
  }
}
