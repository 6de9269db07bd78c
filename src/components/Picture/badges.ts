import type { FilterSnapshot, MachineSnapshot, NamespaceSnapshot, Snapshot } from '../../sim/lab/snapshot.ts';
import { inNamespace, namespaceName } from './describe.ts';

/** Something about a namespace that is no device: that it forwards, what is in its packet filter, where servers wait. */
export interface Badge {
  readonly id: string;
  readonly machine: string;
  readonly label: string;
  readonly title: string;
  readonly sentence: string;
  /** Shows it; undefined where no simple command does, or nobody can type one. */
  readonly command: string | undefined;
}

const MOST_PORTS = 4;

export function badgesOf(machine: MachineSnapshot, namespace: NamespaceSnapshot): Badge[] {
  const where = namespace.name === 'host' ? machine.name : `${namespaceName(namespace)} on ${machine.name}`;
  const badge = (name: string, words: Pick<Badge, 'label' | 'title' | 'sentence'>, command: string): Badge => ({
    id: `${machine.name} ${namespace.inode} ${name}`,
    machine: machine.name,
    ...words,
    command: machine.terminal ? inNamespace(namespace, command) : undefined,
  });
  const badges: Badge[] = [];
  if (namespace.forwards && leadsSomewhere(namespace)) {
    const sentence = `${where} passes on packets that are not for itself: it is a router.`;
    badges.push(badge('forwards', { label: 'forwards', title: 'Forwarding', sentence }, 'sysctl net.ipv4.ip_forward'));
  }
  for (const filter of namespace.filters) {
    const program = filter.family === 'inet' ? 'iptables' : 'ip6tables';
    const words = {
      label: filterLabel(filter),
      title: `${program}, table ${filter.table}`,
      sentence: `${filterWords(filter)} in ${where}.`,
    };
    badges.push(badge(`${program} ${filter.table}`, words, `${program} -t ${filter.table} -S`));
  }
  if (namespace.listening.length > 0) {
    const names = namespace.listening.map(({ protocol, port }) => (protocol === 'tcp' ? `:${port}` : `:${port}/udp`));
    const label = names.length > MOST_PORTS ? `${names.slice(0, MOST_PORTS).join(' ')} …` : names.join(' ');
    const all = namespace.listening.map(({ protocol, port }) => `${protocol} ${port}`).join(', ');
    badges.push(badge('listens', { label, title: 'Servers', sentence: `Servers in ${where} listen on ${all}.` }, 'ss -lntup'));
  }
  return badges;
}

/** Between two networks at least: new namespaces inherit the setting, also those with one door. */
const leadsSomewhere = ({ devices }: NamespaceSnapshot): boolean =>
  devices.filter(({ kind, master }) => kind !== 'loopback' && master === undefined).length > 1;

function filterLabel({ family, table, rules, dropping }: FilterSnapshot): string {
  const name = family === 'inet' ? table : `${table}6`;
  return [name, ...(rules > 0 ? [String(rules)] : []), ...(dropping.length > 0 ? ['DROP'] : [])].join(' ');
}

function filterWords({ rules, dropping }: FilterSnapshot): string {
  const parts = [
    ...(rules > 0 ? [rules === 1 ? 'One rule' : `${rules} rules`] : []),
    ...(dropping.length > 0 ? [`policy DROP of ${dropping.join(' and ')}`] : []),
  ];
  const words = parts.join(' and ');
  return words[0]?.toUpperCase() + words.slice(1);
}

/** The badge of that identity, while there is one. */
export function findBadge(snapshot: Snapshot, id: string): Badge | undefined {
  for (const machine of snapshot.machines) {
    for (const namespace of machine.namespaces) {
      const found = badgesOf(machine, namespace).find((badge) => badge.id === id);
      if (found) return found;
    }
  }
  return undefined;
}
