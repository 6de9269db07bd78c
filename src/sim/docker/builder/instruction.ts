// Which arguments and flags each instruction takes (buildkit's frontend/dockerfile/instructions of Docker 20.10).

import { invalid } from '../error.ts';
import { type Dockerfile, DockerfileError, type DockerfileNode, parseLine } from './dockerfile.ts';

/** An instruction whose arguments are in order. */
export interface Instruction extends DockerfileNode {
  /** Given flags by name, without `--`. */
  readonly options: ReadonlyMap<string, string>;
}

/** FROM and what follows it. */
export interface Stage {
  readonly from: Instruction;
  readonly base: string;
  /** In small letters; undefined without AS. */
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

const FLAGS: Readonly<Record<string, readonly string[]>> = {
  ADD: ['chown'],
  COPY: ['from', 'chown'],
  FROM: ['platform'],
  HEALTHCHECK: ['interval', 'timeout', 'start-period', 'retries'],
};

type Count = 'any' | 'one' | 'some' | 'two' | 'json';

const COUNTS: Readonly<Record<string, Count>> = {
  ...{ ADD: 'two', ARG: 'some', CMD: 'any', COPY: 'two', ENTRYPOINT: 'any', ENV: 'some', EXPOSE: 'some', FROM: 'any' },
  ...{ HEALTHCHECK: 'some', LABEL: 'some', MAINTAINER: 'one', ONBUILD: 'some', RUN: 'any', SHELL: 'json', STOPSIGNAL: 'one' },
  ...{ USER: 'one', VOLUME: 'some', WORKDIR: 'one' },
};

/** The ARGs before the first FROM, and the stages; throws what is wrong with a line. */
export function stagesOf({ nodes }: Dockerfile): { readonly metaArgs: readonly Instruction[]; readonly stages: readonly Stage[] } {
  const metaArgs: Instruction[] = [];
  const stages: (Stage & { readonly instructions: Instruction[] })[] = [];
  for (const node of nodes) {
    const instruction = onLine(node);
    if (node.name === 'FROM') stages.push({ ...stageOf(instruction), instructions: [] });
    else if (stages.length > 0) stages.at(-1)?.instructions.push(instruction);
    else if (node.name === 'ARG') metaArgs.push(instruction);
    else throw invalid('no build stage in current context');
  }
  if (stages.length === 0) throw invalid('no build stage in current context');
  return { metaArgs, stages };
}

/** One instruction out of a line by itself: a trigger of ONBUILD, `docker commit --change`. */
export function instructionOf(line: string): Instruction {
  return onLine(parseLine(line, 1, '\\'));
}

function onLine(node: DockerfileNode): Instruction {
  try {
    const instruction = { ...node, options: optionsOf(node) };
    check(instruction);
    return instruction;
  } catch (thrown) {
    if (thrown instanceof DockerfileError) throw invalid(`dockerfile parse error line ${node.line}: ${thrown.message}`);
    throw thrown;
  }
}

function refuse(message: string): never {
  throw new DockerfileError(message);
}

function check({ name, args, json, options, sub }: Instruction): void {
  const count = Object.hasOwn(COUNTS, name) ? COUNTS[name] : refuse(`unknown instruction: ${name}`);
  if (count === 'one' && args.length !== 1) refuse(`${name} requires exactly one argument`);
  if ((count === 'some' || count === 'json') && args.length === 0) refuse(`${name} requires at least one argument`);
  if (count === 'two' && args.length < 2)
    refuse(`${name} requires at least two arguments, but only one was provided. Destination could not be determined`);
  if (count === 'json' && !json) refuse(`${name} requires the arguments to be in JSON form`);
  if (name === 'FROM' && args.length !== 1 && !(args.length === 3 && args[1]?.toLowerCase() === 'as'))
    refuse('FROM requires either one or three arguments');
  if (name === 'ENV' || name === 'LABEL') {
    if (args.some((word, i) => i % 2 === 0 && word === '')) refuse(`${name} names can not be blank`);
  }
  if (name === 'VOLUME' && args.some((path) => path.trim() === '')) refuse('VOLUME specified can not be an empty string');
  if (name === 'ONBUILD') {
    if (sub?.name === 'ONBUILD') refuse("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
    if (sub?.name === 'MAINTAINER' || sub?.name === 'FROM') refuse(`${sub.name} isn't allowed as an ONBUILD trigger`);
  }
  if (name === 'HEALTHCHECK') checkHealth(args, options);
}

function checkHealth([type, ...command]: readonly string[], options: ReadonlyMap<string, string>): void {
  if (type === 'NONE') {
    if (command.length > 0) refuse('HEALTHCHECK NONE takes no arguments');
    return;
  }
  if (type !== 'CMD') refuse(`Unknown type ${JSON.stringify(type)} in HEALTHCHECK (try CMD)`);
  if (command.length === 0) refuse('Missing command after HEALTHCHECK CMD');
  for (const name of ['interval', 'timeout', 'start-period'] as const) {
    const value = options.get(name);
    if (value === undefined) continue;
    const ns = parseDuration(value);
    if (ns === undefined) refuse(`time: invalid duration ${JSON.stringify(value)}`);
    else if (ns < 1e6) refuse(`Interval ${JSON.stringify(name)} cannot be less than 1ms`);
  }
  const retries = options.get('retries');
  if (retries === undefined) return;
  if (!/^[+-]?\d+$/.test(retries)) refuse(`strconv.ParseInt: parsing ${JSON.stringify(retries)}: invalid syntax`);
  if (Number(retries) < 1) refuse(`--retries must be at least 1 (not ${Number(retries)})`);
}

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** Go's `1m30s` in ns; undefined for what is none. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^(?:\d+(?:\.\d*)?(?:ns|us|ms|s|m|h))+$/.test(text)) return undefined;
  let ns = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d*)?)(ns|us|ms|s|m|h)/g))
    ns += Number(number) * (UNITS[unit as string] as number);
  return ns;
}

function optionsOf({ name, flags }: DockerfileNode): Map<string, string> {
  const options = new Map<string, string>();
  const known = FLAGS[name] ?? [];
  for (const flag of flags) {
    const [, key = '', value] = /^--([^=]*)(?:=(.*))?$/s.exec(flag) ?? [];
    if (!known.includes(key)) refuse(`Unknown flag: ${key}`);
    if (options.has(key)) refuse(`Duplicate flag specified: ${key}`);
    if (value === undefined) refuse(`Missing a value on flag: ${key}`);
    else options.set(key, value);
  }
  return options;
}

function stageOf(from: Instruction): Omit<Stage, 'instructions'> {
  const [base = '', , as] = from.args;
  if (as === undefined) return { from, base, name: undefined };
  const name = as.toLowerCase();
  if (!/^[a-z][a-z0-9-_.]*$/.test(name)) {
    throw invalid(
      `dockerfile parse error line ${from.line}: invalid name for build stage: ${JSON.stringify(as)}, name can't start with a number or contain symbols`,
    );
  }
  return { from, base, name };
}
