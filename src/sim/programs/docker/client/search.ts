// docker search (docker/cli, cli/command/registry/search.go; moby, registry/service.go and endpoint_v1.go).

import { failed, invalid } from '../../../docker/error.ts';
import type { Sys } from '../../../machine/process.ts';
import { type HttpAnswer, httpCall, type Scheme } from '../registry/go-http.ts';
import { GoError } from '../registry/go-net.ts';
import { isInsecure } from '../registry/registry-client.ts';
import type { SearchResult } from '../registry/search-index.ts';
import type { Client } from './client.ts';
import { parseFilters } from './filters.ts';
import type { Flags } from './flags.ts';
import { ellipsis, listFormat, printList, type Row } from './list.ts';

const INDEX = 'index.docker.io';
const MOST = 100;
const DESCRIPTION_WIDTH = 45;
const TABLE = 'table {{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}\t{{.IsAutomated}}';
const HEADERS: Row = { Name: 'NAME', Description: 'DESCRIPTION', StarCount: 'STARS', IsOfficial: 'OFFICIAL', IsAutomated: 'AUTOMATED' };

export function* search(client: Client, flags: Flags, [term = '']: readonly string[]): Sys<number> {
  const wanted = filterOf(flags.list('filter'));
  const { address, name } = splitTerm(term);
  const scheme = address === INDEX ? 'https' : yield* endpoint(client, address);
  const limit = flags.int('limit');
  if (limit < 1 || limit > MOST) throw invalid(`Limit ${limit} is outside the range of [1, ${MOST}]`);
  const path = `/v1/search?q=${encodeURIComponent(name)}&n=${limit}`;
  const answer = yield* httpCall(client.engine.host.daemon, { scheme, address, path });
  if (answer instanceof GoError) throw failed(answer.text);
  if (answer.status !== 200) throw failed(`Unexpected status code ${answer.status}`);
  const { results } = JSON.parse(answer.body) as { readonly results: readonly SearchResult[] };
  const rows = results
    .filter(wanted)
    .sort((a, b) => b.star_count - a.star_count)
    .map((result): Row => {
      const description = result.description.replaceAll('\n', ' ');
      return {
        Name: result.name,
        Description: flags.bool('no-trunc') ? description : ellipsis(description, DESCRIPTION_WIDTH),
        StarCount: String(result.star_count),
        IsOfficial: result.is_official ? '[OK]' : '',
        IsAutomated: result.is_automated ? '[OK]' : '',
      };
    });
  yield* printList(client, listFormat(flags, { table: TABLE, raw: 'raw', quiet: TABLE, quietRaw: 'raw' }), HEADERS, rows);
  return 0;
}

/** Which results a search wants; throws what the daemon says of filters that are none. */
function filterOf(given: readonly string[]): (result: SearchResult) => boolean {
  const filters = parseFilters(given);
  for (const name of filters.keys())
    if (!['is-automated', 'is-official', 'stars'].includes(name)) throw invalid(`Invalid filter '${name}'`);
  const flag = (name: string): boolean | undefined => {
    const values = filters.get(name);
    if (values === undefined) return undefined;
    const isTrue = values.some((value) => ['1', 'true'].includes(value));
    if (!isTrue && !values.some((value) => ['0', 'false'].includes(value))) throw invalid(`Invalid filter '${name}=[${values.join(' ')}]'`);
    return isTrue;
  };
  const [automated, official] = [flag('is-automated'), flag('is-official')];
  const stars = (filters.get('stars') ?? []).map((value) => {
    if (!/^[+-]?\d+$/.test(value)) throw invalid(`Invalid filter 'stars=${value}'`);
    return Number(value);
  });
  return ({ is_automated, is_official, star_count }) =>
    (automated ?? is_automated) === is_automated &&
    (official ?? is_official) === is_official &&
    stars.every((least) => star_count >= least);
}

/** HOST/TERM asks that host's registry, everything else Docker Hub. */
function splitTerm(term: string): { readonly address: string; readonly name: string } {
  const slash = term.indexOf('/');
  const first = term.slice(0, Math.max(slash, 0));
  if (slash > 0 && (/[.:]/.test(first) || first === 'localhost')) return { address: first, name: term.slice(slash + 1) };
  return { address: INDEX, name: term.replace(/^library\//, '') };
}

/** How a registry's API v1 is reached. */
function* endpoint(client: Client, address: string): Sys<Scheme> {
  const { daemon, config } = client.engine.host;
  const ping = (scheme: Scheme): Sys<HttpAnswer | GoError> => httpCall(daemon, { scheme, address, path: '/v1/_ping' });
  const secured = yield* ping('https');
  if (!(secured instanceof GoError)) return 'https';
  if (!(yield* isInsecure(daemon, address, config.insecureRegistries))) {
    throw failed(
      `invalid registry endpoint https://${address}/v1/: ${secured.text}. If this private registry supports only HTTP or HTTPS with an unknown CA certificate, please add \`--insecure-registry ${address}\` to the daemon's arguments. In the case of HTTPS, if you have access to the registry's CA certificate, no need for the flag; simply place the CA certificate at /etc/docker/certs.d/${address}/ca.crt`,
    );
  }
  const plain = yield* ping('http');
  if (!(plain instanceof GoError)) return 'http';
  throw failed(`invalid registry endpoint "http://${address}/v1/". HTTPS attempt: ${secured.text}. HTTP attempt: ${plain.text}`);
}
