// Commands of swarms and their nodes.

import { action, anyArguments, atLeast, exactly, group, named, noArguments } from '../command-spec.ts';
import { bool, duration, int, list, strings, text, uint } from '../flag.ts';
import { checkFilter, checkLabel } from '../flag-value.ts';

const SWARM_CA = action({
  usage: '[OPTIONS]',
  short: 'Display and rotate the root CA',
  args: noArguments,
  flags: {
    'ca-cert': list('Path to the PEM-formatted root CA certificate to use for the new cluster', {}, undefined, 'pem-file'),
    'ca-key': list('Path to the PEM-formatted root CA key to use for the new cluster', {}, undefined, 'pem-file'),
    'cert-expiry': duration('Validity period for node certificates (ns|us|ms|s|m|h)', { initial: 7776000000000000, shown: '2160h0m0s' }),
    detach: bool('Exit immediately instead of waiting for the root rotation to converge', { short: 'd' }),
    'external-ca': list('Specifications of one or more certificate signing endpoints', {}, undefined, 'external-ca'),
    quiet: bool('Suppress progress output', { short: 'q' }),
    rotate: bool('Rotate the swarm CA - if no certificate or key are provided, new ones will be generated'),
  },
});

const SWARM_INIT = action({
  usage: '[OPTIONS]',
  short: 'Initialize a swarm',
  args: noArguments,
  flags: {
    'advertise-addr': text('Advertised address (format: <ip|interface>[:port])'),
    autolock: bool('Enable manager autolocking (requiring an unlock key to start a stopped manager)'),
    availability: text('Availability of the node ("active"|"pause"|"drain")', { initial: 'active', shown: '"active"' }),
    'cert-expiry': duration('Validity period for node certificates (ns|us|ms|s|m|h)', { initial: 7776000000000000, shown: '2160h0m0s' }),
    'data-path-addr': text('Address or interface to use for data path traffic (format: <ip|interface>)'),
    'data-path-port': uint(
      'Port number to use for data path traffic (1024 - 49151). If no value is set or is set to 0, the default port (4789) is used.',
      {},
      32,
    ),
    'default-addr-pool': strings('default address pool in CIDR format', { shown: '[]' }, 'ipNetSlice'),
    'default-addr-pool-mask-length': uint('default address pool subnet mask length', { initial: 24, shown: '24' }, 32),
    'dispatcher-heartbeat': duration('Dispatcher heartbeat period (ns|us|ms|s|m|h)', { initial: 5000000000, shown: '5s' }),
    'external-ca': list('Specifications of one or more certificate signing endpoints', {}, undefined, 'external-ca'),
    'force-new-cluster': bool('Force create a new cluster from current state'),
    'listen-addr': text('Listen address (format: <ip|interface>[:port])', { initial: '0.0.0.0:2377', shown: '0.0.0.0:2377' }, 'node-addr'),
    'max-snapshots': uint('Number of additional Raft snapshots to retain'),
    'snapshot-interval': uint('Number of log entries between Raft snapshots', { initial: 10000, shown: '10000' }),
    'task-history-limit': int('Task history retention limit', { initial: 5, shown: '5' }),
  },
});

const SWARM_JOIN = action({
  usage: '[OPTIONS] HOST:PORT',
  short: 'Join a swarm as a node and/or manager',
  args: exactly(1),
  flags: {
    'advertise-addr': text('Advertised address (format: <ip|interface>[:port])'),
    availability: text('Availability of the node ("active"|"pause"|"drain")', { initial: 'active', shown: '"active"' }),
    'data-path-addr': text('Address or interface to use for data path traffic (format: <ip|interface>)'),
    'listen-addr': text('Listen address (format: <ip|interface>[:port])', { initial: '0.0.0.0:2377', shown: '0.0.0.0:2377' }, 'node-addr'),
    token: text('Token for entry into the swarm'),
  },
});

const SWARM_JOIN_TOKEN = action({
  usage: '[OPTIONS] (worker|manager)',
  short: 'Manage join tokens',
  args: exactly(1),
  flags: {
    quiet: bool('Only display token', { short: 'q' }),
    rotate: bool('Rotate join token'),
  },
});

const SWARM_LEAVE = action({
  usage: '[OPTIONS]',
  short: 'Leave the swarm',
  args: noArguments,
  flags: {
    force: bool('Force this node to leave the swarm, ignoring warnings', { short: 'f' }),
  },
});

