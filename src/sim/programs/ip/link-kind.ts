import type { KernelError } from '../../base/result.ts';
import type { LinkCreate, LinkInfo } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { bridgeLink } from './iplink-bridge.ts';
import { bridgeSlaveLink } from './iplink-bridge-slave.ts';
import { macvlanLink } from './iplink-macvlan.ts';
import { vethLink } from './iplink-veth.ts';
import { vlanLink } from './iplink-vlan.ts';
import { vxlanLink } from './iplink-vxlan.ts';
import type { Words } from './parse.ts';
import type { Printer } from './printer.ts';

/** What the words behind `type KIND` mean. */
export interface KindArguments {
  readonly info?: LinkInfo;
  /** veth's other end. */
  readonly peer?: NonNullable<LinkCreate['peer']>;
  /** What the kernel would say to words of the other end that have no place in a request. */
  readonly refusal?: KernelError;
}

/** One kind of link in `ip`: how its options are read and shown (struct link_util). One file per kind, named as iproute2 names them. */
export interface LinkKind {
  readonly kind: string;
  /** `ip link help KIND`. */
  readonly help: string;
  /** Reads the words behind `type KIND` to the end. Kinds without options have none: iproute2 passes over what follows. */
  parse?(ip: Ip, words: Words, options: { readonly create: boolean }): KindArguments;
  /** Prints IFLA_INFO_DATA behind the kind's name in `ip -d link`. */
  print?(ip: Ip, out: Printer, info: LinkInfo): void;
}

const dummyLink: LinkKind = { kind: 'dummy', help: 'Usage: ... dummy\n' };

const KINDS: ReadonlyMap<string, LinkKind> = new Map(
  [vethLink, dummyLink, bridgeLink, bridgeSlaveLink, vlanLink, vxlanLink, macvlanLink].map((kind) => [kind.kind, kind]),
);

/** What `ip` knows of a kind; the kernel may know kinds that it does not. */
export function linkKind(kind: string): LinkKind | undefined {
  return KINDS.get(kind);
}

/** Kinds that can be completed behind `type`. */
export const LINK_KIND_NAMES: readonly string[] = [...KINDS.keys()];
