// The tree of docker's commands.

import { COMPOSE } from '../../compose/compose.ts';
import { action, anyArguments, atLeast, atMost, type CommandNode, exactly, group, named, noArguments } from '../command-spec.ts';
import { bool, int, list, text } from '../flag.ts';
import { checkFilter } from '../flag-value.ts';
import { CHECKPOINT } from './checkpoint.ts';
import { COMPLETION } from './completion.ts';
import {
  CONTAINER,
  CONTAINER_ATTACH,
  CONTAINER_COMMIT,
  CONTAINER_CP,
  CONTAINER_CREATE,
  CONTAINER_DIFF,
  CONTAINER_EXEC,
  CONTAINER_EXPORT,
  CONTAINER_KILL,
  CONTAINER_LOGS,
  CONTAINER_LS,
  CONTAINER_PAUSE,
  CONTAINER_PORT,
  CONTAINER_RENAME,
  CONTAINER_RESTART,
  CONTAINER_RM,
  CONTAINER_RUN,
  CONTAINER_START,
  CONTAINER_STATS,
  CONTAINER_STOP,
  CONTAINER_TOP,
  CONTAINER_UNPAUSE,
  CONTAINER_UPDATE,
  CONTAINER_WAIT,
} from './container.ts';
import { CONTEXT } from './context.ts';
import {
  BUILDER,
  IMAGE,
  IMAGE_BUILD,
  IMAGE_HISTORY,
  IMAGE_IMPORT,
  IMAGE_LOAD,
  IMAGE_LS,
  IMAGE_PULL,
  IMAGE_PUSH,
  IMAGE_RM,
  IMAGE_SAVE,
  IMAGE_TAG,
} from './image.ts';
import { NETWORK } from './network.ts';
import { PLUGIN } from './plugin.ts';
import { SERVICE } from './service.ts';
import { CONFIG, SECRET, STACK } from './stack.ts';
import { NODE, SWARM } from './swarm.ts';
import { SYSTEM, SYSTEM_EVENTS, SYSTEM_INFO } from './system.ts';
import { MANIFEST, TRUST } from './trust.ts';
import { VOLUME } from './volume.ts';

export const INSPECT = action({
  usage: '[OPTIONS] NAME|ID [NAME|ID...]',
  short: 'Return low-level information on Docker objects',
  args: atLeast(1),
  flags: {
    format: text('Format the output using the given Go template', { short: 'f' }),
    size: bool('Display total file sizes if the type is container', { short: 's' }),
    type: text('Return JSON for specified type'),
  },
});

export const LOGIN = action({
  usage: '[OPTIONS] [SERVER]',
  short: 'Log in to a Docker registry',
  long: ['Log in to a Docker registry.', 'If no server is specified, the default is defined by the daemon.'].join('\n'),
  args: atMost(1),
  flags: {
    password: text('Password', { short: 'p' }),
    'password-stdin': bool('Take the password from stdin'),
    username: text('Username', { short: 'u' }),
  },
});

export const LOGOUT = action({
  usage: '[SERVER]',
  short: 'Log out from a Docker registry',
  long: ['Log out from a Docker registry.', 'If no server is specified, the default is defined by the daemon.'].join('\n'),
  args: atMost(1),
  flags: {},
});

export const SEARCH = action({
  usage: '[OPTIONS] TERM',
  short: 'Search the Docker Hub for images',
  args: exactly(1),
  flags: {
    filter: list('Filter output based on conditions provided', { short: 'f' }, checkFilter, 'filter'),
    format: text('Pretty-print search using a Go template'),
    limit: int('Max number of search results', { initial: 25, shown: '25' }),
    'no-trunc': bool("Don't truncate output"),
  },
});

export const VERSION = action({
  usage: '[OPTIONS]',
  short: 'Show the Docker version information',
  args: noArguments,
  flags: {
    format: text('Format the output using the given Go template', { short: 'f' }),
    kubeconfig: text('Kubernetes config file'),
  },
});

