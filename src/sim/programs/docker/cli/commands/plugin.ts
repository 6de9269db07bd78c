// Commands of plugins.

import { action, atLeast, between, exactly, group, named, noArguments } from '../command-spec.ts';
import { bool, int, list, text } from '../flag.ts';
import { checkFilter } from '../flag-value.ts';

const PLUGIN_CREATE = action({
  usage: '[OPTIONS] PLUGIN PLUGIN-DATA-DIR',
  short: 'Create a plugin from a rootfs and configuration. Plugin data directory must contain config.json and rootfs directory.',
  args: atLeast(2),
  flags: {
    compress: bool('Compress the context using gzip'),
  },
});

const PLUGIN_DISABLE = action({
  usage: '[OPTIONS] PLUGIN',
  short: 'Disable a plugin',
  args: exactly(1),
  flags: {
    force: bool('Force the disable of an active plugin', { short: 'f' }),
  },
});

const PLUGIN_ENABLE = action({
  usage: '[OPTIONS] PLUGIN',
  short: 'Enable a plugin',
  args: exactly(1),
  flags: {
    timeout: int('HTTP client timeout (in seconds)', { initial: 30, shown: '30' }),
  },
});

const PLUGIN_INSPECT = action({
  usage: '[OPTIONS] PLUGIN [PLUGIN...]',
  short: 'Display detailed information on one or more plugins',
  args: atLeast(1),
  flags: {
    format: text('Format the output using the given Go template', { short: 'f' }),
  },
});

const PLUGIN_INSTALL = action({
  usage: '[OPTIONS] PLUGIN [KEY=VALUE...]',
  short: 'Install a plugin',
  args: atLeast(1),
  flags: {
    alias: text('Local name for plugin'),
    disable: bool('Do not enable the plugin on install'),
    'disable-content-trust': bool('Skip image verification', { initial: true, shown: 'true' }),
    'grant-all-permissions': bool('Grant all permissions necessary to run the plugin'),
  },
});

const PLUGIN_LS = action({
  usage: '[OPTIONS]',
  short: 'List plugins',
  args: noArguments,
  flags: {
    filter: list("Provide filter values (e.g. 'enabled=true')", { short: 'f' }, checkFilter, 'filter'),
    format: text('Pretty-print plugins using a Go template'),
    'no-trunc': bool("Don't truncate output"),
    quiet: bool('Only display plugin IDs', { short: 'q' }),
  },
});

const PLUGIN_PUSH = action({
  usage: '[OPTIONS] PLUGIN[:TAG]',
  short: 'Push a plugin to a registry',
  args: exactly(1),
  flags: {
    'disable-content-trust': bool('Skip image signing', { initial: true, shown: 'true' }),
  },
});

const PLUGIN_RM = action({
  usage: '[OPTIONS] PLUGIN [PLUGIN...]',
  short: 'Remove one or more plugins',
  args: atLeast(1),
  flags: {
    force: bool('Force the removal of an active plugin', { short: 'f' }),
  },
});

const PLUGIN_SET = action({
  usage: 'PLUGIN KEY=VALUE [KEY=VALUE...]',
  short: 'Change settings for a plugin',
  args: atLeast(2),
  flags: {},
});

const PLUGIN_UPGRADE = action({
  usage: '[OPTIONS] PLUGIN [REMOTE]',
  short: 'Upgrade an existing plugin',
  args: between(1, 2),
  flags: {
    'disable-content-trust': bool('Skip image verification', { initial: true, shown: 'true' }),
    'grant-all-permissions': bool('Grant all permissions necessary to run the plugin'),
    'skip-remote-check': bool('Do not check if specified remote plugin matches existing plugin image'),
  },
});

export const PLUGIN = group('plugin', 'Manage plugins', [
  named('create', PLUGIN_CREATE),
  named('disable', PLUGIN_DISABLE),
  named('enable', PLUGIN_ENABLE),
  named('inspect', PLUGIN_INSPECT),
  named('install', PLUGIN_INSTALL),
  named('ls', PLUGIN_LS, { aliases: ['list'] }),
  named('push', PLUGIN_PUSH),
  named('rm', PLUGIN_RM, { aliases: ['remove'] }),
  named('set', PLUGIN_SET),
  named('upgrade', PLUGIN_UPGRADE),
]);
