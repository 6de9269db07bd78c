import { text } from '../../base/bytes.ts';
import { ERRNO_NUMBER } from '../../base/errno.ts';
import { isError, type KernelError } from '../../base/result.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import { reason } from '../lib/command.ts';
import { getaddrinfo, LookupError, socketAddress } from '../net-lib/getaddrinfo.ts';
import { contextInside, DIRECTIVES, isOfKind } from './directives.ts';
import { globPaths } from './glob-paths.ts';
import { type Listen, parseListen } from './listen.ts';
import { compilePattern } from './pattern.ts';
import { type ProxyTarget, parseProxyTarget } from './proxy-target.ts';
import { ConfigError, ConfigText, type Statement } from './syntax.ts';

/** One directive with what was found out about it when it was read. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: Block | undefined;
  readonly listen?: Listen;
  readonly proxy?: ProxyTarget;
  /** Of an upstream's server, or of the host of a proxy_pass. */
  addresses?: readonly SockAddr[];
}

/** What stands between two braces; what it does not say, the block around it does. */
export class Block {
  readonly letter: string;
  readonly args: readonly string[];
  readonly parent: Block | undefined;
  readonly directives: Directive[] = [];

  constructor(letter: string, args: readonly string[] = [], parent?: Block) {
    this.letter = letter;
    this.args = args;
    this.parent = parent;
  }

  own(name: string): Directive[] {
    return this.directives.filter((directive) => directive.name === name);
  }

  /** The directives of a name in the innermost block that has any. */
  all(name: string): readonly Directive[] {
    const own = this.own(name);
    return own.length > 0 || !this.parent ? own : this.parent.all(name);
  }

  value(name: string): string | undefined {
    return this.all(name)[0]?.args[0];
  }

  flag(name: string, otherwise: boolean): boolean {
    const value = this.value(name);
    return value === undefined ? otherwise : value.toLowerCase() === 'on';
  }
}

/** A configuration that was read: its main block, and the files it came from. */
export interface Config {
  readonly main: Block;
  readonly files: { readonly name: string; readonly text: string }[];
}

/** `open() "/x" failed (2: No such file or directory)`. */
export function openFailed(path: string, error: KernelError): string {
  return `open() "${path}" failed (${ERRNO_NUMBER[error.errno]}: ${reason(error)})`;
}

/** Reads a configuration file and the directives of -g. Throws a {@link ConfigError}. */
export function* readConfig(p: Process, path: string, globals: string): Sys<Config> {
  const config: Config = { main: new Block('M'), files: [] };
  const reader = new ConfigReader(p, config, path.replace(/[^/]*$/, ''));
  if (globals !== '') yield* reader.block(new ConfigText('command line', globals), config.main);
  yield* reader.file(path, config.main, '');
  yield* reader.resolveProxies();
  return config;
}

class ConfigReader {
  readonly #p: Process;
  readonly #config: Config;
  readonly #prefix: string;
  /** Addresses that have their default server. */
  readonly #defaults = new Set<string>();
  readonly #proxies: { readonly directive: Directive; readonly place: string }[] = [];

  constructor(p: Process, config: Config, prefix: string) {
    this.#p = p;
    this.#config = config;
    this.#prefix = prefix;
  }

