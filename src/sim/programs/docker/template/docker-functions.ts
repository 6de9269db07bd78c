// The functions that docker adds to its templates (docker/cli, templates/templates.go).

import { decodeText, encodeText } from '../../../shell/bytes-of-text.ts';
import { FunctionError, type GoFunction } from './functions.ts';
import { encodeJson } from './json.ts';
import { ANY, type GoValue, goString, goStrings, INT, itemsOf, type MaybeValue, STRING, sliceOf } from './value.ts';

const textOf = (value: MaybeValue) => value?.data as string;
const numberOf = (value: MaybeValue) => value?.data as number;
const ofText = (change: (s: string) => string): GoFunction => ({ parameters: [STRING], call: ([s]) => goString(change(textOf(s))) });

/** unicode.ToUpper and ToLower turn one character into one: ß stays. */
const each = (s: string, change: (c: string) => string) => [...s].map((c) => ([...change(c)].length === 1 ? change(c) : c)).join('');
const upper = (s: string) => each(s, (c) => c.toUpperCase());
const lower = (s: string) => each(s, (c) => c.toLowerCase());

/** strings.Title: the first letter of each word. */
const title = (s: string) => s.replace(/(?<![\p{L}\p{N}_])\p{L}/gu, upper);

/** The first bytes of a text. */
function truncate(s: string, length: number): string {
  const bytes = encodeText(s);
  if (bytes.length < length) return s;
  if (length < 0) throw new FunctionError(`runtime error: slice bounds out of range [:${length}]`);
  return decodeText(bytes.subarray(0, length));
}

const split = (s: string, separator: string) => (separator === '' ? [...s] : s.split(separator));

/** Go's strings.Repeat panics for a negative count. */
function spaces(count: number): string {
  if (count < 0) throw new FunctionError('strings: negative Repeat count');
  return ' '.repeat(count);
}

export const DOCKER_FUNCTIONS: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ['json', { parameters: [ANY], call: ([value]) => goString(encodeJson(value, false)) }],
  ['split', { parameters: [STRING, STRING], call: ([s, separator]) => goStrings(split(textOf(s), textOf(separator))) }],
  [
    'join',
    {
      parameters: [sliceOf(STRING), STRING],
      call: ([list, separator]) =>
        goString(
          itemsOf(list as GoValue)
            .map(textOf)
            .join(textOf(separator)),
        ),
    },
  ],
  ['title', ofText(title)],
  ['lower', ofText(lower)],
  ['upper', ofText(upper)],
  [
    'pad',
    {
      parameters: [STRING, INT, INT],
      call: ([s, before, after]) => goString(textOf(s) === '' ? '' : spaces(numberOf(before)) + textOf(s) + spaces(numberOf(after))),
    },
  ],
  ['truncate', { parameters: [STRING, INT], call: ([s, length]) => goString(truncate(textOf(s), numberOf(length))) }],
]);

const asItIs: GoFunction = { parameters: [STRING], call: ([s]) => s };

/** What they do to the heading of a table: nothing. */
export const HEADER_FUNCTIONS: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>([
  ...DOCKER_FUNCTIONS,
  ['json', asItIs],
  ['title', asItIs],
  ['lower', asItIs],
  ['upper', asItIs],
  ['truncate', { parameters: [STRING, INT], call: ([s]) => s }],
]);
