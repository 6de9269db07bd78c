// Commands of networks.

import { action, atLeast, exactly, group, named, noArguments } from '../command-spec.ts';
import { bool, list, map, strings, text } from '../flag.ts';
import { checkFilter, checkLabel, checkLink } from '../flag-value.ts';

export const NETWORK_CONNECT = action({
  usage: '[OPTIONS] NETWORK CONTAINER',
  short: 'Connect a container to a network',
  args: exactly(2),
  flags: {
    alias: strings('Add network-scoped alias for the container'),
    'driver-opt': strings('driver options for the network'),
    ip: text('IPv4 address (e.g., 172.30.100.104)'),
    ip6: text('IPv6 address (e.g., 2001:db8::33)'),
    link: list('Add link to another container', {}, checkLink),
    'link-local-ip': strings('Add a link-local address for the container'),
  },
});

export const NETWORK_CREATE = action({
  usage: '[OPTIONS] NETWORK',
  short: 'Create a network',
  args: exactly(1),
  flags: {
    attachable: bool('Enable manual container attachment'),
    'aux-address': map('Auxiliary IPv4 or IPv6 addresses used by Network driver', { shown: 'map[]' }),
    'config-from': text('The network from which to copy the configuration'),
    'config-only': bool('Create a configuration only network'),
    driver: text('Driver to manage the Network', { short: 'd', initial: 'bridge', shown: '"bridge"' }),
    gateway: strings('IPv4 or IPv6 Gateway for the master subnet'),
    ingress: bool('Create swarm routing-mesh network'),
    internal: bool('Restrict external access to the network'),
    'ip-range': strings('Allocate container ip from a sub-range'),
    'ipam-driver': text('IP Address Management Driver', { initial: 'default', shown: '"default"' }),
    'ipam-opt': map('Set IPAM driver specific options', { shown: 'map[]' }),
    ipv6: bool('Enable IPv6 networking'),
    label: list('Set metadata on a network', {}, checkLabel),
    opt: map('Set driver specific options', { short: 'o', shown: 'map[]' }),
    scope: text("Control the network's scope"),
    subnet: strings('Subnet in CIDR format that represents a network segment'),
  },
});

export const NETWORK_DISCONNECT = action({
  usage: '[OPTIONS] NETWORK CONTAINER',
  short: 'Disconnect a container from a network',
  args: exactly(2),
  flags: {
    force: bool('Force the container to disconnect from a network', { short: 'f' }),
  },
});

export const NETWORK_INSPECT = action({
  usage: '[OPTIONS] NETWORK [NETWORK...]',
  short: 'Display detailed information on one or more networks',
  args: atLeast(1),
  flags: {
    format: text('Format the output using the given Go template', { short: 'f' }),
    verbose: bool('Verbose output for diagnostics', { short: 'v' }),
  },
});

export const NETWORK_LS = action({
  usage: '[OPTIONS]',
  short: 'List networks',
  args: noArguments,
  flags: {
    filter: list("Provide filter values (e.g. 'driver=bridge')", { short: 'f' }, checkFilter, 'filter'),
    format: text('Pretty-print networks using a Go template'),
    'no-trunc': bool('Do not truncate the output'),
    quiet: bool('Only display network IDs', { short: 'q' }),
  },
});

export const NETWORK_PRUNE = action({
  usage: '[OPTIONS]',
  short: 'Remove all unused networks',
  args: noArguments,
  flags: {
    filter: list("Provide filter values (e.g. 'until=<timestamp>')", {}, checkFilter, 'filter'),
    force: bool('Do not prompt for confirmation', { short: 'f' }),
  },
});

export const NETWORK_RM = action({
  usage: 'NETWORK [NETWORK...]',
  short: 'Remove one or more networks',
  args: atLeast(1),
  flags: {},
});

export const NETWORK = group('network', 'Manage networks', [
  named('connect', NETWORK_CONNECT),
  named('create', NETWORK_CREATE),
  named('disconnect', NETWORK_DISCONNECT),
  named('inspect', NETWORK_INSPECT),
  named('ls', NETWORK_LS, { aliases: ['list'] }),
  named('prune', NETWORK_PRUNE),
  named('rm', NETWORK_RM, { aliases: ['remove'] }),
]);
