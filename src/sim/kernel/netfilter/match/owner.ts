import type { Test } from '../packet.ts';
import { inside, type NumberRange } from './range.ts';

/** Who has the socket that sent a local packet (`-m owner`; net/netfilter/xt_owner.c). Every process here is root's. */
export interface OwnerMatch {
  readonly name: 'owner';
  readonly uid: NumberRange | undefined;
  readonly gid: NumberRange | undefined;
  readonly socketExists: { readonly invert: boolean } | undefined;
  readonly supplementary: boolean;
}

const ROOT = 0;

export function ownerTest({ uid, gid, socketExists }: OwnerMatch): Test {
  return ({ skb }) => {
    if (!skb.owned) return socketExists?.invert !== false && uid?.invert !== false && gid?.invert !== false;
    if (socketExists?.invert === true) return false;
    return (uid === undefined || inside(ROOT, uid)) && (gid === undefined || inside(ROOT, gid));
  };
}
