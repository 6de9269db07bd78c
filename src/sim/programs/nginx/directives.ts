// Which directives there are, where each may stand and what it takes (the ngx_command_t tables of nginx 1.22's modules).

type Kind = 'flag' | 'number' | 'time' | 'size' | 'block';

export interface DirectiveRule {
  /** Main, Events, Http, Server, Location, If in a location, if in a serVer, Upstream. */
  readonly contexts: string;
  readonly least: number;
  readonly most: number;
  readonly kind: Kind | undefined;
  /** May stand several times in one block. */
  readonly many: boolean;
}

function rule(contexts: string, args: number | readonly [number, number], kind?: Kind, many = false): DirectiveRule {
  const [least, most] = typeof args === 'number' ? [args, args] : args;
  return { contexts, least, most, kind, many };
}

const ANY = [1, 64] as const;

export const DIRECTIVES: Readonly<Record<string, DirectiveRule>> = {
  user: rule('M', [1, 2]),
  worker_processes: rule('M', 1),
  worker_rlimit_nofile: rule('M', 1, 'number'),
  pid: rule('M', 1),
  daemon: rule('M', 1, 'flag'),
  master_process: rule('M', 1, 'flag'),
  error_log: rule('MHSL', [1, 2], undefined, true),
  env: rule('M', 1, undefined, true),
  events: rule('M', 0, 'block'),
  worker_connections: rule('E', 1, 'number'),
  use: rule('E', 1),
  multi_accept: rule('E', 1, 'flag'),
  accept_mutex: rule('E', 1, 'flag'),
  http: rule('M', 0, 'block'),
  server: rule('HU', [0, 64], 'block', true),
  location: rule('SL', [1, 2], 'block', true),
  if: rule('SL', ANY, 'block', true),
  upstream: rule('H', 1, 'block', true),
  types: rule('HSL', 0, 'block'),
  include: rule('MEHSLIVUT', 1, undefined, true),
  listen: rule('S', ANY, undefined, true),
  server_name: rule('S', ANY, undefined, true),
  root: rule('HSLI', 1),
  alias: rule('L', 1),
  index: rule('HSL', ANY, undefined, true),
  try_files: rule('SL', [2, 64]),
  autoindex: rule('HSL', 1, 'flag'),
  autoindex_exact_size: rule('HSL', 1, 'flag'),
  autoindex_localtime: rule('HSL', 1, 'flag'),
  default_type: rule('HSL', 1),
  return: rule('SLIV', [1, 2], undefined, true),
  rewrite: rule('SLIV', [2, 3], undefined, true),
  set: rule('SLIV', 2, undefined, true),
  break: rule('SLIV', 0, undefined, true),
  error_page: rule('HSLI', [2, 64], undefined, true),
  add_header: rule('HSLI', [2, 3], undefined, true),
  expires: rule('HSLI', [1, 2]),
  allow: rule('HSL', 1, undefined, true),
  deny: rule('HSL', 1, undefined, true),
  internal: rule('L', 0),
  access_log: rule('HSLI', ANY, undefined, true),
  log_format: rule('H', [2, 64], undefined, true),
  log_not_found: rule('HSL', 1, 'flag'),
  server_tokens: rule('HSL', 1),
  sendfile: rule('HSLI', 1, 'flag'),
  tcp_nopush: rule('HSL', 1, 'flag'),
  tcp_nodelay: rule('HSL', 1, 'flag'),
  keepalive_timeout: rule('HSL', [1, 2], 'time'),
  keepalive_requests: rule('HSL', 1, 'number'),
  client_max_body_size: rule('HSL', 1, 'size'),
  client_body_timeout: rule('HSL', 1, 'time'),
  client_header_timeout: rule('HS', 1, 'time'),
  send_timeout: rule('HSL', 1, 'time'),
  types_hash_max_size: rule('HSL', 1, 'number'),
  server_names_hash_bucket_size: rule('H', 1, 'number'),
  server_name_in_redirect: rule('HSL', 1, 'flag'),
  port_in_redirect: rule('HSL', 1, 'flag'),
  absolute_redirect: rule('HSL', 1, 'flag'),
  charset: rule('HSLI', 1),
  gzip: rule('HSLI', 1, 'flag'),
  gzip_types: rule('HSL', ANY),
  gzip_vary: rule('HSL', 1, 'flag'),
  gzip_proxied: rule('HSL', ANY),
  gzip_comp_level: rule('HSL', 1, 'number'),
  gzip_min_length: rule('HSL', 1, 'size'),
  gzip_buffers: rule('HSL', 2),
  gzip_http_version: rule('HSL', 1),
  ssl_protocols: rule('HS', ANY),
  ssl_prefer_server_ciphers: rule('HS', 1, 'flag'),
  resolver: rule('HSL', ANY),
  proxy_pass: rule('LI', 1),
  proxy_set_header: rule('HSL', 2, undefined, true),
  proxy_hide_header: rule('HSL', 1, undefined, true),
  proxy_http_version: rule('HSL', 1),
  proxy_redirect: rule('HSL', [1, 2], undefined, true),
  proxy_buffering: rule('HSL', 1, 'flag'),
  proxy_connect_timeout: rule('HSL', 1, 'time'),
  proxy_read_timeout: rule('HSL', 1, 'time'),
  proxy_send_timeout: rule('HSL', 1, 'time'),
  proxy_intercept_errors: rule('HSL', 1, 'flag'),
  proxy_next_upstream: rule('HSL', ANY),
  keepalive: rule('U', 1, 'number'),
  ip_hash: rule('U', 0),
  least_conn: rule('U', 0),
};

/** Sub-blocks: the letter of what stands inside, by the directive and the block it stands in. */
export function contextInside(name: string, outer: string): string {
  if (name === 'if') return outer === 'S' ? 'V' : 'I';
  return { events: 'E', http: 'H', server: 'S', location: 'L', upstream: 'U', types: 'T' }[name] ?? '';
}

/** A time in seconds: `75`, `1m`, `500ms`, `1h 30m`; undefined for none. */
export function parseTime(text: string): number | undefined {
  const unit: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800, M: 2_592_000, y: 31_536_000 };
  if (!/^(\d+(ms|[smhdwMy])? ?)+$/.test(text)) return undefined;
  let seconds = 0;
  for (const [, digits, name] of text.matchAll(/(\d+)(ms|[smhdwMy])?/g)) seconds += Number(digits) * (unit[name ?? 's'] as number);
  return seconds;
}

/** Whether a value is of the kind a directive takes. */
export function isOfKind(value: string, kind: Kind): boolean {
  if (kind === 'flag') return /^(on|off)$/i.test(value);
  if (kind === 'number') return /^\d+$/.test(value);
  if (kind === 'size') return /^\d+[kKmMgG]?$/.test(value);
  return kind === 'time' ? parseTime(value) !== undefined : true;
}
