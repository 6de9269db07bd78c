import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CONTAINER_JSON } from '../../../src/sim/programs/docker/template/api-container.ts';
import { NETWORK_RESOURCE } from '../../../src/sim/programs/docker/template/api-network.ts';
import { inspectWithTemplate, parseDockerTemplate } from '../../../src/sim/programs/docker/template/inspect.ts';
import type { Json } from '../../../src/sim/programs/docker/template/json.ts';
import { formatList } from '../../../src/sim/programs/docker/template/list.ts';
import { TemplateError } from '../../../src/sim/programs/docker/template/parse.ts';
import { type GoType, type GoValue, getter, structOf } from '../../../src/sim/programs/docker/template/value.ts';

interface Recorded {
  readonly inspect: readonly { readonly document: Json; readonly cases: readonly (readonly [string, string])[] }[];
}
const recorded = JSON.parse(readFileSync(new URL('./templates.json', import.meta.url), 'utf8')) as Recorded;

function inspect(text: string, type: GoType, document: Json): string {
  const template = parseDockerTemplate(text);
  if (template instanceof TemplateError) return `Template parsing error: ${template.message}\n`;
  const result = inspectWithTemplate(template, type, document);
  return result instanceof TemplateError ? `\n${result.message}\n` : result;
}

/** Where a thing lies in memory nobody can foresee; and a byte that is no UTF-8 has become U+FFFD in the recording. */
const comparable = (s: string) =>
  s
    .replace(/0xc[0-9a-f]{9}/g, '0xc…')
    .replace(/[\udc80-\udcff]/g, '\ufffd')
    .toLowerCase();

test('docker inspect -f prints of a container what real docker prints', () => {
  const wrong: string[] = [];
  for (const { document, cases } of recorded.inspect)
    for (const [text, output] of cases) {
      const got = inspect(text, CONTAINER_JSON, document);
      if (comparable(got) !== comparable(output)) wrong.push(`${text}\n  docker: ${output}\n  we: ${got}`);
    }
  expect(wrong).toEqual([]);
});

test('a field that the network has only in its document, and the address pools as Go prints structs', () => {
  const network: Json = {
    Name: 'bridge',
    Created: '2026-11-29T11:47:36.379793658Z',
    IPAM: { Driver: 'default', Options: null, Config: [{ Subnet: '172.17.0.0/16' }] },
    Containers: {},
    Options: { 'com.docker.network.bridge.name': 'docker0' },
    Labels: {},
    Extra: { a: 1 },
  };
  const show = (text: string) => inspect(text, NETWORK_RESOURCE, network);
  expect(show('{{.IPAM}} {{json .IPAM.Options}} {{json .IPAM.Config}}')).toBe(
    '{default map[] [{172.17.0.0/16   map[]}]} null [{"Subnet":"172.17.0.0/16"}]\n',
  );
  expect(show('{{.Created}} {{.Extra.a}}')).toBe('2026-11-29T11:47:36.379793658Z 1\n');
  expect(show('{{.Created}} {{.Labels}} {{.ConfigFrom}} {{.Peers}} {{.Services}}')).toBe(
    '2026-11-29 11:47:36.379793658 +0000 UTC map[] {} [] map[]\n',
  );
});

const CONTEXT = structOf(
  'formatter.containerContext',
  {},
  {
    Names: getter((row) => row.data as unknown as string),
    Image: getter(() => 'busybox'),
  },
);

test('a table has the fields as headings, and columns three spaces apart', () => {
  const rows: GoValue[] = ['app', 'a-long-name'].map((name) => ({ type: CONTEXT, data: name }));
  const headers = { Names: 'NAMES', Image: 'IMAGE' };
  expect(formatList('table {{.Names}}\\t{{upper .Image}}', headers, rows)).toBe(
    'NAMES         IMAGE\napp           BUSYBOX\na-long-name   BUSYBOX\n',
  );
  expect(formatList('table {{.Names}}\\t{{.Image}}', headers, [])).toBe('NAMES     IMAGE\n');
  expect(formatList('{{.Names}}\\n--', headers, rows)).toBe('app\n--\na-long-name\n--\n');
  expect(formatList('{{.Nosuch}}', headers, rows)).toEqual(
    new TemplateError(
      'template parsing error: template: :1:2: executing "" at <.Nosuch>: can\'t evaluate field Nosuch in type formatter.containerContext',
    ),
  );
});
