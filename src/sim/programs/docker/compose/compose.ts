// docker compose (version 2): from a command line to what it does.

import { DockerError } from '../../../docker/error.ts';
import type { Process, Program, Sys } from '../../../machine/process.ts';
import { type Command, command } from '../../lib/command.ts';
import { type Action, action, anyArguments, type CommandNode, group, type Handler, named } from '../cli/command-spec.ts';
import type { FlagTable } from '../cli/flag.ts';
import { helpText } from '../cli/help.ts';
import { FlagError, type ParsedFlags, parseFlags } from '../cli/parse-flags.ts';
import { Client, ClientError, explain } from '../client/client.ts';
import { type Flags, flagsOf } from '../client/flags.ts';
import type { Call } from './commands.ts';
import * as commands from './commands.ts';
import { ComposeError } from './compose-error.ts';
import { COMMANDS, GLOBAL } from './flags.ts';
import { loadProject } from './load.ts';
import { runOnce } from './run-once.ts';

const SHORT = 'Define and run multi-container applications with Docker.';
const SYNTAX = 16;

/** As one of docker's commands: all that follows is compose's. */
export const COMPOSE = action({ usage: '[OPTIONS] COMMAND', short: SHORT, args: anyArguments, flags: GLOBAL, stopsAtArgument: true });

type Act = (call: Call) => Sys<number>;
const ACTS: Readonly<Partial<Record<string, Act>>> = {
  ...{ build: commands.build, config: commands.config, create: commands.create, down: commands.down, exec: commands.execute },
  ...{ kill: commands.kill, logs: commands.logs, pause: commands.pause, port: commands.port, ps: commands.ps, pull: commands.pull },
  ...{ restart: commands.restart, rm: commands.rm, run: runOnce, start: commands.start, stop: commands.stop },
  ...{ unpause: commands.unpause, up: commands.up },
};

const ALIASES: Readonly<Record<string, string>> = { convert: 'config' };

export const composeHandler: Handler<FlagTable> = (call) => compose(call.c, 'docker compose', flagsOf(call), call.args);

/** The same by its old name. */
export const dockerCompose: Program = {
  ...command('docker-compose', function* (c) {
    const parsed = parseFlags(GLOBAL, c.args, true);
    if (parsed instanceof FlagError) return yield* refuse(c, 'docker-compose', parsed);
    if (parsed.help) {
      c.out(helpText(tree(), 'docker-compose', columnsOf(c)));
      return 0;
    }
    return yield* compose(c, 'docker-compose', flagsFrom(parsed), parsed.args);
  }),
  complete: (_: Process, words) => {
    const last = words.at(-1) ?? '';
    return words.length === 2 ? Object.keys(ACTS).filter((name) => name.startsWith(last)) : [];
  },
};

const columnsOf = (c: Command): number => c.p.terminal(0)?.columns ?? 80;

function tree(): CommandNode {
  const nodes = Object.entries(COMMANDS).filter(([name]) => ACTS[name] !== undefined || name === 'version');
  return group(
    'compose',
    SHORT,
    nodes.map(([name, spec]) => named(name, spec)),
    { flags: GLOBAL },
  );
}

function flagsFrom({ values, changed }: ParsedFlags): Flags {
  const call = { flags: values, changed: (name: string) => changed.has(name) };
  return flagsOf(call as unknown as Parameters<typeof flagsOf>[0]);
}

function* refuse(c: Command, path: string, { message }: FlagError): Sys<number> {
  yield* c.error(`${message}\nSee '${path} --help'.\n`);
  return SYNTAX;
}

function* compose(c: Command, path: string, globals: Flags, [given, ...words]: readonly string[]): Sys<number> {
  const client = new Client(c, undefined);
  if (globals.bool('version')) return yield* commands.version(client, globals);
  if (given === undefined || given === 'help') {
    c.out(helpText(tree(), path, columnsOf(c)));
    return 0;
  }
  const name = ALIASES[given] ?? given;
  const spec = Object.hasOwn(COMMANDS, name) ? (COMMANDS[name as keyof typeof COMMANDS] as Action<FlagTable>) : undefined;
  const act = ACTS[name];
  if (spec === undefined || (act === undefined && name !== 'version')) {
    yield* c.error(`unknown docker command: ${JSON.stringify(`compose ${given}`)}\n`);
    return SYNTAX;
  }
  const parsed = parseFlags(spec.flags, words, spec.stopsAtArgument ?? false);
  if (parsed instanceof FlagError) return yield* refuse(c, `${path} ${name}`, parsed);
  if (parsed.help) {
    c.out(helpText(named(name, spec), `${path} ${name}`, columnsOf(c)));
    return 0;
  }
  const flags = flagsFrom(parsed);
  if (act === undefined) return yield* commands.version(client, flags);
  return yield* carryOut(client, act, globals, flags, parsed.args);
}

function* carryOut(client: Client, act: Act, globals: Flags, flags: Flags, args: readonly string[]): Sys<number> {
  const warn = function* (message: string): Sys<void> {
    yield* client.warn(
      client.p.terminal(2) === undefined
        ? `time="${new Date(client.p.wallClockMs).toISOString().slice(0, 19)}Z" level=warning msg=${JSON.stringify(message)}`
        : `WARN[0000] ${message} `,
    );
  };
  try {
    const warnings: string[] = [];
    const project = loadProject(
      client.p,
      {
        files: globals.list('file'),
        name: globals.string('project-name'),
        profiles: globals.list('profile'),
        envFile: globals.string('env-file'),
        directory: globals.string('project-directory'),
      },
      (message) => warnings.push(message),
    );
    for (const message of warnings) yield* warn(message);
    return yield* act({ client, project, flags, args, warn });
  } catch (thrown) {
    if (thrown instanceof ComposeError) {
      yield* client.warn(thrown.message);
      return thrown.status;
    }
    if (!(thrown instanceof DockerError || thrown instanceof ClientError)) throw thrown;
    yield* client.warn(explain(thrown));
    return thrown instanceof ClientError ? thrown.status : 1;
  }
}
