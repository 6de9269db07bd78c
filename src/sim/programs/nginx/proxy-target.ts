/** Where a proxy_pass leads. */
export interface ProxyTarget {
  readonly host: string;
  readonly port: number | undefined;
  /** As it is written, for $proxy_host: `backend`, `10.0.0.2:81`. */
  readonly authority: string;
  /** The part after the host, which takes the place of the location's own; undefined where there is none. */
  readonly uri: string | undefined;
  /** It has variables: host and path are known at each request only. */
  readonly variable: boolean;
}

/** Takes `http://HOST[:PORT][/URI]` apart; undefined for anything else. */
export function parseProxyTarget(url: string): ProxyTarget | undefined {
  const match = /^http:\/\/((\[[^\]]*\]|[^:/]*)(?::([^/]*))?)(\/.*)?$/i.exec(url);
  if (!match) return url.startsWith('$') ? { host: '', port: undefined, authority: '', uri: undefined, variable: true } : undefined;
  const [, authority = '', host = '', port, uri] = match;
  return { host, port: port === undefined ? undefined : Number(port), authority, uri, variable: url.includes('$') };
}
