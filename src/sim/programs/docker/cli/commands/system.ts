// Commands of the engine as a whole.

import { action, group, named, noArguments } from '../command-spec.ts';
import { bool, list, text } from '../flag.ts';
import { checkFilter } from '../flag-value.ts';

export const SYSTEM_DF = action({
  usage: '[OPTIONS]',
  short: 'Show docker disk usage',
  args: noArguments,
  flags: {
    format: text('Pretty-print images using a Go template'),
    verbose: bool('Show detailed information on space usage', { short: 'v' }),
  },
});

export const SYSTEM_EVENTS = action({
  usage: '[OPTIONS]',
  short: 'Get real time events from the server',
  args: noArguments,
  flags: {
    filter: list('Filter output based on conditions provided', { short: 'f' }, checkFilter, 'filter'),
    format: text('Format the output using the given Go template'),
    since: text('Show all events created since timestamp'),
    until: text('Stream events until this timestamp'),
  },
});

export const SYSTEM_INFO = action({
  usage: '[OPTIONS]',
  short: 'Display system-wide information',
  args: noArguments,
  flags: {
    format: text('Format the output using the given Go template', { short: 'f' }),
  },
});

export const SYSTEM_PRUNE = action({
  usage: '[OPTIONS]',
  short: 'Remove unused data',
  args: noArguments,
  flags: {
    all: bool('Remove all unused images not just dangling ones', { short: 'a' }),
    filter: list("Provide filter values (e.g. 'label=<key>=<value>')", {}, checkFilter, 'filter'),
    force: bool('Do not prompt for confirmation', { short: 'f' }),
    volumes: bool('Prune volumes'),
  },
});

const DIAL_STDIO = action({
  usage: '',
  short: 'Proxy the stdio stream to the daemon connection. Should not be invoked manually.',
  args: noArguments,
  flags: {},
});

export const SYSTEM = group('system', 'Manage Docker', [
  named('df', SYSTEM_DF),
  named('events', SYSTEM_EVENTS),
  named('info', SYSTEM_INFO),
  named('prune', SYSTEM_PRUNE),
  // The far end of `docker -H ssh://…`.
  named('dial-stdio', DIAL_STDIO, { hidden: true }),
]);
