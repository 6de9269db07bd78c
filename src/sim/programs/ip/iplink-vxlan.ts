import { isMulticastIpv4, isMulticastIpv6 } from '../../base/address.ts';
import type { Family, IpAddress, LinkInfo } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { formatAddress, parseAddress } from './inet-prefix.ts';
import type { KindArguments, LinkKind } from './link-kind.ts';
import { Exit, garbage, matches, parseUnsigned, type Words, wrong } from './parse.ts';
import type { Printer } from './printer.ts';

const HELP = `Usage: ... vxlan id VNI
		[ { group | remote } IP_ADDRESS ]
		[ local ADDR ]
		[ ttl TTL ]
		[ tos TOS ]
		[ df DF ]
		[ flowlabel LABEL ]
		[ dev PHYS_DEV ]
		[ dstport PORT ]
		[ srcport MIN MAX ]
		[ [no]learning ]
		[ [no]proxy ]
		[ [no]rsc ]
		[ [no]l2miss ]
		[ [no]l3miss ]
		[ ageing SECONDS ]
		[ maxaddress NUMBER ]
		[ [no]udpcsum ]
		[ [no]udp6zerocsumtx ]
		[ [no]udp6zerocsumrx ]
		[ [no]remcsumtx ] [ [no]remcsumrx ]
		[ [no]external ] [ gbp ] [ gpe ]
		[ [no]vnifilter ]

Where:	VNI	:= 0-16777215
	ADDR	:= { IP_ADDRESS | any }
	TOS	:= { NUMBER | inherit }
	TTL	:= { 1..255 | auto | inherit }
	DF	:= { unset | set | inherit }
	LABEL := 0-1048575
`;

const NO_PORT = `vxlan: destination port not specified
Will use Linux kernel default (non-standard value)
Use 'dstport 4789' to get the IANA assigned value
Use 'dstport 0' to get default and quiet this message
`;

const DF = ['unset', 'set', 'inherit'];
/** Options that are on as a word and off with `no` in front, in the order in which iproute2 tries them. */
const SWITCHES = ['learning', 'proxy', 'rsc', 'l2miss', 'l3miss', 'udpcsum', 'udp6zerocsumtx', 'udp6zerocsumrx', 'remcsumtx', 'remcsumrx'];
const LATE_SWITCHES = ['external', 'vnifilter'];

/** VXLAN tunnels: iplink_vxlan.c. */
export const vxlanLink: LinkKind = {
  kind: 'vxlan',
  help: HELP,
  parse: (ip: Ip, words: Words, { create }): KindArguments => new VxlanParser(ip, words).parse(create),
  print,
};

class VxlanParser {
  readonly #ip: Ip;
  readonly #words: Words;
  readonly #info: Record<string, string | number | boolean> = {};
  /** What was given already, by the attribute it becomes. */
  readonly #given = new Set<string>();
  #remote: { readonly family: Family; readonly address: IpAddress } | undefined;
  #local: { readonly family: Family; readonly address: IpAddress } | undefined;
  /** How the other end was named. */
  #remoteWord: string | undefined;

  constructor(ip: Ip, words: Words) {
    this.#ip = ip;
    this.#words = words;
  }

