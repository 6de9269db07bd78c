import {
  CAPABILITIES,
  type Capability,
  type CapabilitySet,
  capabilityNamed,
  capabilitySet,
  hasCapability,
  NO_CAPABILITIES,
} from '../../kernel/capability.ts';
import type { Credentials } from '../../machine/credentials.ts';

/** `cap_chown,cap_kill` of a set. */
export function capNames(set: CapabilitySet): string {
  return CAPABILITIES.filter((capability) => hasCapability(set, capability))
    .map((capability) => `cap_${capability}`)
    .join(',');
}

/** A list of names, each perhaps without its `cap_`; answers the first that is none. `all` is every one. */
export function parseCapList(text: string): CapabilitySet | { readonly unknown: string } {
  let set = NO_CAPABILITIES;
  for (const word of text.split(',')) {
    if (word.toLowerCase() === 'all') {
      set = capabilitySet(...CAPABILITIES);
      continue;
    }
    const found = /^cap_/i.test(word) ? capabilityNamed(word) : undefined;
    if (found === undefined) return { unknown: word };
    set |= capabilitySet(found);
  }
  return set;
}

const EFFECTIVE = 1;
const PERMITTED = 2;
const INHERITABLE = 4;
const STATES = 8;

function letters(state: number): string {
  return `${state & EFFECTIVE ? 'e' : ''}${state & INHERITABLE ? 'i' : ''}${state & PERMITTED ? 'p' : ''}`;
}

/** cap_to_text(3): what most capabilities are, then those that are otherwise. */
export function capText({ effective, permitted, inheritable }: Credentials): string {
  const stateOf = (capability: Capability): number =>
    (hasCapability(effective, capability) ? EFFECTIVE : 0) |
    (hasCapability(permitted, capability) ? PERMITTED : 0) |
    (hasCapability(inheritable, capability) ? INHERITABLE : 0);
  const groups: Capability[][] = Array.from({ length: STATES }, () => []);
  for (const capability of CAPABILITIES) groups[stateOf(capability)]?.push(capability);
  let most = STATES - 1;
  for (let state = STATES - 2; state >= 0; state--) {
    if ((groups[state]?.length ?? 0) >= (groups[most]?.length ?? 0)) most = state;
  }
  const clauses: string[] = [];
  for (let state = STATES - 1; state >= 0; state--) {
    const members = groups[state] ?? [];
    if (state === most || members.length === 0) continue;
    const more = state & ~most;
    const less = most & ~state;
    const names = members.map((capability) => `cap_${capability}`).join(',');
    const sign = most === 0 && clauses.length === 0 ? '=' : '+';
    clauses.push(`${names}${more ? `${sign}${letters(more)}` : ''}${less ? `-${letters(less)}` : ''}`);
  }
  if (most === 0 && clauses.length > 0) return clauses.join(' ');
  return [`=${letters(most)}`, ...clauses].join(' ');
}

/** cap_iab_to_text(3): inheritable ones by name, `^` for those that are ambient, `!` for those that bounding leaves out. */
export function iabText({ inheritable, ambient, bounding }: Credentials): string {
  return CAPABILITIES.map((capability) => {
    const blocked = !hasCapability(bounding, capability);
    const isAmbient = hasCapability(ambient, capability);
    const inherits = hasCapability(inheritable, capability);
    if (!blocked && !isAmbient && !inherits) return '';
    return `${blocked ? '!' : ''}${isAmbient ? '^' : blocked && inherits ? '%' : ''}cap_${capability}`;
  })
    .filter((word) => word !== '')
    .join(',');
}
