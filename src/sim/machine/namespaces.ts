import type { NetNamespace } from '../kernel/netns.ts';
import type { NamespaceKind } from './process.ts';

/** A namespace of a kind other than network: an identity, and for uts a host name. */
export interface PlainNamespace {
  readonly kind: Exclude<NamespaceKind, 'net'>;
  readonly inode: number;
}

export interface UtsNamespace extends PlainNamespace {
  readonly kind: 'uts';
  hostname: string;
  domainname: string;
}

/** The namespaces of one process; shared by reference until unshared (Linux's nsproxy). */
export interface Namespaces {
  readonly net: NetNamespace;
  readonly uts: UtsNamespace;
  readonly mnt: PlainNamespace;
  readonly pid: PlainNamespace;
  readonly ipc: PlainNamespace;
  readonly user: PlainNamespace;
  readonly cgroup: PlainNamespace;
  readonly time: PlainNamespace;
}