/** Carried out before the tree is searched; here for its own --help. */
const HELP = action({ usage: '[command]', short: 'Help about the command', args: anyArguments, flags: {} });

/** The options before the command; the files of the client lie in the home directory. */
function globalFlags(home: string) {
  const file = (name: string, usage: string) => {
    const path = `${home}/.docker${name}`;
    return text(usage, { initial: path, shown: `"${path}"` });
  };
  return {
    config: file('', 'Location of client config files'),
    context: text(
      'Name of the context to use to connect to the daemon (overrides DOCKER_HOST env var and default context set with "docker context use")',
      { short: 'c' },
    ),
    debug: bool('Enable debug mode', { short: 'D' }),
    host: list('Daemon socket(s) to connect to', { short: 'H' }),
    'log-level': text('Set the logging level ("debug"|"info"|"warn"|"error"|"fatal")', { short: 'l', initial: 'info', shown: '"info"' }),
    tls: bool('Use TLS; implied by --tlsverify'),
    tlscacert: file('/ca.pem', 'Trust certs signed only by this CA'),
    tlscert: file('/cert.pem', 'Path to TLS certificate file'),
    tlskey: file('/key.pem', 'Path to TLS key file'),
    tlsverify: bool('Use TLS and verify the remote'),
    version: bool('Print version information and quit', { short: 'v' }),
  };
}

/** docker itself, for somebody with that home directory. */
export function dockerCommands(home: string): CommandNode {
  const commands = [
    named('attach', CONTAINER_ATTACH),
    named('build', IMAGE_BUILD),
    BUILDER,
    CHECKPOINT,
    named('commit', CONTAINER_COMMIT),
    COMPLETION,
    CONFIG,
    CONTAINER,
    CONTEXT,
    // The plugin that brings it is not part of docker itself, whose help is as it is without.
    named('compose', COMPOSE, { hidden: true }),
    named('cp', CONTAINER_CP),
    named('create', CONTAINER_CREATE),
    named('diff', CONTAINER_DIFF),
    named('events', SYSTEM_EVENTS),
    named('exec', CONTAINER_EXEC),
    named('export', CONTAINER_EXPORT),
    named('help', HELP, { hidden: true }),
    named('history', IMAGE_HISTORY),
    IMAGE,
    named('images', IMAGE_LS),
    named('import', IMAGE_IMPORT),
    named('info', SYSTEM_INFO),
    named('inspect', INSPECT),
    named('kill', CONTAINER_KILL),
    named('load', IMAGE_LOAD),
    named('login', LOGIN),
    named('logout', LOGOUT),
    named('logs', CONTAINER_LOGS),
    MANIFEST,
    NETWORK,
    NODE,
    named('pause', CONTAINER_PAUSE),
    PLUGIN,
    named('port', CONTAINER_PORT),
    named('ps', CONTAINER_LS),
    named('pull', IMAGE_PULL),
    named('push', IMAGE_PUSH),
    named('rename', CONTAINER_RENAME),
    named('restart', CONTAINER_RESTART),
    named('rm', CONTAINER_RM),
    named('rmi', IMAGE_RM),
    named('run', CONTAINER_RUN),
    named('save', IMAGE_SAVE),
    named('search', SEARCH),
    SECRET,
    SERVICE,
    STACK,
    named('start', CONTAINER_START),
    named('stats', CONTAINER_STATS),
    named('stop', CONTAINER_STOP),
    SWARM,
    SYSTEM,
    named('tag', IMAGE_TAG),
    named('top', CONTAINER_TOP),
    TRUST,
    named('unpause', CONTAINER_UNPAUSE),
    named('update', CONTAINER_UPDATE),
    named('version', VERSION),
    VOLUME,
    named('wait', CONTAINER_WAIT),
  ];
  return group('docker', 'A self-sufficient runtime for containers', commands, { flags: globalFlags(home) });
}
