import { LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2, LINKTYPE_RAW } from '../../wire/pcap.ts';

/** A kind of link-level header. */
export interface LinkType {
  readonly number: number;
  readonly name: string;
  readonly description: string;
  readonly headerLength: number;
}

const TYPES: readonly LinkType[] = [
  { number: LINKTYPE_ETHERNET, name: 'EN10MB', description: 'Ethernet', headerLength: 14 },
  { number: LINKTYPE_RAW, name: 'RAW', description: 'Raw IP', headerLength: 0 },
  { number: LINKTYPE_LINUX_SLL2, name: 'LINUX_SLL2', description: 'Linux cooked v2', headerLength: 20 },
];

export function linkTypeOf(number: number): LinkType | undefined {
  return TYPES.find((type) => type.number === number);
}

/** `EN10MB (Ethernet)`, as messages name it. */
export function describeLinkType(number: number): string {
  const type = linkTypeOf(number);
  return type === undefined ? String(number) : `${type.name} (${type.description})`;
}