const SWARM_UNLOCK = action({
  usage: '',
  short: 'Unlock swarm',
  args: noArguments,
  flags: {},
});

const SWARM_UNLOCK_KEY = action({
  usage: '[OPTIONS]',
  short: 'Manage the unlock key',
  args: noArguments,
  flags: {
    quiet: bool('Only display token', { short: 'q' }),
    rotate: bool('Rotate unlock key'),
  },
});

const SWARM_UPDATE = action({
  usage: '[OPTIONS]',
  short: 'Update the swarm',
  args: noArguments,
  flags: {
    autolock: bool('Change manager autolocking setting (true|false)'),
    'cert-expiry': duration('Validity period for node certificates (ns|us|ms|s|m|h)', { initial: 7776000000000000, shown: '2160h0m0s' }),
    'dispatcher-heartbeat': duration('Dispatcher heartbeat period (ns|us|ms|s|m|h)', { initial: 5000000000, shown: '5s' }),
    'external-ca': list('Specifications of one or more certificate signing endpoints', {}, undefined, 'external-ca'),
    'max-snapshots': uint('Number of additional Raft snapshots to retain'),
    'snapshot-interval': uint('Number of log entries between Raft snapshots', { initial: 10000, shown: '10000' }),
    'task-history-limit': int('Task history retention limit', { initial: 5, shown: '5' }),
  },
});

export const SWARM = group('swarm', 'Manage Swarm', [
  named('ca', SWARM_CA),
  named('init', SWARM_INIT),
  named('join', SWARM_JOIN),
  named('join-token', SWARM_JOIN_TOKEN),
  named('leave', SWARM_LEAVE),
  named('unlock', SWARM_UNLOCK),
  named('unlock-key', SWARM_UNLOCK_KEY),
  named('update', SWARM_UPDATE),
]);

const NODE_DEMOTE = action({
  usage: 'NODE [NODE...]',
  short: 'Demote one or more nodes from manager in the swarm',
  args: atLeast(1),
  flags: {},
});

const NODE_INSPECT = action({
  usage: '[OPTIONS] self|NODE [NODE...]',
  short: 'Display detailed information on one or more nodes',
  args: atLeast(1),
  flags: {
    format: text('Format the output using the given Go template', { short: 'f' }),
    pretty: bool('Print the information in a human friendly format'),
  },
});

const NODE_LS = action({
  usage: '[OPTIONS]',
  short: 'List nodes in the swarm',
  args: noArguments,
  flags: {
    filter: list('Filter output based on conditions provided', { short: 'f' }, checkFilter, 'filter'),
    format: text('Pretty-print nodes using a Go template'),
    quiet: bool('Only display IDs', { short: 'q' }),
  },
});

const NODE_PROMOTE = action({
  usage: 'NODE [NODE...]',
  short: 'Promote one or more nodes to manager in the swarm',
  args: atLeast(1),
  flags: {},
});

const NODE_PS = action({
  usage: '[OPTIONS] [NODE...]',
  short: 'List tasks running on one or more nodes, defaults to current node',
  args: anyArguments,
  flags: {
    filter: list('Filter output based on conditions provided', { short: 'f' }, checkFilter, 'filter'),
    format: text('Pretty-print tasks using a Go template'),
    'no-resolve': bool('Do not map IDs to Names'),
    'no-trunc': bool('Do not truncate output'),
    quiet: bool('Only display task IDs', { short: 'q' }),
  },
});

const NODE_RM = action({
  usage: '[OPTIONS] NODE [NODE...]',
  short: 'Remove one or more nodes from the swarm',
  args: atLeast(1),
  flags: {
    force: bool('Force remove a node from the swarm', { short: 'f' }),
  },
});

const NODE_UPDATE = action({
  usage: '[OPTIONS] NODE',
  short: 'Update a node',
  args: exactly(1),
  flags: {
    availability: text('Availability of the node ("active"|"pause"|"drain")'),
    'label-add': list('Add or update a node label (key=value)', {}, checkLabel),
    'label-rm': list('Remove a node label if exists'),
    role: text('Role of the node ("worker"|"manager")'),
  },
});

export const NODE = group('node', 'Manage Swarm nodes', [
  named('demote', NODE_DEMOTE),
  named('inspect', NODE_INSPECT),
  named('ls', NODE_LS, { aliases: ['list'] }),
  named('promote', NODE_PROMOTE),
  named('ps', NODE_PS),
  named('rm', NODE_RM, { aliases: ['remove'] }),
  named('update', NODE_UPDATE),
]);
