// Listings with --format (docker/cli, cli/command/formatter/formatter.go).

import { DOCKER_FUNCTIONS, HEADER_FUNCTIONS } from './docker-functions.ts';
import { executeTemplate } from './execute.ts';
import { parseDockerTemplate } from './inspect.ts';
import { alignColumns } from './tabwriter.ts';
import { TemplateError } from './template-error.ts';
import { declare, type GoMethod, type GoValue, getter, goString, mapOf, pointerTo, STRING, structOf } from './value.ts';

/**
 * One row of a listing: a pointer to Go's struct of that name (`formatter.ContainerContext`), whose columns are methods. `methods` are
 * those with arguments. As JSON it is its columns.
 */
export function listRow(
  typeName: string,
  columns: Readonly<Record<string, string>>,
  methods: Readonly<Record<string, GoMethod>> = {},
): GoValue {
  const getters = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, getter(column)]));
  const marshal = (): GoValue => ({
    type: mapOf(STRING),
    data: new Map(Object.entries(columns).map(([name, column]) => [name, goString(column)])),
  });
  const type = { ...structOf(typeName, {}, { ...getters, ...methods }), marshal };
  return { type: pointerTo(type), data: { type, data: [] } };
}

/** The heading of `{{.Label "com.example.my-name"}}`: `my name`. */
const HEADER = declare('formatter.SubHeaderContext', mapOf(STRING), {
  Label: {
    parameters: [STRING],
    call: (_, [name]) => goString(String(name?.data).replace(/^.*\./, '').replace(/[-_]/g, ' ')),
  },
});

/**
 * The rows of a listing through a template. `table …` aligns them in columns under the headings of their fields. The error's text is
 * whole: `template parsing error: template: :1: …`.
 */
export function formatList(format: string, headers: Readonly<Record<string, string>>, rows: readonly GoValue[]): string | TemplateError {
  const isTable = format.startsWith('table');
  const text = (isTable ? format.slice('table'.length) : format)
    .replace(/^ +| +$/g, '')
    .replaceAll('\\t', '\t')
    .replaceAll('\\n', '\n');
  const template = parseDockerTemplate(text);
  if (template instanceof TemplateError) return new TemplateError(`template parsing error: ${template.message}`);
  let out = '';
  for (const row of rows) {
    const { output, error } = executeTemplate(template, row, { functions: DOCKER_FUNCTIONS });
    if (error !== undefined) return new TemplateError(`template parsing error: ${error.message}`);
    out += `${output}\n`;
  }
  if (!isTable) return out;
  const heading: GoValue = { type: HEADER, data: new Map(Object.entries(headers).map(([name, header]) => [name, goString(header)])) };
  // What fails for the heading is printed as far as it came.
  const top = executeTemplate(template, heading, { functions: HEADER_FUNCTIONS });
  return alignColumns(`${top.output}\n${out}`);
}
