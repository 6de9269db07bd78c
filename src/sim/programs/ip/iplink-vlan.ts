import type { LinkInfo } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { etherTypeName, parseEtherType } from './iplink-bridge.ts';
import type { KindArguments, LinkKind } from './link-kind.ts';
import { Exit, matches, parseFlag, parseUnsigned, type Words, wrong } from './parse.ts';
import type { Printer } from './printer.ts';

const HELP = `Usage: ... vlan id VLANID
		[ protocol VLANPROTO ]
		[ reorder_hdr { on | off } ]
		[ gvrp { on | off } ]
		[ mvrp { on | off } ]
		[ loose_binding { on | off } ]
		[ bridge_binding { on | off } ]
		[ ingress-qos-map QOS-MAP ]
		[ egress-qos-map QOS-MAP ]

VLANID := 0-4095
VLANPROTO: [ 802.1Q | 802.1ad ]
QOS-MAP := [ QOS-MAP ] QOS-MAPPING
QOS-MAPPING := FROM:TO
`;

const FLAGS = ['reorder_hdr', 'gvrp', 'mvrp', 'loose_binding', 'bridge_binding'];
const QOS_MAPS = ['ingress-qos-map', 'egress-qos-map'] as const;

/** 802.1Q devices: iplink_vlan.c. */
export const vlanLink: LinkKind = {
  kind: 'vlan',
  help: HELP,

  parse(_ip: Ip, words: Words): KindArguments {
    const info: Record<string, string | number | boolean> = {};
    for (; words.left > 0; words.step()) {
      const { word } = words;
      const flag = FLAGS.find((name) => matches(word, name));
      const map = QOS_MAPS.find((name) => matches(word, name));
      if (matches(word, 'protocol')) {
        const value = words.value();
        const type = parseEtherType(value);
        if (type === undefined) throw wrong('protocol is invalid', value);
        info.protocol = type;
      } else if (matches(word, 'id')) {
        const value = words.value();
        const id = parseUnsigned(value, 16);
        if (id === undefined) throw wrong('id is invalid', value);
        info.id = id;
      } else if (flag !== undefined) info[flag] = parseFlag(flag, words.value());
      else if (map !== undefined) info[map.replaceAll('-', '_')] = qosMap(words, map);
      else if (matches(word, 'help')) throw new Exit(1, HELP);
      else throw new Exit(1, `vlan: unknown command "${word}"?\n${HELP}`);
    }
    return { info };
  },

  print(_ip: Ip, out: Printer, info: LinkInfo): void {
    const protocol = etherTypeName(Number(info.protocol));
    out.both('protocol', protocol, `protocol ${protocol} `);
    out.both('id', Number(info.id), `id ${info.id} `);
    const flags = FLAGS.filter((name) => info[name] === true).map((name) => name.toUpperCase());
    out.openArray('flags', '<');
    flags.forEach((name, i) => {
      out.both(undefined, name, i === flags.length - 1 ? name : `${name},`);
    });
    out.closeArray('> ');
    printQosMap(out, 'ingress_qos', 'ingress-qos-map', info.ingress_qos_map);
    printQosMap(out, 'egress_qos', 'egress-qos-map', info.egress_qos_map);
  },
};

/** Pairs FROM:TO up to the next word without a colon. */
function qosMap(words: Words, option: string): string {
  const pairs: string[] = [];
  const first = words.value();
  for (let word = first; word.includes(':'); word = words.rest()[0] ?? '') {
    const [from = '', to = ''] = word.split(':');
    if (parseUnsigned(from) === undefined || parseUnsigned(to) === undefined) throw wrong(`invalid ${option}`, word);
    pairs.push(word);
    if (words.rest()[1]?.includes(':') !== true) return pairs.join(' ');
    words.step();
  }
  throw wrong(`invalid ${option}`, first);
}

function printQosMap(out: Printer, key: string, name: string, map: LinkInfo[string]): void {
  if (typeof map !== 'string' || map === '') return;
  out.openArray(key);
  out.newline();
  out.text(`      ${name} { `);
  for (const pair of map.split(' ')) {
    const [from, to] = pair.split(':');
    out.openObject();
    out.both('from', Number(from), `${from}:`);
    out.both('to', Number(to), `${to} `);
    out.closeObject();
  }
  out.closeArray();
  out.text('} ');
}
