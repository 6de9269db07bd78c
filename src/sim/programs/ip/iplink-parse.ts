import type { Mac } from '../../base/address.ts';
import { fail, isError, type KernelError } from '../../base/result.ts';
import {
  IFF_ALLMULTI,
  IFF_DYNAMIC,
  IFF_MULTICAST,
  IFF_NOARP,
  IFF_PROMISC,
  IFF_UP,
  type Operstate,
} from '../../kernel/device/net-device.ts';
import type { LinkChange, LinkCreate, LinkDump, NetnsRef } from '../../kernel/rtnetlink/messages.ts';
import { type Ip, noDevice } from './context.ts';
import { linkHelp } from './help/link.ts';
import { parseLinkAddress } from './link-address.ts';
import { netnsInode, netnsPath } from './netns-files.ts';
import {
  duplicate,
  Exit,
  garbage,
  isDeviceName,
  matches,
  parseFlag,
  parseOnOff,
  parseSigned,
  parseUnsigned,
  type Words,
  wrong,
} from './parse.ts';

const IFF_NOTRAILERS = 0x20;
const OPERSTATES: readonly Operstate[] = ['UNKNOWN', 'NOTPRESENT', 'DOWN', 'LOWERLAYERDOWN', 'TESTING', 'DORMANT', 'UP'];
const ADDR_GEN_MODES = ['eui64', 'none', 'stable_secret', 'random'] as const;
const VF_PAIRS = ['mac', 'vlan', 'rate', 'max_tx_rate', 'min_tx_rate', 'spoofchk', 'query_rss', 'state', 'trust', 'node_guid', 'port_guid'];

/** What the words of `ip link add` and `ip link set` say, up to `type KIND`. */
export interface LinkWords {
  /** The device to change; 0 when one is made or a group is changed. */
  readonly ifindex: number;
  /** `group N` without a device: all devices of the group. */
  readonly ofGroup: number | undefined;
  readonly type: string | undefined;
  readonly request: Omit<LinkCreate, 'kind' | 'peer'> & LinkChange;
  /** What the kernel would say to words that have no place in a request: virtual functions, a link-layer address of another length. */
  readonly refusal: KernelError | undefined;
}

/** Reads options until the end or `type KIND` (iplink_parse). `create`: a name is a new one, not that of a device. */
export function parseLink(ip: Ip, words: Words, { create, type }: { readonly create: boolean; readonly type?: string }): LinkWords {
  return new LinkParser(ip, words, create).parse(type);
}

class LinkParser {
  readonly #ip: Ip;
  readonly #words: Words;
  readonly #create: boolean;
  #dev: string | undefined;
  #name: string | undefined;
  #lower: string | undefined;
  #flags = 0;
  #mask = 0;
  #refusal: KernelError | undefined;
  #request: { -readonly [K in keyof LinkWords['request']]: LinkWords['request'][K] | undefined } = {};

  constructor(ip: Ip, words: Words, create: boolean) {
    this.#ip = ip;
    this.#words = words;
    this.#create = create;
  }

  parse(known: string | undefined): LinkWords {
    const words = this.#words;
    let type: string | undefined;
    while (words.left > 0) {
      if (matches(words.word, 'type') && !this.#isEarlier(words.word)) {
        type = words.value();
        if (known !== undefined) throw duplicate('type', type);
        words.step();
        break;
      }
      this.#option(words.word);
      words.step();
    }
    return this.#finish(type);
  }

