// `docker inspect` and its kin (docker/cli, cli/command/inspect/inspector.go).

import { DOCKER_FUNCTIONS } from './docker-functions.ts';
import { executeTemplate } from './execute.ts';
import { BUILTIN_FUNCTIONS } from './functions.ts';
import { decode, type Json, rawValue } from './json.ts';
import { parseTemplate, type Template } from './parse.ts';
import { TemplateError } from './template-error.ts';
import type { GoType } from './value.ts';

/** The functions of docker's templates. */
const FUNCTIONS = { has: (name: string) => DOCKER_FUNCTIONS.has(name) || BUILTIN_FUNCTIONS.has(name) };

/** Parses a template as docker does; most of its templates are named ''. */
export function parseDockerTemplate(text: string, name = ''): Template | TemplateError {
  return parseTemplate(name, text, FUNCTIONS);
}

/**
 * One object through a `--format` template. What the client's Go type does not have is asked of the document as the engine sent it,
 * where a missing key is an error (`template parsing error: …`).
 */
export function inspectWithTemplate(template: Template, type: GoType, document: Json): string | TemplateError {
  const typed = executeTemplate(template, decode(type, document), { functions: DOCKER_FUNCTIONS });
  if (typed.error === undefined) return `${typed.output}\n`;
  const raw = executeTemplate(template, rawValue(document), { functions: DOCKER_FUNCTIONS, missingKeyIsError: true });
  if (raw.error === undefined) return `${raw.output}\n`;
  return new TemplateError(`template parsing error: ${raw.error.message}`);
}
