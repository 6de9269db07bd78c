import type { FilterSnapshot, MachineSnapshot, NamespaceSnapshot, PublishedPort, Snapshot } from '../../sim/lab/snapshot.ts';
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
  if (namespace.name === 'host') {
    for (const { name, image } of namespace.containers) {
      const words = {
        label: `▣ ${name}`,
        title: 'Container',
        sentence: `${name} of image ${image} uses the network of ${machine.name} itself.`,
      };
      badges.push(badge(`container ${name}`, words, `docker inspect --format '{{.HostConfig.NetworkMode}}' ${name}`));
    }
  }
  for (const port of namespace.published) {
    const words = { label: publishedLabel(port), title: 'Published port', sentence: publishedWords(port, machine.name) };
    badges.push(badge(`published ${port.hostIp} ${port.hostPort} ${port.protocol}`, words, `docker port ${port.container}`));
  }
  if (namespace.resolver) {
    const sentence = `In ${where} Docker answers for names, at 127.0.0.11.`;
    badges.push(badge('names', { label: 'names', title: 'Name server', sentence }, 'iptables -t nat -S'));
  }
  if (namespace.listening.length > 0) {
    const names = namespace.listening.map(({ protocol, port }) => (protocol === 'tcp' ? `:${port}` : `:${port}/udp`));
    const label = names.length > MOST_PORTS ? `${names.slice(0, MOST_PORTS).join(' ')} …` : names.join(' ');
    const all = namespace.listening.map(({ protocol, port }) => `${protocol} ${port}`).join(', ');
    badges.push(badge('listens', { label, title: 'Servers', sentence: `Servers in ${where} listen on ${all}.` }, 'ss -lntup'));
  }
  return badges;
}

function publishedLabel({ hostIp, hostPort, port, protocol, container }: PublishedPort): string {
  const at = hostIp === '0.0.0.0' ? '' : hostIp.includes(':') ? `[${hostIp}]` : hostIp;
  return `${at}:${hostPort} → ${container}:${port}${protocol === 'tcp' ? '' : `/${protocol}`}`;
}

function publishedWords({ hostIp, hostPort, port, protocol, container }: PublishedPort, machine: string): string {
  const at = hostIp === '0.0.0.0' || hostIp === '::' ? machine : `${hostIp} on ${machine}`;
  return `What comes for ${protocol} port ${hostPort} of ${at} goes to port ${port} of ${container}: by a rule of table nat, else by docker-proxy.`;
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
