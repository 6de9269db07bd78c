import {
  type AddressDump,
  IFA_F_DADFAILED,
  IFA_F_DEPRECATED,
  IFA_F_HOMEADDRESS,
  IFA_F_MANAGETEMPADDR,
  IFA_F_MCAUTOJOIN,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_OPTIMISTIC,
  IFA_F_PERMANENT,
  IFA_F_SECONDARY,
  IFA_F_STABLE_PRIVACY,
  IFA_F_TENTATIVE,
  INFINITY_LIFE_TIME,
} from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { formatAddress } from './inet-prefix.ts';
import type { Printer } from './printer.ts';

/** A flag of an address: in the order in which they are printed. */
export interface AddressFlag {
  readonly word: string;
  readonly bit: number;
  /** The kernel sets it; asking for it only warns. */
  readonly readonly: boolean;
  readonly inet6Only: boolean;
}

export const ADDRESS_FLAGS: readonly AddressFlag[] = [
  { word: 'secondary', bit: IFA_F_SECONDARY, readonly: true, inet6Only: false },
  { word: 'temporary', bit: IFA_F_SECONDARY, readonly: true, inet6Only: false },
  { word: 'nodad', bit: IFA_F_NODAD, readonly: false, inet6Only: true },
  { word: 'optimistic', bit: IFA_F_OPTIMISTIC, readonly: false, inet6Only: true },
  { word: 'dadfailed', bit: IFA_F_DADFAILED, readonly: true, inet6Only: true },
  { word: 'home', bit: IFA_F_HOMEADDRESS, readonly: false, inet6Only: true },
  { word: 'deprecated', bit: IFA_F_DEPRECATED, readonly: true, inet6Only: true },
  { word: 'tentative', bit: IFA_F_TENTATIVE, readonly: true, inet6Only: true },
  { word: 'permanent', bit: IFA_F_PERMANENT, readonly: true, inet6Only: true },
  { word: 'mngtmpaddr', bit: IFA_F_MANAGETEMPADDR, readonly: false, inet6Only: true },
  { word: 'noprefixroute', bit: IFA_F_NOPREFIXROUTE, readonly: false, inet6Only: false },
  { word: 'autojoin', bit: IFA_F_MCAUTOJOIN, readonly: false, inet6Only: false },
  { word: 'stable-privacy', bit: IFA_F_STABLE_PRIVACY, readonly: true, inet6Only: true },
];

/** Prints an address as `ip addr` does (print_addrinfo). `withDevice`: index and name come first, as with -o. */
export function printAddress(
  ip: Ip,
  out: Printer,
  a: AddressDump,
  style: { readonly withDevice: boolean; readonly deleted?: boolean },
): void {
  const { brief } = ip.options;
  if (style.deleted) out.both('deleted', true, 'Deleted ');
  if (!brief) {
    if (style.withDevice) {
      const name = ip.deviceName(a.ifindex);
      out.both('index', a.ifindex, `${a.ifindex}: `);
      out.both('dev', name, name);
    }
    out.both('family', a.family, `    ${a.family} `);
  }
  const local = formatAddress(a.local);
  const peer = formatAddress(a.address);
  out.both('local', local, local);
  if (peer !== local) out.both('address', peer, ` peer ${peer}`);
  out.both('prefixlen', a.prefixLen, `/${a.prefixLen} `);
  if (a.metric !== undefined && a.metric !== 0) out.both('metric', a.metric, `metric ${a.metric} `);
  if (brief) return;
  if (a.broadcast !== undefined) out.both('broadcast', formatAddress(a.broadcast), `brd ${formatAddress(a.broadcast)} `);
  if (a.anycast !== undefined) out.both('anycast', a.anycast, `any ${a.anycast} `);
  const scope = ip.names.scope(a.scope);
  out.both('scope', scope, `scope ${scope} `);
  printFlags(out, a);
  if (a.label !== undefined) out.both('label', a.label, a.label);
  out.newline();
  out.text('       valid_lft ');
  out.both('valid_life_time', a.validLft, a.validLft === INFINITY_LIFE_TIME ? 'forever' : `${a.validLft}sec`);
  out.text(' preferred_lft ');
  out.both('preferred_life_time', a.preferredLft, a.preferredLft === INFINITY_LIFE_TIME ? 'forever' : `${a.preferredLft}sec`);
  out.text('\n');
}

function printFlags(out: Printer, a: AddressDump): void {
  let left = a.flags;
  for (const { word, bit } of ADDRESS_FLAGS) {
    if (bit === IFA_F_PERMANENT) {
      if ((left & bit) === 0) out.both('dynamic', true, 'dynamic ');
    } else if ((left & bit) !== 0) {
      const shown = bit === IFA_F_SECONDARY && a.family === 'inet6' ? 'temporary' : word;
      out.both(shown, true, `${shown} `);
    }
    left &= ~bit;
  }
  if (left !== 0) out.both('ifa_flags', left.toString(16).padStart(2, '0'), `flags ${left.toString(16).padStart(2, '0')} `);
}
