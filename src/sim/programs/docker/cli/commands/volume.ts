// Commands of volumes.

import { action, atLeast, atMost, group, named, noArguments } from '../command-spec.ts';
import { bool, list, map, text } from '../flag.ts';
import { checkFilter, checkLabel } from '../flag-value.ts';

export const VOLUME_CREATE = action({
  usage: '[OPTIONS] [VOLUME]',
  short: 'Create a volume',
  args: atMost(1),
  flags: {
    driver: text('Specify volume driver name', { short: 'd', initial: 'local', shown: '"local"' }),
    label: list('Set metadata for a volume', {}, checkLabel),
    opt: map('Set driver specific options', { short: 'o', shown: 'map[]' }),
  },
});

export const VOLUME_INSPECT = action({
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  short: 'Display detailed information on one or more volumes',
  args: atLeast(1),
  flags: {
    format: text('Format the output using the given Go template', { short: 'f' }),
  },
});

export const VOLUME_LS = action({
  usage: '[OPTIONS]',
  short: 'List volumes',
  args: noArguments,
  flags: {
    filter: list("Provide filter values (e.g. 'dangling=true')", { short: 'f' }, checkFilter, 'filter'),
    format: text('Pretty-print volumes using a Go template'),
    quiet: bool('Only display volume names', { short: 'q' }),
  },
});

export const VOLUME_PRUNE = action({
  usage: '[OPTIONS]',
  short: 'Remove all unused local volumes',
  args: noArguments,
  flags: {
    filter: list("Provide filter values (e.g. 'label=<label>')", {}, checkFilter, 'filter'),
    force: bool('Do not prompt for confirmation', { short: 'f' }),
  },
});

export const VOLUME_RM = action({
  usage: '[OPTIONS] VOLUME [VOLUME...]',
  short: 'Remove one or more volumes',
  long: 'Remove one or more volumes. You cannot remove a volume that is in use by a container.',
  example: ['', '$ docker volume rm hello', 'hello', ''].join('\n'),
  args: atLeast(1),
  flags: {
    force: bool('Force the removal of one or more volumes', { short: 'f' }),
  },
});

export const VOLUME = group('volume', 'Manage volumes', [
  named('create', VOLUME_CREATE),
  named('inspect', VOLUME_INSPECT),
  named('ls', VOLUME_LS, { aliases: ['list'] }),
  named('prune', VOLUME_PRUNE),
  named('rm', VOLUME_RM, { aliases: ['remove'] }),
]);
