import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CONTAINER_JSON } from '../../../src/sim/programs/docker/template/api-container.ts';
import { NETWORK_RESOURCE } from '../../../src/sim/programs/docker/template/api-network.ts';
import { inspectWithTemplate, parseDockerTemplate } from '../../../src/sim/programs/docker/template/inspect.ts';
import type { Json } from '../../../src/sim/programs/docker/template/json.ts';
import { formatList, listRow } from '../../../src/sim/programs/docker/template/list.ts';
import { TemplateError } from '../../../src/sim/programs/docker/template/template-error.ts';
import { type GoType, goString, STRING } from '../../../src/sim/programs/docker/template/value.ts';

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

/** A container as `docker ps` lists it. */
const row = (name: string) =>
  listRow(
    'formatter.ContainerContext',
    { Names: name, Image: 'busybox', Ports: '0.0.0.0:53->53/udp' },
    { Label: { parameters: [STRING], call: (_, [label]) => goString(label?.data === 'role' ? 'web' : '') } },
  );
const HEADERS = { Names: 'NAMES', Image: 'IMAGE', Ports: 'PORTS' };
const show = (format: string, ...names: string[]) => formatList(format, HEADERS, names.map(row));

test('a table has the fields as headings, and columns three spaces apart', () => {
  expect(show('table {{.Names}}\\t{{upper .Image}}', 'app', 'a-long-name')).toBe(
    'NAMES         IMAGE\napp           BUSYBOX\na-long-name   BUSYBOX\n',
  );
  expect(show('table {{.Names}}\\t{{.Label "com.example.my-role"}}', 'app')).toBe('NAMES     my role\napp       \n');
  expect(show('table {{.Names}}\\t{{.Image}}')).toBe('NAMES     IMAGE\n');
  expect(show('{{.Names}}\\n--', 'app', 'db')).toBe('app\n--\ndb\n--\n');
});

test('a row is an object in JSON, has methods with arguments, and refuses what it has not', () => {
  expect(show('{{json .}}', 'app')).toBe('{"Image":"busybox","Names":"app","Ports":"0.0.0.0:53-\\u003e53/udp"}\n');
  expect(show('{{json .Ports}} {{.Label "role"}}', 'app')).toBe('"0.0.0.0:53->53/udp" web\n');
  const refused = (format: string) => (show(format, 'app') as TemplateError).message;
  expect(refused('{{.Nosuch}}')).toBe(
    'template parsing error: template: :1:2: executing "" at <.Nosuch>: can\'t evaluate field Nosuch in type *formatter.ContainerContext',
  );
  expect(refused('{{.Label}}')).toBe(
    'template parsing error: template: :1:2: executing "" at <.Label>: wrong number of args for Label: want 1 got 0',
  );
});