  /** `t` alone is txqueuelen, which iproute2 looks for before `type`. */
  #isEarlier(word: string): boolean {
    return matches(word, 'txqueuelen');
  }

  #option(word: string): void {
    const words = this.#words;
    const request = this.#request;
    if (word === 'up') this.#flag(IFF_UP, true);
    else if (word === 'down') this.#flag(IFF_UP, false);
    else if (word === 'name') this.#rename(words.value());
    else if (word === 'index') {
      const value = words.value();
      if (request.ifindex !== undefined) throw duplicate('index', value);
      const index = Number.parseInt(value, 10);
      if (!(index > 0)) throw wrong('Invalid "index" value', value);
      request.ifindex = index;
    } else if (matches(word, 'link')) this.#lower = words.value();
    else if (matches(word, 'address')) request.address = this.#linkAddress(words.value());
    else if (matches(word, 'broadcast') || word === 'brd') request.broadcast = this.#linkAddress(words.value());
    else if (matches(word, 'txqueuelen') || word === 'qlen' || matches(word, 'txqlen')) {
      request.txQueueLen = this.#once('txqueuelen', request.txQueueLen, parseSigned);
    } else if (word === 'mtu') {
      request.mtu = this.#once('mtu', request.mtu, parseSigned);
    } else if (['xdp', 'xdpgeneric', 'xdpdrv', 'xdpoffload'].includes(word)) this.#xdp(words.value());
    else if (word === 'netns') {
      const value = words.value();
      if (request.netns !== undefined) throw duplicate('netns', value);
      request.netns = this.#netns(value, 'netns');
    } else if (!this.#switch(word)) this.#otherOption(word);
  }

  /** Options that are on or off. */
  #switch(word: string): boolean {
    const switches: Readonly<Record<string, readonly [flag: number, inverted: boolean]>> = {
      multicast: [IFF_MULTICAST, false],
      allmulticast: [IFF_ALLMULTI, false],
      promisc: [IFF_PROMISC, false],
      trailers: [IFF_NOTRAILERS, true],
      arp: [IFF_NOARP, true],
    };
    const found = switches[word] ?? (matches(word, 'dynamic') ? ([IFF_DYNAMIC, false] as const) : undefined);
    if (word === 'carrier') this.#request.carrier = parseOnOff('carrier', this.#words.value());
    else if (found !== undefined) this.#flag(found[0], parseFlag(word, this.#words.value()) !== found[1]);
    else return false;
    return true;
  }

  #otherOption(word: string): void {
    const words = this.#words;
    const request = this.#request;
    if (word === 'vf') this.#virtualFunction();
    else if (matches(word, 'master')) {
      const value = words.value();
      request.master = this.#ip.ifindex(value);
      if (request.master === 0) throw wrong('Device does not exist\n', value);
    } else if (word === 'vrf') {
      const value = words.value();
      const vrf = this.#ip.rtnl.link(value);
      if (isError(vrf) || vrf.kind !== 'vrf') throw wrong('Not a valid VRF name\n', value);
      request.master = vrf.ifindex;
    } else if (matches(word, 'nomaster')) request.master = 0;
    else if (matches(word, 'alias')) {
      const value = words.value();
      if (value.length >= 256) throw wrong('alias too long\n', value);
      request.alias = value;
    } else if (word === 'group') {
      const value = words.value();
      if (request.group !== undefined) throw duplicate('group', value);
      request.group = this.#ip.names.parseGroup(value);
      if (request.group === undefined) throw wrong('Invalid "group" value\n', value);
    } else if (word === 'mode') {
      const value = words.value();
      const mode = ['default', 'dormant'].indexOf(value.toLowerCase());
      if (mode < 0) throw wrong('Invalid link mode\n', value);
      request.linkMode = mode;
    } else if (word === 'state') {
      const value = words.value();
      request.operstate = OPERSTATES.find((state) => state === value.toUpperCase());
      if (request.operstate === undefined) throw wrong('Invalid operstate\n', value);
    } else if (matches(word, 'numtxqueues')) request.numTxQueues = this.#once('numtxqueues', request.numTxQueues, parseUnsigned);
    else if (matches(word, 'numrxqueues')) request.numRxQueues = this.#once('numrxqueues', request.numRxQueues, parseUnsigned);
    else if (matches(word, 'addrgenmode')) {
      const value = words.value();
      request.addrGenMode = ADDR_GEN_MODES.find((mode) => mode === value);
      if (request.addrGenMode === undefined) throw wrong('Invalid address generation mode\n', value);
    } else this.#lateOption(word);
  }

  #lateOption(word: string): void {
    const words = this.#words;
    const request = this.#request;
    if (word === 'link-netns') this.#netns(words.value(), 'link-netns');
    else if (word === 'link-netnsid') {
      const value = words.value();
      if (parseSigned(value) === undefined) throw wrong('Invalid "link-netnsid" value\n', value);
    } else if (word === 'protodown') request.protoDown = parseOnOff('protodown', words.value());
    else if (word === 'protodown_reason') {
      words.value();
      request.protoDown = parseOnOff('protodown_reason', words.value());
    } else if (word === 'gso_max_size') request.gsoMaxSize = this.#number(word);
    else if (word === 'gso_max_segs') request.gsoMaxSegs = this.#number(word);
    else if (word === 'gro_max_size') request.groMaxSize = this.#number(word);
    else if (word === 'parentdev') words.value();
    else this.#device(word);
  }

  /** A word that is no option names the device. */
  #device(word: string): void {
    if (matches(word, 'help')) throw new Exit(255, linkHelp());
    const name = word === 'dev' ? this.#words.value() : word;
    if (this.#dev !== this.#name) throw garbage('dev', name);
    if (!isDeviceName(name, 127)) throw wrong('"dev" not a valid ifname', name);
    this.#dev = name;
  }

  #rename(name: string): void {
    if (this.#name !== undefined) throw duplicate('name', name);
    if (!isDeviceName(name)) throw wrong('"name" not a valid ifname', name);
    this.#name = name;
    this.#dev ??= name;
  }

  #flag(flag: number, on: boolean): void {
    this.#mask |= flag;
    this.#flags = on ? this.#flags | flag : this.#flags & ~flag;
  }

  #once(key: string, known: number | undefined, parse: (word: string) => number | undefined): number {
    const value = this.#words.value();
    if (known !== undefined) throw duplicate(key, value);
    const number = parse(value);
    if (number === undefined) throw wrong(`Invalid "${key}" value\n`, value);
    return number;
  }

  #number(key: string): number {
    const value = this.#words.value();
    const number = parseUnsigned(value);
    if (number === undefined) throw wrong(`Invalid "${key}" value\n`, value);
    return number;
  }

  /** A file in /run/netns, a path, or the number of a process. */
  #netns(value: string, key: string): NetnsRef {
    const { p } = this.#ip;
    const inode = netnsInode(p, value.includes('/') ? value : netnsPath(value));
    if (inode !== undefined) return { netnsInode: inode };
    const pid = key === 'netns' ? parseSigned(value) : undefined;
    if (pid === undefined) throw wrong(`Invalid "${key}" value\n`, value);
    const ofProcess = netnsInode(p, `/proc/${pid}/ns/net`);
    if (ofProcess === undefined) this.#refusal = fail('ESRCH');
    return { netnsInode: ofProcess ?? 0 };
  }

  #linkAddress(value: string): Mac | undefined {
    const found = parseLinkAddress(value);
    if ('address' in found) return found.address;
    if (this.#create) this.#refusal = fail('EINVAL');
    else if (this.#changed() !== undefined) throw new Exit(1, `Invalid address length ${found.bytes} - must be 6 bytes\n`);
    return undefined;
  }

  #changed(): LinkDump | undefined {
    const link = this.#dev === undefined ? undefined : this.#ip.rtnl.link(this.#dev);
    return link === undefined || isError(link) ? undefined : link;
  }

  #xdp(value: string): void {
    if (value !== 'off' && value !== 'none') this.#refusal = fail('EOPNOTSUPP');
  }

  #virtualFunction(): void {
    const value = this.#words.value();
    if (parseUnsigned(value) === undefined) throw wrong('Invalid "vf" value\n', value);
    this.#refusal = fail('EOPNOTSUPP');
    const key = this.#words.value();
    if (!VF_PAIRS.includes(key)) throw new Exit(255, linkHelp());
    this.#words.value();
  }

  #finish(type: string | undefined): LinkWords {
    const request = this.#request;
    if (this.#mask !== 0) Object.assign(request, { flags: this.#flags, flagsMask: this.#mask });
    let ofGroup: number | undefined;
    let ifindex = 0;
    if (request.group !== undefined && this.#dev === undefined) {
      if (this.#create) throw new Exit(255, 'group cannot be used when creating devices.\n');
      ofGroup = request.group;
      delete request.group;
    } else if (this.#create) {
      if (this.#name !== undefined && this.#dev !== this.#name)
        throw new Exit(255, 'both "name" and "dev" cannot be used when creating devices.\n');
      if (this.#dev !== undefined) request.name = this.#dev;
      if (this.#lower !== undefined) request.link = this.#ip.device(this.#lower);
      if ((this.#mask & IFF_UP) !== 0) request.up = (this.#flags & IFF_UP) !== 0;
    } else {
      if (this.#dev === undefined) throw new Exit(255, 'Not enough information: "dev" argument is required.\n');
      if (request.ifindex !== undefined && request.netns === undefined)
        throw new Exit(255, 'index can be used only when creating devices or when moving device to another netns.\n');
      ifindex = this.#ip.ifindex(this.#dev);
      if (ifindex === 0) throw noDevice(this.#dev);
      if (this.#name !== undefined && this.#name !== this.#dev) request.name = this.#name;
    }
    return { ifindex, ofGroup, type, request: given(request), refusal: this.#refusal };
  }
}

/** Without the options that were not given. */
function given(request: object): LinkWords['request'] {
  return Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)) as LinkWords['request'];
}
