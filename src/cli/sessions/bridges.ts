import type { Learner, Link, Maker } from './learner.ts';

const onBridge =
  (make: (learner: Learner, bridge: Link) => string | undefined): Maker =>
  (learner) => {
    const bridge = learner.pickIfAny(learner.bridges);
    return bridge && make(learner, bridge);
  };

/** An end on the side of the bridge, which is mostly one of its ports. */
const port = (learner: Learner, bridge: Link): Link | undefined =>
  learner.pickIfAny(learner.veths().filter((link) => link.netns === bridge.netns));

const onPort = (make: (learner: Learner, port: Link, bridge: Link) => string): Maker =>
  onBridge((learner, bridge) => {
    const link = port(learner, bridge);
    return link && make(learner, link, bridge);
  });

const mac = (learner: Learner): string => `02:00:00:00:fd:${learner.random.int(80) + 10}`;

const bridgeTool = (learner: Learner, netns: string, words: string, options = ''): string => {
  const front = options === '' ? '' : ` ${options}`;
  if (netns === '') return `bridge${front} ${words}`;
  return learner.pick([`ip netns exec ${netns} bridge${front} ${words}`, `bridge -n ${netns}${front} ${words}`]);
};

const BRIDGE_SETTINGS = [
  'stp_state 1',
  'stp_state 0',
  'ageing_time 1000',
  'forward_delay 200',
  'forward_delay 3000',
  'hello_time 100',
  'max_age 600',
  'priority 4096',
  'priority 70000',
  'mcast_snooping 0',
  'mcast_snooping 1',
  'mcast_querier 1',
  'group_fwd_mask 8',
  'group_fwd_mask 1',
  'nf_call_iptables 1',
  'fdb_flush',
  'ageing 100',
  'no_linklocal_learn 1',
];
const PORT_SETTINGS = [
  'hairpin on',
  'guard on',
  'root_block on',
  'fastleave on',
  'learning off',
  'learning on',
  'flood off',
  'flood on',
  'mcast_flood off',
  'bcast_flood off',
  'isolated on',
  'cost 10',
  'priority 8',
  'state 0',
  'state 3',
  'state forwarding',
  'neigh_suppress on',
  'proxy_arp on',
  'mcast_to_unicast on',
  'cost 0',
  'priority 99',
  'hairpin maybe',
];

