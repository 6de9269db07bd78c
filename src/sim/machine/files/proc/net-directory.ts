import type { NetNamespace } from '../../../kernel/netns.ts';
import { procNetstat, procSnmp, procSnmp6 } from '../../../kernel/snmp/proc-snmp.ts';
import type { VirtualFile } from '../../file-system.ts';
import type { Process } from '../../process.ts';
import { fixedDirectory, type VirtualDirectory, type VirtualFileNode, type VirtualNode } from '../virtual.ts';
import type { ProcContext } from './context.ts';
import { conntrackStatText, conntrackText } from './net-conntrack.ts';
import { devMcastText, devText } from './net-devices.ts';
import { arpText, igmpText, routeText } from './net-ipv4.ts';
import { ifInet6Text, igmp6Text, ipv6RouteText } from './net-ipv6.ts';

/** Types of packets the stack takes, of every namespace. */
const PTYPE = 'Type Device      Function\n0800          ip_rcv\n0806          arp_rcv\n86dd          ipv6_rcv\n';

/** Ticks of the packet scheduler's clock (net/sched/sch_api.c). */
const PSCHED = '000003e8 00000040 000f4240 3b9aca00\n';

const FILES: Readonly<Record<string, (ns: NetNamespace) => string>> = {
  arp: arpText,
  dev: devText,
  igmp: igmpText,
  igmp6: igmp6Text,
  ptype: () => PTYPE,
  route: routeText,
  psched: () => PSCHED,
  if_inet6: ifInet6Text,
  dev_mcast: devMcastText,
  snmp: procSnmp,
  snmp6: procSnmp6,
  netstat: procNetstat,
  ipv6_route: ipv6RouteText,
  nf_conntrack: conntrackText,
  // Connections that helpers expect: there are no helpers.
  nf_conntrack_expect: () => '',
};

/** /proc/PID/net: the network namespace of that process, with the files that others registered under /proc/net. */
export function netDirectory(context: ProcContext, of: Process): VirtualDirectory {
  const entries: Record<string, VirtualNode> = {};
  for (const [name, read] of Object.entries(FILES)) entries[name] = { kind: 'file', file: { read: () => read(of.netns) } };
  for (const name of Object.keys(of.netns.sockets.procFiles)) {
    entries[name] = { kind: 'file', file: { read: () => of.netns.sockets.procFiles[name]?.() ?? '' } };
  }
  entries.stat = fixedDirectory({ nf_conntrack: { kind: 'file', file: { read: () => conntrackStatText(of.netns) } } });
  const directory = context.registry.extend('/proc/net', fixedDirectory(entries), 0);
  return { ...directory, lookup: (p, name) => readAs(of, directory.lookup(p, name)) };
}

/** Registered files are read as the process whose directory it is, not as who looks. */
function readAs(of: Process, node: VirtualNode | undefined): VirtualNode | undefined {
  if (node?.kind === 'directory') return { ...node, lookup: (p, name) => readAs(of, node.lookup(p, name)) };
  if (node?.kind !== 'file') return node;
  const { read, write, mode } = node.file;
  const file: VirtualFile = {
    ...(mode !== undefined && { mode }),
    ...(read !== undefined && { read: () => read(of) }),
    ...(write !== undefined && { write: (_p: Process, text: string) => write(of, text) }),
  };
  return { ...node, file } satisfies VirtualFileNode;
}
