// Commands of stacks, secrets and configs.

import { action, atLeast, between, exactly, group, named, noArguments } from '../command-spec.ts';
import { bool, list, strings, text } from '../flag.ts';
import { checkFilter, checkLabel } from '../flag-value.ts';

const STACK_DEPLOY = action({
  usage: '[OPTIONS] STACK',
  short: 'Deploy a new stack or update an existing stack',
  args: exactly(1),
  flags: {
    'compose-file': strings('Path to a Compose file, or "-" to read from stdin', { short: 'c' }),
    orchestrator: text('Orchestrator to use (swarm|kubernetes|all)'),
    prune: bool('Prune services that are no longer referenced'),
    'resolve-image': text('Query the registry to resolve image digest and supported platforms ("always"|"changed"|"never")', {
      initial: 'always',
      shown: '"always"',
    }),
    'with-registry-auth': bool('Send registry authentication details to Swarm agents'),
  },
});

const STACK_LS = action({
  usage: '[OPTIONS]',
  short: 'List stacks',
  args: noArguments,
  flags: {
    format: text('Pretty-print stacks using a Go template'),
    orchestrator: text('Orchestrator to use (swarm|kubernetes|all)'),
  },
});

const STACK_PS = action({
  usage: '[OPTIONS] STACK',
  short: 'List the tasks in the stack',
  args: exactly(1),
  flags: {
    filter: list('Filter output based on conditions provided', { short: 'f' }, checkFilter, 'filter'),
    format: text('Pretty-print tasks using a Go template'),
    'no-resolve': bool('Do not map IDs to Names'),
    'no-trunc': bool('Do not truncate output'),
    orchestrator: text('Orchestrator to use (swarm|kubernetes|all)'),
    quiet: bool('Only display task IDs', { short: 'q' }),
  },
});

const STACK_RM = action({
  usage: '[OPTIONS] STACK [STACK...]',
  short: 'Remove one or more stacks',
  args: atLeast(1),
  flags: {
    orchestrator: text('Orchestrator to use (swarm|kubernetes|all)'),
  },
});

const STACK_SERVICES = action({
  usage: '[OPTIONS] STACK',
  short: 'List the services in the stack',
  args: exactly(1),
  flags: {
    filter: list('Filter output based on conditions provided', { short: 'f' }, checkFilter, 'filter'),
    format: text('Pretty-print services using a Go template'),
    orchestrator: text('Orchestrator to use (swarm|kubernetes|all)'),
    quiet: bool('Only display IDs', { short: 'q' }),
  },
});

export const STACK = group(
  'stack',
  'Manage Docker stacks',
  [
    named('deploy', STACK_DEPLOY, { aliases: ['up'] }),
    named('ls', STACK_LS, { aliases: ['list'] }),
    named('ps', STACK_PS),
    named('rm', STACK_RM, { aliases: ['remove', 'down'] }),
    named('services', STACK_SERVICES),
  ],
  {
    flags: {
      orchestrator: text('Orchestrator to use (swarm|kubernetes|all)'),
    },
  },
);

const SECRET_CREATE = action({
  usage: '[OPTIONS] SECRET [file|-]',
  short: 'Create a secret from a file or STDIN as content',
  args: between(1, 2),
  flags: {
    driver: text('Secret driver', { short: 'd' }),
    label: list('Secret labels', { short: 'l' }, checkLabel),
    'template-driver': text('Template driver'),
  },
});

const SECRET_INSPECT = action({
  usage: '[OPTIONS] SECRET [SECRET...]',
  short: 'Display detailed information on one or more secrets',
  args: atLeast(1),
  flags: {
    format: text('Format the output using the given Go template', { short: 'f' }),
    pretty: bool('Print the information in a human friendly format'),
  },
});

const SECRET_LS = action({
  usage: '[OPTIONS]',
  short: 'List secrets',
  args: noArguments,
  flags: {
    filter: list('Filter output based on conditions provided', { short: 'f' }, checkFilter, 'filter'),
    format: text('Pretty-print secrets using a Go template'),
    quiet: bool('Only display IDs', { short: 'q' }),
  },
});

const SECRET_RM = action({
  usage: 'SECRET [SECRET...]',
  short: 'Remove one or more secrets',
  args: atLeast(1),
  flags: {},
});

export const SECRET = group('secret', 'Manage Docker secrets', [
  named('create', SECRET_CREATE),
  named('inspect', SECRET_INSPECT),
  named('ls', SECRET_LS, { aliases: ['list'] }),
  named('rm', SECRET_RM, { aliases: ['remove'] }),
]);

const CONFIG_CREATE = action({
  usage: '[OPTIONS] CONFIG file|-',
  short: 'Create a config from a file or STDIN',
  args: exactly(2),
  flags: {
    label: list('Config labels', { short: 'l' }, checkLabel),
    'template-driver': text('Template driver'),
  },
});

const CONFIG_INSPECT = action({
  usage: '[OPTIONS] CONFIG [CONFIG...]',
  short: 'Display detailed information on one or more configs',
  args: atLeast(1),
  flags: {
    format: text('Format the output using the given Go template', { short: 'f' }),
    pretty: bool('Print the information in a human friendly format'),
  },
});

const CONFIG_LS = action({
  usage: '[OPTIONS]',
  short: 'List configs',
  args: noArguments,
  flags: {
    filter: list('Filter output based on conditions provided', { short: 'f' }, checkFilter, 'filter'),
    format: text('Pretty-print configs using a Go template'),
    quiet: bool('Only display IDs', { short: 'q' }),
  },
});

const CONFIG_RM = action({
  usage: 'CONFIG [CONFIG...]',
  short: 'Remove one or more configs',
  args: atLeast(1),
  flags: {},
});

export const CONFIG = group('config', 'Manage Docker configs', [
  named('create', CONFIG_CREATE),
  named('inspect', CONFIG_INSPECT),
  named('ls', CONFIG_LS, { aliases: ['list'] }),
  named('rm', CONFIG_RM, { aliases: ['remove'] }),
]);