export const BRIDGE_COMMANDS: readonly Maker[] = [
  onBridge((learner, bridge) =>
    bridgeTool(
      learner,
      bridge.netns,
      learner.pick([
        'link',
        'link show',
        `link show dev ${port(learner, bridge)?.name ?? bridge.name}`,
        'l',
        'link list',
        `link show master ${bridge.name}`,
      ]),
      learner.pick(['', '', '-d', '-d', '-j', '-s', '-j -p', '-d -j', '-o']),
    ),
  ),
  onBridge((learner, bridge) =>
    bridgeTool(
      learner,
      bridge.netns,
      learner.pick([
        'fdb',
        'fdb show',
        `fdb show br ${bridge.name}`,
        `fdb show br ${bridge.name}`,
        `fdb show dev ${port(learner, bridge)?.name ?? bridge.name}`,
        `fdb show brport ${port(learner, bridge)?.name ?? bridge.name}`,
        'fdb show state permanent',
        `fdb show br ${bridge.name} dynamic`,
        `fdb show dev ${bridge.name}`,
      ]),
      learner.pick(['', '', '', '-j', '-d', '-j -p']),
    ),
  ),
  onPort((learner, link) =>
    bridgeTool(
      learner,
      link.netns,
      `fdb ${learner.pick(['add', 'add', 'replace', 'append'])} ${mac(learner)} dev ${link.name} ${learner.pick(['master', 'master static', 'master temp', 'master dynamic', 'self', '', 'master sticky', 'master local'])}`.trim(),
    ),
  ),
  onPort((learner, link) =>
    bridgeTool(learner, link.netns, `fdb del ${mac(learner)} dev ${link.name} ${learner.pick(['master', '', 'self'])}`.trim()),
  ),
  onPort((learner, link, bridge) =>
    bridgeTool(
      learner,
      link.netns,
      `fdb ${learner.pick([`get ${mac(learner)} br ${bridge.name}`, `flush dev ${bridge.name}`, `flush dev ${link.name} master`, `flush dev ${bridge.name} static`, `get ${mac(learner)} dev ${link.name} master`])}`,
    ),
  ),
  onPort((learner, link) => bridgeTool(learner, link.netns, `link set dev ${link.name} ${learner.pick(PORT_SETTINGS)}`)),
  onBridge((learner, bridge) =>
    bridgeTool(
      learner,
      bridge.netns,
      learner.pick(['vlan', 'vlan show', `vlan show dev ${bridge.name}`, 'vlan show', 'mdb', 'mdb show', 'vlan global show']),
      learner.pick(['', '', '-j', '-d', '-s', '-c']),
    ),
  ),
  onBridge((learner, bridge) => learner.ip(bridge.netns, `link set ${bridge.name} type bridge ${learner.pick(BRIDGE_SETTINGS)}`)),
  onPort((learner, link) => learner.ip(link.netns, `link set ${link.name} type bridge_slave ${learner.pick(PORT_SETTINGS)}`)),
  onBridge((learner, bridge) =>
    learner.ip(
      bridge.netns,
      `link show ${learner.pick(['type bridge', `master ${bridge.name}`, bridge.name, 'type bridge_slave'])}`,
      learner.pick(['', '', '-d', '-br', '-j', '-s']),
    ),
  ),
  onPort((learner, link, bridge) => {
    link.up = true;
    learner.plan.push(learner.ip(link.netns, `link set ${link.name} master ${bridge.name}`), '! sleep 2');
    return learner.ip(link.netns, `link set ${link.name} nomaster`);
  }),
  onBridge((learner, bridge) =>
    learner.run(
      bridge.netns,
      `brctl ${learner.pick(['show', 'show', `show ${bridge.name}`, `showmacs ${bridge.name}`, `showstp ${bridge.name}`, `stp ${bridge.name} on`, `stp ${bridge.name} off`, `setfd ${bridge.name} 2`, `setageing ${bridge.name} 10`, `sethello ${bridge.name} 1`, `setbridgeprio ${bridge.name} 100`, 'addbr br9', 'delbr br9', `delbr ${bridge.name}`, 'addbr lo', `addif ${bridge.name} lo`, `addif ${bridge.name} nosuch`, 'foo', '', 'show nosuch'])}`.trim(),
    ),
  ),
  onPort((learner, link, bridge) =>
    learner.run(
      link.netns,
      `brctl ${learner.pick([`delif ${bridge.name} ${link.name}`, `addif ${bridge.name} ${link.name}`, `addif ${bridge.name} ${link.name}`, `setpathcost ${bridge.name} ${link.name} 20`, `setportprio ${bridge.name} ${link.name} 10`, `hairpin ${bridge.name} ${link.name} on`])}`,
    ),
  ),
  onBridge((learner, bridge) =>
    learner.run(
      bridge.netns,
      `cat /sys/class/net/${bridge.name}/bridge/${learner.pick(['stp_state', 'forward_delay', 'ageing_time', 'bridge_id', 'root_id', 'multicast_snooping', 'group_fwd_mask', 'hello_time', 'topology_change', 'nf_call_iptables'])}`,
    ),
  ),
  onPort((learner, link) =>
    learner.run(
      link.netns,
      `cat /sys/class/net/${link.name}/brport/${learner.pick(['state', 'path_cost', 'priority', 'port_no', 'hairpin_mode', 'designated_root', 'learning', 'isolated'])}`,
    ),
  ),
];
