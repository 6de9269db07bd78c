import type { Mac } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import type { NetNamespace } from '../../kernel/netns.ts';
import { IFA_F_NODAD, RT_TABLE_MAIN, RTPROT_BOOT, SCOPE_UNIVERSE } from '../../kernel/rtnetlink/messages.ts';
import { failed } from '../error.ts';
import type { EngineHost } from '../host.ts';
import { addAddress, check, setFlagsUp } from './bridge/device.ts';
import { formatAddress, type Prefix } from './ipam/prefix.ts';

const NETNS_DIRECTORY = '/var/run/docker/netns';

/** An interface to be put into a namespace. */
export interface SandboxInterface {
  /** On the host, before it moves. */
  readonly ifname: string;
  /** Its name inside, before the number. */
  readonly prefix: string;
  readonly mac: Mac | undefined;
  readonly addresses: readonly { readonly address: bigint; readonly prefix: Prefix }[];
}

/**
 * A container's network namespace as the engine handles it (libnetwork's osl.Namespace): kept alive by a file in
 * /var/run/docker/netns that it is bound to.
 */
export class SandboxNamespace {
  /** Path of the file: SandboxKey. */
  readonly key: string;
  readonly netns: NetNamespace;
  readonly #host: EngineHost;
  readonly #isHosts: boolean;
  /** How many interfaces it was given under each prefix: the next one's number. */
  readonly #counts = new Map<string, number>();

  private constructor(host: EngineHost, key: string, netns: NetNamespace, isHosts: boolean) {
    this.#host = host;
    this.key = key;
    this.netns = netns;
    this.#isHosts = isHosts;
  }

  /** A new namespace, with lo up and without IPv6 until an address of it comes. */
  static create(host: EngineHost, sandboxId: string): SandboxNamespace {
    const key = `${NETNS_DIRECTORY}/${sandboxId.slice(0, 12)}`;
    const { daemon, machine } = host;
    makeDirectories(host);
    const child = host.fork();
    if (child === undefined)
      throw failed('namespace creation reexec command failed: fork/exec /proc/self/exe: resource temporarily unavailable');
    child.unshare(['net']);
    const { netns } = child;
    machine.files.writeFile(daemon, key, new Uint8Array(0));
    const file = machine.files.open(daemon, `/proc/${child.pid}/ns/net`, { read: true });
    if (isError(file)) throw failed(`bind-mount /proc/${child.pid}/ns/net -> ${key}: ${file.errno}`);
    const bound = machine.files.bindMount(daemon, file, key);
    file.release();
    host.finish(child);
    if (isError(bound)) throw failed(`bind-mount /proc/${child.pid}/ns/net -> ${key}: ${bound.errno}`);
    const sandbox = new SandboxNamespace(host, key, netns, false);
    sandbox.#setUp();
    return sandbox;
  }

  /** The host's own, for `--network host`. */
  static ofHost(host: EngineHost): SandboxNamespace {
    const key = `${NETNS_DIRECTORY}/default`;
    const { daemon, machine } = host;
    makeDirectories(host);
    if (isError(machine.files.stat(daemon, key))) {
      machine.files.writeFile(daemon, key, new Uint8Array(0));
      const file = machine.files.open(daemon, `/proc/${daemon.pid}/ns/net`, { read: true });
      if (!isError(file)) {
        machine.files.bindMount(daemon, file, key);
        file.release();
      }
    }
    return new SandboxNamespace(host, key, daemon.netns, true);
  }

  destroy(): void {
    this.clear(this.#host);
  }

  /** Lets the namespace go; `host` may be an engine that came after the one it was made by. */
  clear({ daemon, machine }: EngineHost): void {
    if (this.#isHosts) return;
    machine.files.unmount(daemon, this.key, { detach: true });
    machine.files.unlink(daemon, this.key);
  }

  /** Moves an interface in, as the next ethN, with its addresses, and up (AddInterface); its name inside. */
  addInterface({ ifname, prefix: kind, mac, addresses }: SandboxInterface): string {
    const host = this.#host.daemon.netns.rtnetlink;
    const link = host.link(ifname);
    if (isError(link)) throw failed(`failed to get link by name "${ifname}": Link not found`);
    const count = this.#counts.get(kind) ?? 0;
    this.#counts.set(kind, count + 1);
    const name = `${kind}${count}`;
    check(host.setLink(link.ifindex, { netns: { netnsInode: this.netns.inode } }), `failed to set namespace on link "${ifname}"`);
    const moved = this.netns.rtnetlink.link(ifname);
    if (isError(moved)) throw failed(`failed to get link by name "${ifname}": Link not found`);
    const { ifindex } = moved;
    check(this.netns.rtnetlink.setLink(ifindex, { name }), `error renaming interface "${ifname}" to "${name}"`);
    if (mac !== undefined) check(this.netns.rtnetlink.setLink(ifindex, { address: mac }), `error setting interface "${name}" MAC`);
    if (addresses.some(({ prefix }) => prefix.v6)) {
      for (const conf of [name, 'lo']) this.netns.sysctl.write(`net/ipv6/conf/${conf}/disable_ipv6`, '0\n');
    }
    for (const { address, prefix } of addresses) addAddress(this.netns, ifindex, address, prefix, IFA_F_NODAD);
    setFlagsUp(this.netns, ifindex);
    return name;
  }

  /** Nothing here speaks IPv6 any more. */
  disableIpv6(): void {
    if (!this.#isHosts) this.netns.sysctl.write('net/ipv6/conf/lo/disable_ipv6', '1\n');
  }

  setGateway(gateway: bigint, v6: boolean): void {
    const family = v6 ? 'inet6' : 'inet';
    const nexthops = [{ gatewayFamily: family, gateway: v6 ? formatAddress(gateway, true) : Number(gateway) } as const];
    const route = { type: 'unicast', dstLen: 0, table: RT_TABLE_MAIN, protocol: RTPROT_BOOT, family, nexthops } as const;
    const flags = { create: true, exclusive: true, replace: false, append: false };
    check(this.netns.rtnetlink.addRoute(v6 ? route : { ...route, scope: SCOPE_UNIVERSE }, flags), 'failed to set gateway');
  }

  unsetGateway(v6: boolean): void {
    const family = v6 ? 'inet6' : 'inet';
    for (const route of this.netns.rtnetlink.routes(family, RT_TABLE_MAIN)) {
      if (route.dstLen === 0)
        this.netns.rtnetlink.delRoute({ family, type: 'unicast', dstLen: 0, table: RT_TABLE_MAIN, protocol: 0, nexthops: [] });
    }
  }

  #setUp(): void {
    const lo = this.netns.rtnetlink.link('lo');
    for (const conf of ['all', 'default', 'lo']) this.netns.sysctl.write(`net/ipv6/conf/${conf}/disable_ipv6`, '1\n');
    this.netns.sysctl.write('net/ipv4/ip_unprivileged_port_start', '0\n');
    this.netns.sysctl.write('net/ipv4/ping_group_range', '0\t2147483647\n');
    if (!isError(lo)) setFlagsUp(this.netns, lo.ifindex);
  }
}

function makeDirectories({ daemon, machine }: EngineHost): void {
  for (const path of ['/var/run/docker', NETNS_DIRECTORY]) machine.files.makeDirectory(daemon, path, 0o755);
}
