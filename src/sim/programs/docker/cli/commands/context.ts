// Commands of contexts.

import { action, anyArguments, atLeast, between, cobraExactly, exactly, group, named, noArguments } from '../command-spec.ts';
import { bool, map, text } from '../flag.ts';

/** The long help of `create` and `update`. */
const aboutEndpoints = (verb: string, short: string): string =>
  [
    short,
    '',
    'Docker endpoint config:',
    '',
    'NAME                DESCRIPTION',
    "from                Copy named context's Docker endpoint configuration",
    'host                Docker endpoint on which to connect',
    'ca                  Trust certs signed only by this CA',
    'cert                Path to TLS certificate file',
    'key                 Path to TLS key file',
    'skip-tls-verify     Skip TLS certificate validation',
    '',
    'Kubernetes endpoint config:',
    '',
    'NAME                 DESCRIPTION',
    "from                 Copy named context's Kubernetes endpoint configuration",
    'config-file          Path to a Kubernetes config file',
    'context-override     Overrides the context set in the kubernetes config file',
    'namespace-override   Overrides the namespace set in the kubernetes config file',
    '',
    'Example:',
    '',
    `$ docker context ${verb} my-context --description "some description" --docker "host=tcp://myserver:2376,ca=~/ca-file,cert=~/cert-file,key=~/key-file"`,
  ].join('\n');

const ENDPOINT_FLAGS = {
  'default-stack-orchestrator': text('Default orchestrator for stack operations to use with this context (swarm|kubernetes|all)'),
  description: text('Description of the context'),
  docker: map('set the docker endpoint', { shown: '[]' }, undefined, 'stringToString'),
  kubernetes: map('set the kubernetes endpoint', { shown: '[]' }, undefined, 'stringToString'),
};

const CONTEXT_CREATE = action({
  usage: '[OPTIONS] CONTEXT',
  short: 'Create a context',
  long: aboutEndpoints('create', 'Create a context'),
  args: exactly(1),
  flags: { ...ENDPOINT_FLAGS, from: text('create context from a named context') },
});

const CONTEXT_EXPORT = action({
  usage: '[OPTIONS] CONTEXT [FILE|-]',
  short: 'Export a context to a tar or kubeconfig file',
  args: between(1, 2),
  flags: {
    kubeconfig: bool('Export as a kubeconfig file'),
  },
});

const CONTEXT_IMPORT = action({
  usage: 'CONTEXT FILE|-',
  short: 'Import a context from a tar or zip file',
  args: exactly(2),
  flags: {},
});

const CONTEXT_INSPECT = action({
  usage: '[OPTIONS] [CONTEXT] [CONTEXT...]',
  short: 'Display detailed information on one or more contexts',
  args: anyArguments,
  flags: {
    format: text('Format the output using the given Go template', { short: 'f' }),
  },
});

const CONTEXT_LS = action({
  usage: '[OPTIONS]',
  short: 'List contexts',
  args: noArguments,
  flags: {
    format: text('Pretty-print contexts using a Go template'),
    quiet: bool('Only show context names', { short: 'q' }),
  },
});

const CONTEXT_RM = action({
  usage: 'CONTEXT [CONTEXT...]',
  short: 'Remove one or more contexts',
  args: atLeast(1),
  flags: {
    force: bool('Force the removal of a context in use', { short: 'f' }),
  },
});

const CONTEXT_UPDATE = action({
  usage: '[OPTIONS] CONTEXT',
  short: 'Update a context',
  long: aboutEndpoints('update', 'Update a context'),
  args: exactly(1),
  flags: ENDPOINT_FLAGS,
});

const CONTEXT_USE = action({
  usage: 'CONTEXT',
  short: 'Set the current docker context',
  args: cobraExactly(1),
  flags: {},
});

export const CONTEXT = group('context', 'Manage contexts', [
  named('create', CONTEXT_CREATE),
  named('export', CONTEXT_EXPORT),
  named('import', CONTEXT_IMPORT),
  named('inspect', CONTEXT_INSPECT),
  named('ls', CONTEXT_LS, { aliases: ['list'] }),
  named('rm', CONTEXT_RM, { aliases: ['remove'] }),
  named('update', CONTEXT_UPDATE),
  named('use', CONTEXT_USE),
]);
