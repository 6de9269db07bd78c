import { conflict } from '../error.ts';
import type { HostsRecord } from '../network/hosts-file.ts';
import type { Container } from './container.ts';

/** A link on the default bridge: a name and an environment that one container has of another (daemon/links). */
export interface Link {
  readonly child: Container;
  readonly alias: string;
}

/** Which containers are linked to which, for as long as both exist. */
export class LinkIndex {
  /** By parent: alias → child, in the order they were given. */
  readonly #children = new Map<Container, Map<string, Container>>();

  add(parent: Container, alias: string, child: Container): void {
    const links = this.#children.get(parent) ?? new Map<string, Container>();
    this.#children.set(parent, links);
    if (!links.has(alias)) links.set(alias, child);
  }

  remove(parent: Container, alias: string): void {
    this.#children.get(parent)?.delete(alias);
  }

  of(parent: Container): readonly Link[] {
    return [...(this.#children.get(parent) ?? [])].map(([alias, child]) => ({ child, alias }));
  }

  /** Those of a container that take effect: it is on the default bridge. */
  inForce(parent: Container): readonly Link[] {
    return parent.networkMode === 'bridge' ? this.of(parent) : [];
  }

  /** Who links to a container, under which aliases. */
  parentsOf(child: Container): { readonly parent: Container; readonly alias: string }[] {
    return [...this.#children].flatMap(([parent, links]) =>
      [...links].filter(([, other]) => other === child).map(([alias]) => ({ parent, alias })),
    );
  }

  /** A container is gone, and with it the links it has. Those that others have to it stay, and keep them from starting. */
  forget(container: Container): void {
    this.#children.delete(container);
  }
}

/** Throws if a container cannot start since one it is linked to does not run. */
export function checkLinks(container: Container, links: readonly Link[]): void {
  for (const { child, alias } of links) {
    if (!child.isRunning) throw conflict(`Cannot link to a non running container: /${child.name} AS /${container.name}/${alias}`);
    if (!child.endpoints.has('bridge')) throw conflict(`Cannot link to /${child.name}, as it does not belong to the default network`);
  }
}

/** The lines that links put into /etc/hosts. */
export function linkHosts(links: readonly Link[]): HostsRecord[] {
  return links.map(({ child, alias }) => {
    const names = [alias, child.hostname];
    if (alias !== child.name) names.push(child.name);
    return { ip: child.endpoints.get('bridge')?.ipv4Text ?? '', hosts: names.join(' ') };
  });
}

/** The variables that links put into the environment (links.ToEnv). */
export function linkEnv(container: Container, links: readonly Link[]): string[] {
  return links.flatMap(({ child, alias }) => {
    const prefix = alias.toUpperCase().replaceAll('-', '_');
    const ip = child.endpoints.get('bridge')?.ipv4Text ?? '';
    const ports = child.spec.exposedPorts
      .map((port) => port.split('/') as [string, string])
      .sort(([a, p], [b, q]) => Number(a) - Number(b) || (p < q ? -1 : p > q ? 1 : 0));
    const out: string[] = [];
    const first = ports[0];
    if (first !== undefined) out.push(`${prefix}_PORT=${first[1]}://${ip}:${first[0]}`);
    for (const [port, protocol] of ports) {
      const name = `${prefix}_PORT_${port}_${protocol.toUpperCase()}`;
      out.push(`${name}=${protocol}://${ip}:${port}`, `${name}_ADDR=${ip}`, `${name}_PORT=${port}`, `${name}_PROTO=${protocol}`);
    }
    out.push(`${prefix}_NAME=/${container.name}/${alias}`);
    for (const pair of child.spec.env) {
      const equals = pair.indexOf('=');
      const name = equals < 0 ? pair : pair.slice(0, equals);
      if (equals >= 0 && name !== 'HOME' && name !== 'PATH') out.push(`${prefix}_ENV_${name}=${pair.slice(equals + 1)}`);
    }
    return out;
  });
}
