import { ETH_P_802_3_MIN, ETH_P_8021AD, ETH_P_8021Q } from '../../../wire/ethernet.ts';
import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2 } from '../../../wire/pcap.ts';
import { FilterError } from './lexer.ts';
import { and, anyOf, fieldEquals, load, type Test } from './test.ts';

const ETH_P_IP = 0x0800;
const ETH_P_IPV6 = 0x86dd;
const ETH_P_9100 = 0x9100;
const ETHERNET_HLEN = 14;
const SLL2_HLEN = 20;
const VLAN_HLEN = 4;
const LLC_STP = 0x42;

/**
 * Where a filter finds things in packets of a link type. What follows `vlan` in an expression looks behind one tag more, so this
 * changes while an expression is compiled (libpcap's off_linkpl and off_linktype).
 */
export class FilterLink {
  readonly linkType: number;
  /** Where the network header begins. */
  network: number;
  #typeAt: number;

  constructor(linkType: number) {
    this.linkType = linkType;
    this.network = linkType === LINKTYPE_ETHERNET ? ETHERNET_HLEN : linkType === LINKTYPE_LINUX_SLL2 ? SLL2_HLEN : 0;
    this.#typeAt = linkType === LINKTYPE_ETHERNET ? 12 : 0;
  }

  get ethernet(): boolean {
    return this.linkType === LINKTYPE_ETHERNET;
  }

  /** gen_linktype(): packets of an EtherType. */
  isType(type: number): Test {
    if (this.ethernet || this.linkType === LINKTYPE_LINUX_SLL2) {
      return type === LLC_STP ? this.#isSpanningTree() : fieldEquals(this.#typeAt, 2, type);
    }
    // Packets without a link-level header tell their own version.
    const at = this.network;
    if (type === ETH_P_IP) return (p) => load(p, at, 1) >> 4 === 4;
    if (type === ETH_P_IPV6) return (p) => load(p, at, 1) >> 4 === 6;
    return () => false;
  }

  #isSpanningTree(): Test {
    const typeAt = this.#typeAt;
    const small: Test = (p) => load(p, typeAt, 2) < ETH_P_802_3_MIN;
    return and(small, fieldEquals(this.network, 2, LLC_STP * 0x101));
  }

  /** gen_vlan(): a tag, with this number if one is given; what comes later in the expression looks behind it. */
  vlan(id: number | undefined): Test {
    if (!this.ethernet)
      throw new FilterError(`no VLAN support for ${this.linkType === LINKTYPE_LINUX_SLL2 ? 'Linux cooked v2' : 'Raw IP'}`);
    if (id !== undefined && id > 0xfff) throw new FilterError(`VLAN tag ${id} greater than maximum 4095`);
    const tagged = anyOf(this.isType(ETH_P_8021Q), this.isType(ETH_P_8021AD), this.isType(ETH_P_9100));
    const at = this.network;
    this.network += VLAN_HLEN;
    this.#typeAt += VLAN_HLEN;
    return id === undefined ? tagged : and(tagged, fieldEquals(at, 2, id, 0xfff));
  }
}