  parse(create: boolean): KindArguments {
    const words = this.#words;
    for (; words.left > 0; words.step()) {
      const { word } = words;
      if (this.#address(word) || this.#number(word) || this.#header(word) || this.#switch(word)) continue;
      if (matches(word, 'help')) throw new Exit(1, HELP);
      throw new Exit(1, `vxlan: unknown command "${word}"?\n${HELP}`);
    }
    return { info: this.#finish(create) };
  }

  #finish(create: boolean): LinkInfo {
    const info = this.#info;
    const external = info.external === true;
    if (external && this.#given.has('id')) throw new Exit(1, "vxlan: both 'external' and vni cannot be specified\n");
    if (!external && info.vnifilter === true) throw new Exit(1, "vxlan: vnifilter is valid only when 'external' is set\n");
    if (create && !external && !this.#given.has('id')) throw new Exit(1, 'vxlan: missing virtual network identifier\n');
    if (this.#remote !== undefined && isGroup(this.#remote.address) && info.link === undefined)
      throw new Exit(1, "vxlan: 'group' requires 'dev' to be specified\n");
    if (create && !this.#given.has('port')) this.#ip.err(NO_PORT);
    if (this.#remote !== undefined) info.remote = formatAddress(this.#remote.address);
    if (this.#local !== undefined) info.local = formatAddress(this.#local.address);
    if (external) info.learning = false;
    return info;
  }

  /** The option's value, which may be given once (check_duparg). */
  #value(attribute: string, key = attribute): string {
    const value = this.#words.value();
    this.#once(attribute, key, value);
    return value;
  }

  #once(attribute: string, key: string, value: string): void {
    if (this.#given.has(attribute)) throw garbage(key, value);
    this.#given.add(attribute);
  }

  #address(word: string): boolean {
    const group = matches(word, 'group');
    if (group || matches(word, 'remote')) {
      const key = group ? 'group' : 'remote';
      if (this.#remoteWord !== undefined && this.#remoteWord !== key)
        throw new Exit(1, 'vxlan: both group and remote cannot be specified\n');
      this.#remoteWord = key;
      const value = this.#value('remote', key);
      this.#remote = this.#parse(value, this.#local?.family, group, `invalid ${key} address`);
    } else if (matches(word, 'local')) {
      const value = this.#value('local');
      this.#local = this.#parse(value, this.#remote?.family, false, 'invalid local address');
    } else if (matches(word, 'dev')) {
      const value = this.#value('link', 'dev');
      const ifindex = this.#ip.ifindex(value);
      if (ifindex === 0) throw new Exit(255, `Cannot find device "${value}"\n`);
      this.#info.link = ifindex;
    } else return false;
    return true;
  }

  #parse(
    word: string,
    family: Family | undefined,
    group: boolean,
    invalid: string,
  ): { readonly family: Family; readonly address: IpAddress } {
    // `any` has no family, and so is neither.
    if (word === 'any' || word === 'default' || word === 'all') throw wrong(invalid, word);
    const found = parseAddress(word, family ?? 'unspec');
    if (isGroup(found.address) !== group) throw wrong(invalid, word);
    return found;
  }

  #number(word: string): boolean {
    if (matches(word, 'id') || matches(word, 'vni')) {
      this.#info.id = this.#unsigned(this.#value('id'), 24, 'invalid id');
    } else if (matches(word, 'flowlabel') || matches(word, 'label')) {
      this.#info.label = this.#unsigned(this.#value('label', 'flowlabel'), 20, 'invalid flowlabel');
    } else if (matches(word, 'ageing')) {
      const value = this.#value('ageing');
      this.#info.ageing = value === 'none' ? 0 : this.#unsigned(value, 32, 'ageing timer');
    } else if (matches(word, 'maxaddress')) {
      const value = this.#value('limit', 'maxaddress');
      this.#info.limit = value === 'unlimited' ? 0 : this.#unsigned(value, 32, 'max addresses');
    } else if (matches(word, 'port') || matches(word, 'srcport')) {
      const low = this.#words.value();
      this.#once('range', 'srcport', low);
      this.#info.port_low = this.#unsigned(low, 16, 'min port');
      this.#info.port_high = this.#unsigned(this.#words.value(), 16, 'max port');
    } else if (matches(word, 'dstport')) {
      this.#info.dstport = this.#unsigned(this.#value('port', 'dstport'), 16, 'dst port');
    } else return false;
    return true;
  }

  #unsigned(word: string, bits: number, invalid: string): number {
    const value = parseUnsigned(word, bits);
    if (value === undefined) throw wrong(invalid, word);
    return value;
  }

  /** What the outer header takes. */
  #header(word: string): boolean {
    if (matches(word, 'ttl') || matches(word, 'hoplimit')) {
      const value = this.#value('ttl');
      const ttl = value === 'inherit' || value === 'auto' ? 0 : this.#unsigned(value, 32, 'invalid TTL');
      if (ttl > 255) throw wrong('TTL must be <= 255', value);
      if (value === 'inherit') this.#info.ttl_inherit = true;
      else this.#info.ttl = ttl;
    } else if (matches(word, 'tos') || matches(word, 'dsfield')) {
      const value = this.#value('tos');
      this.#info.tos = value === 'inherit' ? 1 : this.#unsigned(value, 8, 'bad TOS value');
    } else if (word === 'df') {
      const value = this.#value('df');
      if (!DF.includes(value)) throw wrong("DF must be 'unset', 'set' or 'inherit'", value);
      this.#info.df = value;
    } else return false;
    return true;
  }

  #switch(word: string): boolean {
    const positive = SWITCHES.find((name) => matches(word, name));
    const negative = SWITCHES.find((name) => matches(word, `no${name}`));
    const late = LATE_SWITCHES.find((name) => matches(word, name) || matches(word, `no${name}`));
    const flag = ['gbp', 'gpe'].find((name) => matches(word, name));
    const name = negative ?? positive ?? late ?? flag;
    if (name === undefined) return false;
    this.#once(name, word, word);
    this.#info[name] = negative === undefined && !(late !== undefined && word.startsWith('no'));
    return true;
  }
}

function isGroup(address: IpAddress): boolean {
  return typeof address === 'number' ? isMulticastIpv4(address) : isMulticastIpv6(address);
}

/** `ip -d link` (vxlan_print_opt). What is as usual is left out, but for a few. */
function print(ip: Ip, out: Printer, info: LinkInfo): void {
  const on = (key: string, name = key, word = key): void => {
    if (info[key] === true) out.both(name, true, `${word} `);
  };
  on('external');
  if (info.vnifilter === true) out.both('vnifilter', true, 'vnifilter');
  out.both('id', Number(info.id), `id ${info.id} `);
  if (typeof info.remote === 'string') {
    const address = info.remote.includes(':') ? '6' : '';
    const word = isGroup(parseAddress(info.remote, 'unspec').address) ? 'group' : 'remote';
    out.both(`${word}${address}`, info.remote, `${word} ${info.remote} `);
  }
  if (typeof info.local === 'string') out.both(`local${info.local.includes(':') ? '6' : ''}`, info.local, `local ${info.local} `);
  if (info.link !== undefined) {
    const dev = ip.deviceName(Number(info.link));
    out.both('link', dev, `dev ${dev} `);
  }
  out.openObject('port_range');
  out.both('low', Number(info.port_low), `srcport ${info.port_low} `);
  out.both('high', Number(info.port_high), `${info.port_high} `);
  out.closeObject();
  out.both('port', Number(info.dstport), `dstport ${info.dstport} `);
  out.both('learning', info.learning === true, info.learning === true ? '' : 'nolearning ');
  for (const key of ['proxy', 'rsc', 'l2miss', 'l3miss']) on(key);
  printOuterHeader(out, info);
  out.both('ageing', Number(info.ageing), `ageing ${info.ageing} `);
  if (Number(info.limit) !== 0) out.both('limit', Number(info.limit), `maxaddr ${info.limit} `);
  const checksum = (key: string, name: string): void => out.both(name, info[key] === true, `${info[key] === true ? '' : 'no'}${key} `);
  checksum('udpcsum', 'udp_csum');
  checksum('udp6zerocsumtx', 'udp_zero_csum6_tx');
  checksum('udp6zerocsumrx', 'udp_zero_csum6_rx');
  on('remcsumtx', 'remcsum_tx');
  on('remcsumrx', 'remcsum_rx');
  on('gbp');
  on('gpe');
}

function printOuterHeader(out: Printer, info: LinkInfo): void {
  const tos = Number(info.tos);
  if (tos !== 0) out.both('tos', `0x${tos.toString(16)}`, tos === 1 ? 'tos inherit ' : `tos 0x${tos.toString(16)} `);
  if (info.ttl_inherit === true) out.text('ttl inherit ');
  else out.both('ttl', Number(info.ttl), Number(info.ttl) === 0 ? 'ttl auto ' : `ttl ${info.ttl} `);
  out.both('df', String(info.df), info.df === 'unset' ? '' : `df ${info.df} `);
  const label = Number(info.label);
  if (label !== 0) out.both('label', `0x${label.toString(16)}`, `flowlabel 0x${label.toString(16)} `);
}