  *file(path: string, into: Block, place: string): Sys<void> {
    const data = this.#p.machine.files.readFile(this.#p, path);
    if (isError(data)) throw new ConfigError(openFailed(path, data), place);
    const contents = text(data);
    if (!this.#config.files.some(({ name }) => name === path)) this.#config.files.push({ name: path, text: contents });
    yield* this.block(new ConfigText(path, contents), into, 'end of file');
  }

  /** Directives up to the end of a block or a file. */
  *block(source: ConfigText, into: Block, until: '}' | 'end of file' = 'end of file'): Sys<void> {
    for (;;) {
      const statement = source.next();
      if (statement.end === '}' || statement.end === 'end of file') {
        if (statement.end === until) return;
        throw source.fail(until === '}' ? 'unexpected end of file, expecting "}"' : 'unexpected "}"');
      }
      yield* this.#directive(source, into, statement);
    }
  }

  *#directive(source: ConfigText, into: Block, { words, end }: Statement): Sys<void> {
    const [name = '', ...args] = words;
    if (into.letter === 'T' && name !== 'include') {
      into.directives.push({ name, args, block: undefined });
      return;
    }
    const rule = Object.hasOwn(DIRECTIVES, name) ? DIRECTIVES[name] : undefined;
    if (!rule) throw source.fail(`unknown directive "${name}"`);
    if (!rule.contexts.includes(into.letter)) throw source.fail(`"${name}" directive is not allowed here`);
    const isBlock = rule.kind === 'block' && !(name === 'server' && into.letter === 'U');
    if (isBlock && end !== '{') throw source.fail(`directive "${name}" has no opening "{"`);
    if (!isBlock && end === '{') throw source.fail(`directive "${name}" is not terminated by ";"`);
    const least = name === 'server' && into.letter === 'U' ? 1 : rule.least;
    const most = name === 'server' && isBlock ? 0 : rule.most;
    if (args.length < least || args.length > most) throw source.fail(`invalid number of arguments in "${name}" directive`);
    if (!rule.many && into.own(name).length > 0) {
      throw source.fail(`"${name}" directive is duplicate`);
    }
    if (name === 'include') {
      yield* this.#include(source, into, args[0] as string);
      return;
    }
    checkValue(source, name, args);
    if (isBlock) yield* this.#subBlock(source, into, name, args);
    else {
      const directive: Directive = { name, args, block: undefined, ...(yield* this.#details(source, into, name, args)) };
      into.directives.push(directive);
      if (directive.proxy) this.#proxies.push({ directive, place: source.place });
    }
  }

  *#include(source: ConfigText, into: Block, pattern: string): Sys<void> {
    const path = pattern.startsWith('/') ? pattern : this.#prefix + pattern;
    if (!/[*?[]/.test(path)) {
      yield* this.file(path, into, source.place);
      return;
    }
    for (const found of globPaths(this.#p, path)) yield* this.file(found, into, source.place);
  }

  *#subBlock(source: ConfigText, into: Block, name: string, args: readonly string[]): Sys<void> {
    const block = new Block(contextInside(name, into.letter), args, into);
    if (name === 'location') checkLocation(source, into, args);
    into.directives.push({ name, args, block });
    yield* this.block(source, block, '}');
    if (name === 'upstream' && block.own('server').length === 0) throw source.fail('no servers are inside upstream');
  }

  *#details(source: ConfigText, into: Block, name: string, args: readonly string[]): Sys<Partial<Directive>> {
    if (name === 'listen') {
      const listen = yield* parseListen(this.#p, args);
      if ('problem' in listen) throw source.fail(listen.problem);
      if (into.own('listen').some((other) => other.listen?.key === listen.key)) throw source.fail(`a duplicate listen ${listen.key}`);
      if (listen.isDefault && this.#defaults.has(listen.key)) throw source.fail(`a duplicate default server for ${listen.key}`);
      if (listen.isDefault) this.#defaults.add(listen.key);
      return { listen };
    }
    const format = name === 'access_log' ? (args[1] ?? 'combined') : 'combined';
    if (format !== 'combined' && !/=/.test(format) && !into.all('log_format').some(({ args: known }) => known[0] === format)) {
      throw source.fail(`unknown log format "${format}"`);
    }
    if (name === 'proxy_pass') {
      const target = parseProxyTarget(args[0] as string);
      if (target === undefined) throw source.fail('invalid URL prefix');
      const special = into.letter === 'I' || /^~/.test(into.args[0] ?? '') || into.args[0]?.startsWith('@') === true;
      if (target.uri !== undefined && special && !target.variable) {
        throw source.fail(
          '"proxy_pass" cannot have URI part in location given by regular expression, or inside named location, or inside "if" statement, or inside "limit_except" block',
        );
      }
      return { proxy: target };
    }
    if (name === 'server' && into.letter === 'U') {
      const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(args[0] as string) ?? [];
      return { addresses: yield* this.#resolve(source.place, host, Number(port ?? 80), args[0] as string) };
    }
    return {};
  }

  /** Looks up the hosts of proxy_pass, once all upstreams are known (ngx_http_upstream_init_main_conf). */
  *resolveProxies(): Sys<void> {
    const upstreams = this.#config.main.own('http').flatMap(({ block }) => block?.own('upstream') ?? []);
    for (const { directive, place } of this.#proxies) {
      const target = directive.proxy as ProxyTarget;
      if (target.variable || upstreams.some(({ args }) => args[0] === target.host)) continue;
      directive.addresses = yield* this.#resolve(place, target.host, target.port ?? 80, target.host);
    }
  }

  *#resolve(place: string, host: string, port: number, shown: string): Sys<SockAddr[]> {
    const found = yield* getaddrinfo(this.#p, host.replace(/^\[|\]$/g, ''));
    if (found instanceof LookupError) throw new ConfigError(`host not found in upstream "${shown}"`, place);
    return found.addresses.map((address) => socketAddress(address, port));
  }
}

function checkValue(source: ConfigText, name: string, args: readonly string[]): void {
  const kind = DIRECTIVES[name]?.kind;
  const [first = ''] = args;
  if (kind === 'flag' && !isOfKind(first, kind)) {
    throw source.fail(`invalid value "${first}" in "${name}" directive, it must be "on" or "off"`);
  }
  if (kind === 'number' && !isOfKind(first, kind)) throw source.fail('invalid number');
  const strange = (kind === 'time' || kind === 'size') && !isOfKind(first, kind);
  if (strange || (name === 'worker_processes' && !/^(auto|\d+)$/.test(first))) {
    throw source.fail(name === 'worker_processes' ? '"worker_processes" directive invalid value' : `"${name}" directive invalid value`);
  }
  if (name === 'return' && !/^\d{1,3}$/.test(first) && !(args.length === 1 && /^(https?:\/\/|\$scheme)/.test(first))) {
    throw source.fail(`invalid return code "${first}"`);
  }
  const flag = args[2];
  if (name === 'rewrite') {
    if (flag !== undefined && !/^(last|break|redirect|permanent)$/.test(flag)) throw source.fail(`invalid parameter "${flag}"`);
    checkPattern(source, first);
  }
  if (name === 'server_name') for (const word of args) if (word.startsWith('~')) checkPattern(source, word.slice(1));
}

function checkPattern(source: ConfigText, pattern: string): void {
  const problem = compilePattern(pattern, false);
  if (typeof problem === 'string') throw source.fail(problem);
}

function checkLocation(source: ConfigText, into: Block, args: readonly string[]): void {
  const [modifier = '', path] = args.length === 2 ? args : ['', args[0] as string];
  if (args.length === 2 && !/^(=|~|~\*|\^~)$/.test(modifier)) throw source.fail(`invalid location modifier "${modifier}"`);
  if (modifier.startsWith('~')) checkPattern(source, path as string);
  const same = into.own('location').some(({ args: other }) => other.join(' ') === args.join(' '));
  if (same && !modifier.startsWith('~')) throw source.fail(`duplicate location "${path}"`);
  if (into.letter !== 'L' || modifier.startsWith('~') || path?.startsWith('@')) return;
  const outer = into.args.at(-1) as string;
  if (into.args.length === 2 && into.args[0] === '=')
    throw source.fail(`location "${path}" cannot be inside the exact location "${outer}"`);
  if (!into.args[0]?.startsWith('~') && !path?.startsWith(outer)) throw source.fail(`location "${path}" is outside location "${outer}"`);
}
