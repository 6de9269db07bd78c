// The way of a request through the configuration: ngx_http_core_module.c's phases, ngx_http_rewrite_module.c, ngx_http_access_module.c.

import { utf8 } from '../../base/bytes.ts';
import { isError } from '../../base/result.ts';
import type { Sys } from '../../machine/process.ts';
import { ruleCovers } from './access-rule.ts';
import type { Block, Directive } from './config.ts';
import { builtInPage } from './pages.ts';
import { proxy } from './proxy.ts';
import type { Request, Response } from './request.ts';
import { capture, locationFor, matchPattern, namedLocation } from './sites.ts';
import { filePath, findFile, typeOf } from './static-file.ts';
import type { Worker } from './worker.ts';

const MOST_REDIRECTS = 10;

/** What a rewrite directive has decided. */
type Step = Response | 'again' | 'stop' | undefined;

/** Finds the answer to a request. */
export function* answer(w: Worker, r: Request): Sys<Response> {
  const early = yield* rewrites(w, r, r.server);
  if (early !== undefined && typeof early !== 'string') return yield* finished(w, r, early);
  return yield* finished(w, r, yield* located(w, r));
}

/** From the choice of a location on. */
function* located(w: Worker, r: Request): Sys<Response> {
  for (; r.redirects <= MOST_REDIRECTS; r.redirects++) {
    r.location = locationFor(r.server, r.uri, r.captures);
    r.scope = r.location ?? r.server;
    if (r.location?.own('internal').length && r.redirects === 0) return failure(404);
    const step = r.location ? yield* rewrites(w, r, r.location) : undefined;
    if (step === 'again') continue;
    if (step !== undefined && step !== 'stop') return step;
    const response = yield* content(w, r);
    if (response !== 'again') return response;
  }
  yield* w.log(r, 'error', `rewrite or internal redirection cycle while processing "${r.uri}"`);
  return failure(500);
}

const failure = (status: number): Response => ({ status, type: undefined, body: utf8(''), fields: [] });

function* rewrites(w: Worker, r: Request, block: Block): Sys<Step> {
  for (const directive of block.directives) {
    const [first = '', second] = directive.args;
    if (directive.name === 'set') r.set.set(first.replace(/^\$/, ''), w.expand(second ?? '', r));
    else if (directive.name === 'break') return 'stop';
    else if (directive.name === 'return') return returned(w, r, directive);
    else if (directive.name === 'if' && directive.block && condition(w, r, directive.args)) {
      const step = yield* rewrites(w, r, directive.block);
      if (step !== undefined) return step;
      if (block !== r.server) r.scope = directive.block;
    } else if (directive.name === 'rewrite') {
      const step = rewrite(w, r, directive);
      if (step !== undefined) return step;
    }
  }
  return undefined;
}

function returned(w: Worker, r: Request, { args }: Directive): Response {
  const isUrl = args.length === 1 && !/^\d+$/.test(args[0] as string);
  const status = isUrl ? 302 : Number(args[0]);
  const text = w.expand((isUrl ? args[0] : args[1]) ?? '', r);
  if ([301, 302, 303, 307, 308].includes(status)) return { ...failure(status), location: text };
  if (args.length === 1) return failure(status);
  return { status, type: typeOf(r.scope, r.uri), body: utf8(text), fields: [] };
}

function rewrite(w: Worker, r: Request, { args }: Directive): Step {
  const [pattern = '', replacement = '', flag] = args;
  const match = matchPattern(pattern, false, r.uri);
  if (!match) return undefined;
  capture(match, r.captures);
  const target = w.expand(replacement, r);
  if (/^(https?:\/\/|\$scheme)/.test(replacement) || flag === 'redirect' || flag === 'permanent') {
    const query = r.query === '' || target.endsWith('?') ? '' : `${target.includes('?') ? '&' : '?'}${r.query}`;
    return { ...failure(flag === 'permanent' ? 301 : 302), location: target.replace(/\?$/, '') + query };
  }
  const [path = '', added] = target.split(/\?(.*)/s);
  r.uri = path;
  if (added !== undefined) r.query = added === '' ? '' : r.query === '' ? added : `${added}&${r.query}`;
  if (flag === 'break') return 'stop';
  return flag === 'last' || r.location ? 'again' : undefined;
}

/** The words between the parentheses of an `if`. */
function condition(w: Worker, r: Request, args: readonly string[]): boolean {
  const words = args.join(' ').replace(/^\(\s*|\s*\)$/g, '');
  const [, left = '', operator, right = ''] = /^(\S+)\s+(=|!=|~\*?|!~\*?)\s+(.*)$/s.exec(words) ?? [];
  if (operator !== undefined) {
    const value = w.expand(left, r);
    if (operator === '=' || operator === '!=') return (value === w.expand(right, r)) === (operator === '=');
    const match = matchPattern(right, operator.endsWith('*'), value);
    if (match) capture(match, r.captures);
    return (match !== undefined) !== operator.startsWith('!');
  }
  const [, negated, test, path = ''] = /^(!?)-([fdex])\s+(.*)$/s.exec(words) ?? [];
  if (test !== undefined) {
    const stat = w.p.machine.files.stat(w.p, w.expand(path, r));
    const holds = !isError(stat) && (test === 'e' || (test === 'd') === (stat.kind === 'directory'));
    return holds !== (negated === '!');
  }
  const value = w.expand(words, r);
  return value !== '' && value !== '0';
}

