// Which server and which location a request belongs to: ngx_http_request.c, ngx_http_core_find_location.

import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Block, Config } from './config.ts';
import { DEFAULT_LISTEN, type Listen, listenKey } from './listen.ts';
import { compilePattern } from './pattern.ts';

/** An address with the servers that listen on it. */
export interface Site {
  readonly listen: Listen;
  readonly servers: Block[];
  fallback: Block;
}

/** The addresses of a configuration, and warnings about names given twice. */
export function sitesOf(config: Config): { readonly sites: Site[]; readonly warnings: string[] } {
  const sites = new Map<string, Site>();
  const warnings: string[] = [];
  const http = config.main.own('http')[0]?.block;
  for (const { block: server } of http?.own('server') ?? []) {
    if (!server) continue;
    const listens = server.own('listen').map(({ listen }) => listen as Listen);
    for (const listen of listens.length > 0 ? listens : [DEFAULT_LISTEN]) {
      const site = sites.get(listen.key);
      if (!site) {
        sites.set(listen.key, { listen, servers: [server], fallback: server });
        continue;
      }
      const known = new Set(site.servers.flatMap(serverNames));
      for (const name of serverNames(server)) {
        if (known.has(name)) warnings.push(`conflicting server name "${name}" on ${listen.key}, ignored`);
      }
      site.servers.push(server);
      if (listen.isDefault) site.fallback = server;
    }
  }
  return { sites: [...sites.values()], warnings };
}

export function serverNames(server: Block): string[] {
  const names = server.own('server_name').flatMap(({ args }) => args.map((word) => word.toLowerCase()));
  return names.length > 0 ? names : [''];
}

/** The first name of a server: $server_name, and `server:` in the error log. */
export function serverName(server: Block): string {
  return serverNames(server)[0]?.replace(/^\*?\./, '') ?? '';
}

/** The site that a connection came to: its own address before every address. */
export function siteFor(sites: readonly Site[], local: SockAddr): Site | undefined {
  const { port } = local;
  const mapped = local.family === 'inet6' && local.address.startsWith('::ffff:');
  const everywhere = local.family === 'inet' ? `0.0.0.0:${port}` : `[::]:${port}`;
  return [listenKey(local), everywhere, mapped ? `[::]:${port}` : '']
    .map((key) => sites.find(({ listen }) => listen.key === key))
    .find(Boolean);
}

/** The server of a name: exact, longest `*.x`, longest `x.*`, the first expression, the default. */
export function serverFor(site: Site, host: string, captures: Map<string, string>): Block {
  const named = site.servers.flatMap((server) => serverNames(server).map((name) => ({ server, name })));
  const exact = named.find(({ name }) => name === host || (name.startsWith('.') && name.slice(1) === host));
  if (exact) return exact.server;
  const longest = (found: typeof named): Block | undefined => found.sort((a, b) => b.name.length - a.name.length)[0]?.server;
  const ending = longest(named.filter(({ name }) => /^\*?\./.test(name) && host.endsWith(name.replace(/^\*/, ''))));
  const beginning = longest(named.filter(({ name }) => name.endsWith('.*') && host.startsWith(name.slice(0, -1))));
  if (ending ?? beginning) return (ending ?? beginning) as Block;
  for (const { server, name } of named) {
    const match = name.startsWith('~') ? matchPattern(name.slice(1), true, host) : undefined;
    if (!match) continue;
    capture(match, captures);
    return server;
  }
  return site.fallback;
}

export function matchPattern(pattern: string, ignoreCase: boolean, text: string): RegExpExecArray | undefined {
  const compiled = compilePattern(pattern, ignoreCase);
  return typeof compiled === 'string' ? undefined : (compiled.exec(text) ?? undefined);
}

/** $1, $2 and named groups. */
export function capture(match: RegExpExecArray, captures: Map<string, string>): void {
  for (let i = 0; i <= 9; i++) captures.set(String(i), match[i] ?? '');
  for (const [name, value] of Object.entries(match.groups ?? {})) captures.set(name, value ?? '');
}

/** The location of a path; undefined where only the server's own directives count. */
export function locationFor(server: Block, uri: string, captures: Map<string, string>): Block | undefined {
  const locations = server.own('location').map(({ block }) => block as Block);
  const words = (location: Block): readonly [string, string] =>
    location.args.length === 2 ? (location.args as [string, string]) : ['', location.args[0] as string];
  let best: Block | undefined;
  for (const location of locations) {
    const [modifier, path] = words(location);
    if (modifier === '=' && path === uri) return location;
    if ((modifier !== '' && modifier !== '^~') || path.startsWith('@') || !uri.startsWith(path)) continue;
    if (!best || path.length > words(best)[1].length) best = location;
  }
  const inner = best && locationFor(best, uri, captures);
  if (inner && (inner.args[0] === '=' || inner.args[0] === '^~' || inner.args[0]?.startsWith('~'))) return inner;
  if (best && words(best)[0] === '^~') return inner ?? best;
  for (const location of locations) {
    const [modifier, pattern] = words(location);
    if (!modifier.startsWith('~')) continue;
    const match = matchPattern(pattern, modifier === '~*', uri);
    if (!match) continue;
    capture(match, captures);
    return location;
  }
  return inner ?? best;
}

/** A location `@NAME`. */
export function namedLocation(server: Block, name: string): Block | undefined {
  return server.own('location').find(({ args }) => args[0] === name)?.block;
}
