/** A type of set as the program knows it, whether or not the kernel has it: ipset's lib/ipset_*.c. */
export interface TypeInfo {
  readonly name: string;
  /** Older words for it. */
  readonly aliases: readonly string[];
  readonly family: 'both' | 'inet' | 'none';
  /** What an element is made of. */
  readonly parts: readonly ElementPart[];
  readonly create: readonly string[];
  readonly add: readonly string[];
  /** Options with which elements are looked for and deleted. */
  readonly test: readonly string[];
  readonly delete: readonly string[];
  /** How an element is written: added, and looked for. */
  readonly element: string;
  readonly tested: string;
}

export type ElementPart = 'ip' | 'net' | 'port' | 'portNumber' | 'set' | 'mac' | 'mark' | 'iface';

const EXTENSIONS = ['timeout', 'counters', 'comment', 'forceadd', 'skbinfo'];
const HASH = ['hashsize', 'maxelem', ...EXTENSIONS, 'bucketsize', 'initval'];
const FAMILY = ['family', ...HASH];
const SMALL = ['timeout', 'counters', 'comment', 'skbinfo'];
const KEPT = ['packets', 'bytes', 'comment', 'skbmark', 'skbprio', 'skbqueue'];
const ADD = ['timeout', ...KEPT];
const ADD_NET = ['timeout', 'nomatch', ...KEPT];

function hash(
  name: string,
  aliases: readonly string[],
  parts: readonly ElementPart[],
  element: string,
  more: Partial<TypeInfo> = {},
): TypeInfo {
  const net = parts.includes('net');
  return {
    name,
    aliases,
    family: 'both',
    parts,
    create: FAMILY,
    add: net ? ADD_NET : ADD,
    test: net ? ['nomatch'] : [],
    delete: [],
    element,
    tested: element,
    ...more,
  };
}

const PLACE = ['before', 'after'];

export const TYPES: readonly TypeInfo[] = [
  hash('hash:ip', ['iphash', 'iptree', 'iptreemap'], ['ip'], 'IP', {
    create: ['family', 'hashsize', 'maxelem', 'netmask', 'bitmask', ...EXTENSIONS, 'bucketsize', 'initval'],
  }),
  hash('hash:mac', [], ['mac'], 'MAC', { family: 'none', create: HASH }),
  hash('hash:ip,mac', [], ['ip', 'mac'], 'IP,MAC'),
  hash('hash:ip,mark', [], ['ip', 'mark'], 'IP,MARK', { create: ['family', 'markmask', ...HASH] }),
  hash('hash:net', ['nethash'], ['net'], 'IP[/CIDR]'),
  hash('hash:net,net', [], ['net', 'net'], 'IP[/CIDR]|FROM-TO,IP[/CIDR]|FROM-TO', {
    create: [...FAMILY, 'bitmask', 'netmask'],
    tested: 'IP[/CIDR],IP[/CIDR]',
  }),
  hash('hash:net,iface', [], ['net', 'iface'], 'IP[/CIDR]|FROM-TO,[physdev:]IFACE', {
    add: ['timeout', 'nomatch', 'wildcard', ...KEPT],
    tested: 'IP[/CIDR],[physdev:]IFACE',
  }),
  hash('hash:ip,port', ['ipporthash'], ['ip', 'port'], 'IP,[PROTO:]PORT', { create: [...FAMILY, 'netmask', 'bitmask'] }),
  hash('hash:net,port', ['netporthash'], ['net', 'port'], 'IP[/CIDR]|FROM-TO,[PROTO:]PORT', { tested: 'IP[/CIDR],[PROTO:]PORT' }),
  hash('hash:ip,port,ip', ['ipportiphash'], ['ip', 'port', 'ip'], 'IP,[PROTO:]PORT,IP'),
  hash('hash:ip,port,net', ['ipportnethash'], ['ip', 'port', 'net'], 'IP,[PROTO:]PORT,IP[/CIDR]'),
  hash('hash:net,port,net', [], ['net', 'port', 'net'], 'IP[/CIDR],[PROTO:]PORT,IP[/CIDR]'),
  hash('bitmap:ip', ['ipmap'], ['ip'], 'IP|IP/CIDR|FROM-TO', {
    family: 'inet',
    create: ['range', 'netmask', ...SMALL],
    tested: 'IP',
  }),
  hash('bitmap:ip,mac', ['macipmap'], ['ip', 'mac'], 'IP[,MAC]', { family: 'inet', create: ['range', ...SMALL] }),
  hash('bitmap:port', ['portmap'], ['portNumber'], '[PROTO:]PORT|FROM-TO', {
    family: 'none',
    create: ['range', ...SMALL],
    tested: '[PROTO:]PORT',
  }),
  hash('list:set', ['setlist'], ['set'], 'NAME [before|after NAME]', {
    family: 'none',
    create: ['size', ...SMALL],
    add: ['timeout', ...PLACE, ...KEPT],
    delete: PLACE,
    test: PLACE,
  }),
];

export function typeOf(name: string): TypeInfo | undefined {
  return TYPES.find((type) => type.name === name || type.aliases.includes(name));
}