/** Access rules, try_files, and what makes the answer. */
function* content(w: Worker, r: Request): Sys<Response | 'again'> {
  if (forbidden(r)) {
    yield* w.log(r, 'error', 'access forbidden by rule');
    return failure(403);
  }
  const tried = r.scope.own('try_files')[0] ?? r.location?.own('try_files')[0];
  if (tried) {
    const step = yield* tryFiles(w, r, tried.args);
    if (step !== undefined) return step;
  }
  const passed = r.scope.own('proxy_pass')[0] ?? r.location?.own('proxy_pass')[0];
  if (passed) {
    const x = {
      p: w.p,
      groups: w.groups,
      expand: (value: string) => w.expand(value, r),
      log: (message: string, upstream?: string) => w.log(r, 'error', message, upstream),
    };
    const response = yield* proxy(x, r, passed);
    return typeof response === 'number' ? failure(response) : response;
  }
  const found = findFile(w.p, r, (value) => w.expand(value, r));
  if (found.kind === 'response') return found.response;
  if (found.kind === 'redirect') {
    r.uri = found.uri;
    return 'again';
  }
  if (found.log !== undefined) yield* w.log(r, 'error', found.log);
  return failure(found.status);
}

function forbidden(r: Request): boolean {
  const rules = [r.scope, ...ancestors(r.scope)].map((block) => block.directives.filter(({ name }) => name === 'allow' || name === 'deny'));
  for (const { name, args } of rules.find((own) => own.length > 0) ?? []) {
    if (ruleCovers(args[0] as string, r.remoteAddress)) return name === 'deny';
  }
  return false;
}

function ancestors(block: Block): Block[] {
  return block.parent ? [block.parent, ...ancestors(block.parent)] : [];
}

function* tryFiles(w: Worker, r: Request, args: readonly string[]): Sys<Response | 'again' | undefined> {
  for (const word of args.slice(0, -1)) {
    const uri = w.expand(word, r);
    const wantsDirectory = uri.endsWith('/');
    const stat = w.p.machine.files.stat(
      w.p,
      filePath(r, uri, (value) => w.expand(value, r)),
    );
    if (isError(stat) || (stat.kind === 'directory') !== wantsDirectory) continue;
    r.uri = uri;
    return undefined;
  }
  const last = args.at(-1) as string;
  if (last.startsWith('=')) return failure(Number(last.slice(1)));
  if (last.startsWith('@')) return yield* inNamed(w, r, last);
  const [path = '', query] = w.expand(last, r).split(/\?(.*)/s);
  r.uri = path;
  if (query !== undefined) r.query = query;
  return 'again';
}

function* inNamed(w: Worker, r: Request, name: string): Sys<Response> {
  const location = namedLocation(r.server, name);
  if (!location) {
    yield* w.log(r, 'error', `could not find named location "${name}"`);
    return failure(500);
  }
  r.location = location;
  r.scope = location;
  const step = yield* rewrites(w, r, location);
  if (step !== undefined && typeof step !== 'string') return step;
  const response = yield* content(w, r);
  return response === 'again' ? yield* located(w, r) : response;
}

/** error_page, and the built-in page of what has no body. */
function* finished(w: Worker, r: Request, response: Response): Sys<Response> {
  const { status } = response;
  const own = response.body.length > 0 || response.streamed === true;
  if (status >= 300 && !own && r.errorStatus === undefined) {
    const page = r.scope.all('error_page').find(({ args }) => args.includes(String(status)));
    if (page) return yield* errorPage(w, r, page.args, response);
  }
  if (own) return response;
  const text = builtInPage(status, w.serverToken(r));
  return text === undefined ? response : { ...response, type: 'text/html', body: utf8(text) };
}

function* errorPage(w: Worker, r: Request, args: readonly string[], response: Response): Sys<Response> {
  const target = w.expand(args.at(-1) as string, r);
  const changed = /^=(\d*)$/.exec(args.at(-2) as string);
  r.errorStatus = response.status;
  r.redirects++;
  if (/^https?:\/\//.test(target)) return yield* finished(w, r, { ...response, status: 302, location: target });
  let made: Response;
  if (target.startsWith('@')) made = yield* inNamed(w, r, target);
  else {
    const request = Object.assign(r, { uri: target, method: r.method === 'HEAD' ? 'HEAD' : 'GET' });
    made = yield* located(w, request);
  }
  const whole = yield* finished(w, r, made);
  if (changed) return changed[1] === '' ? whole : { ...whole, status: Number(changed[1]) };
  return { ...whole, status: whole.status === 200 ? response.status : whole.status };
}
