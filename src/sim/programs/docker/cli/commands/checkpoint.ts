// Commands of checkpoints. An engine without experimental features refuses them all.

import { action, exactly, group, named } from '../command-spec.ts';
import { bool, text } from '../flag.ts';

const DIRECTORY = { 'checkpoint-dir': text('Use a custom checkpoint storage directory') };

const CHECKPOINT_CREATE = action({
  usage: '[OPTIONS] CONTAINER CHECKPOINT',
  short: 'Create a checkpoint from a running container',
  args: exactly(2),
  flags: { ...DIRECTORY, 'leave-running': bool('Leave the container running after checkpoint') },
});

const CHECKPOINT_LS = action({
  usage: '[OPTIONS] CONTAINER',
  short: 'List checkpoints for a container',
  args: exactly(1),
  flags: DIRECTORY,
});

const CHECKPOINT_RM = action({
  usage: '[OPTIONS] CONTAINER CHECKPOINT',
  short: 'Remove a checkpoint',
  args: exactly(2),
  flags: DIRECTORY,
});

export const CHECKPOINT = group(
  'checkpoint',
  'Manage checkpoints',
  [
    named('create', CHECKPOINT_CREATE, { experimental: true }),
    named('ls', CHECKPOINT_LS, { experimental: true, aliases: ['list'] }),
    named('rm', CHECKPOINT_RM, { experimental: true, aliases: ['remove'] }),
  ],
  { experimental: true },
);
