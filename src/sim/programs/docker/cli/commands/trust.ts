// Commands of signatures and manifests.

import { action, atLeast, between, exactly, group, named } from '../command-spec.ts';
import { bool, list, strings, text } from '../flag.ts';

const TRUST_KEY_GENERATE = action({
  usage: 'NAME',
  short: 'Generate and load a signing key-pair',
  args: exactly(1),
  flags: {
    dir: text('Directory to generate key in, defaults to current directory'),
  },
});

const TRUST_KEY_LOAD = action({
  usage: '[OPTIONS] KEYFILE',
  short: 'Load a private key file for signing',
  args: exactly(1),
  flags: {
    name: text('Name for the loaded key', { initial: 'signer', shown: '"signer"' }),
  },
});

const TRUST_SIGNER_ADD = action({
  usage: 'OPTIONS NAME REPOSITORY [REPOSITORY...] ',
  short: 'Add a signer',
  args: atLeast(2),
  flags: {
    key: list("Path to the signer's public key file"),
  },
});

const TRUST_SIGNER_REMOVE = action({
  usage: '[OPTIONS] NAME REPOSITORY [REPOSITORY...]',
  short: 'Remove a signer',
  args: atLeast(2),
  flags: {
    force: bool('Do not prompt for confirmation before removing the most recent signer', { short: 'f' }),
  },
});

const TRUST_INSPECT = action({
  usage: 'IMAGE[:TAG] [IMAGE[:TAG]...]',
  short: 'Return low-level information about keys and signatures',
  args: atLeast(1),
  flags: {
    pretty: bool('Print the information in a human friendly format'),
  },
});

const TRUST_REVOKE = action({
  usage: '[OPTIONS] IMAGE[:TAG]',
  short: 'Remove trust for an image',
  args: exactly(1),
  flags: {
    yes: bool('Do not prompt for confirmation', { short: 'y' }),
  },
});

const TRUST_SIGN = action({
  usage: 'IMAGE:TAG',
  short: 'Sign an image',
  args: exactly(1),
  flags: {
    local: bool('Sign a locally tagged image'),
  },
});

export const TRUST = group('trust', 'Manage trust on Docker images', [
  group('key', 'Manage keys for signing Docker images', [named('generate', TRUST_KEY_GENERATE), named('load', TRUST_KEY_LOAD)]),
  group('signer', 'Manage entities who can sign Docker images', [named('add', TRUST_SIGNER_ADD), named('remove', TRUST_SIGNER_REMOVE)]),
  named('inspect', TRUST_INSPECT),
  named('revoke', TRUST_REVOKE),
  named('sign', TRUST_SIGN),
]);

const MANIFEST_ANNOTATE = action({
  usage: '[OPTIONS] MANIFEST_LIST MANIFEST',
  short: 'Add additional information to a local image manifest',
  long: [
    'Add additional information to a local image manifest',
    '',
    'EXPERIMENTAL:',
    '  docker manifest annotate is an experimental feature.',
    '  Experimental features provide early access to product functionality. These',
    '  features may change between releases without warning, or can be removed from a',
    '  future release. Learn more about experimental features in our documentation:',
    '  https://docs.docker.com/go/experimental/',
  ].join('\n'),
  args: exactly(2),
  flags: {
    arch: text('Set architecture'),
    os: text('Set operating system'),
    'os-features': strings('Set operating system feature'),
    'os-version': text('Set operating system version'),
    variant: text('Set architecture variant'),
  },
});

const MANIFEST_CREATE = action({
  usage: 'MANIFEST_LIST MANIFEST [MANIFEST...]',
  short: 'Create a local manifest list for annotating and pushing to a registry',
  long: [
    'Create a local manifest list for annotating and pushing to a registry',
    '',
    'EXPERIMENTAL:',
    '  docker manifest create is an experimental feature.',
    '  Experimental features provide early access to product functionality. These',
    '  features may change between releases without warning, or can be removed from a',
    '  future release. Learn more about experimental features in our documentation:',
    '  https://docs.docker.com/go/experimental/',
  ].join('\n'),
  args: atLeast(2),
  flags: {
    amend: bool('Amend an existing manifest list', { short: 'a' }),
    insecure: bool('Allow communication with an insecure registry'),
  },
});

const MANIFEST_INSPECT = action({
  usage: '[OPTIONS] [MANIFEST_LIST] MANIFEST',
  short: 'Display an image manifest, or manifest list',
  long: [
    'Display an image manifest, or manifest list',
    '',
    'EXPERIMENTAL:',
    '  docker manifest inspect is an experimental feature.',
    '  Experimental features provide early access to product functionality. These',
    '  features may change between releases without warning, or can be removed from a',
    '  future release. Learn more about experimental features in our documentation:',
    '  https://docs.docker.com/go/experimental/',
  ].join('\n'),
  args: between(1, 2),
  flags: {
    insecure: bool('Allow communication with an insecure registry'),
    verbose: bool('Output additional info including layers and platform', { short: 'v' }),
  },
});

const MANIFEST_PUSH = action({
  usage: '[OPTIONS] MANIFEST_LIST',
  short: 'Push a manifest list to a repository',
  long: [
    'Push a manifest list to a repository',
    '',
    'EXPERIMENTAL:',
    '  docker manifest push is an experimental feature.',
    '  Experimental features provide early access to product functionality. These',
    '  features may change between releases without warning, or can be removed from a',
    '  future release. Learn more about experimental features in our documentation:',
    '  https://docs.docker.com/go/experimental/',
  ].join('\n'),
  args: exactly(1),
  flags: {
    insecure: bool('Allow push to an insecure registry'),
    purge: bool('Remove the local manifest list after push', { short: 'p' }),
  },
});

const MANIFEST_RM = action({
  usage: 'MANIFEST_LIST [MANIFEST_LIST...]',
  short: 'Delete one or more manifest lists from local storage',
  long: [
    'Delete one or more manifest lists from local storage',
    '',
    'EXPERIMENTAL:',
    '  docker manifest rm is an experimental feature.',
    '  Experimental features provide early access to product functionality. These',
    '  features may change between releases without warning, or can be removed from a',
    '  future release. Learn more about experimental features in our documentation:',
    '  https://docs.docker.com/go/experimental/',
  ].join('\n'),
  args: atLeast(1),
  flags: {},
});

export const MANIFEST = group(
  'manifest',
  'Manage Docker image manifests and manifest lists',
  [
    named('annotate', MANIFEST_ANNOTATE),
    named('create', MANIFEST_CREATE),
    named('inspect', MANIFEST_INSPECT),
    named('push', MANIFEST_PUSH),
    named('rm', MANIFEST_RM),
  ],
  {
    long: [
      'The **docker manifest** command has subcommands for managing image manifests and',
      'manifest lists. A manifest list allows you to use one name to refer to the same image',
      'built for multiple architectures.',
      '',
      'To see help for a subcommand, use:',
      '',
      '    docker manifest CMD --help',
      '',
      'For full details on using docker manifest lists, see the registry v2 specification.',
      '',
      'EXPERIMENTAL:',
      '  docker manifest is an experimental feature.',
      '  Experimental features provide early access to product functionality. These',
      '  features may change between releases without warning, or can be removed from a',
      '  future release. Learn more about experimental features in our documentation:',
      '  https://docs.docker.com/go/experimental/',
    ].join('\n'),
  },
);
