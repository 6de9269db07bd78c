import type { LinkInfo } from '../../kernel/rtnetlink/messages.ts';
import type { Ip } from './context.ts';
import { parseLinkAddress } from './link-address.ts';
import type { KindArguments, LinkKind } from './link-kind.ts';
import { Exit, matches, parseUnsigned, type Words } from './parse.ts';
import type { Printer } from './printer.ts';

const HELP = `Usage: ... macvlan mode MODE [flag MODE_FLAG] MODE_OPTS [bcqueuelen BC_QUEUE_LEN]

MODE: private | vepa | bridge | passthru | source
MODE_FLAG: null | nopromisc | nodst
MODE_OPTS: for mode "source":
	macaddr { { add | del } <macaddr> | set [ <macaddr> [ <macaddr>  ... ] ] | flush }
BC_QUEUE_LEN: Length of the rx queue for broadcast/multicast: [0-4294967295]
`;

const MODES = ['private', 'vepa', 'bridge', 'passthru', 'source'];

/** Devices with addresses of their own on one below: iplink_macvlan.c. */
export const macvlanLink: LinkKind = {
  kind: 'macvlan',
  help: HELP,

  parse(_ip: Ip, words: Words): KindArguments {
    const info: Record<string, string | number | boolean> = {};
    for (; words.left > 0; words.step()) {
      const { word } = words;
      if (matches(word, 'mode')) info.mode = mode(words.value());
      else if (matches(word, 'flag')) Object.assign(info, flag(words.value()));
      else if (matches(word, 'macaddr')) readSources(words, info);
      else if (matches(word, 'nopromisc')) info.nopromisc = true;
      else if (matches(word, 'bcqueuelen')) {
        const value = words.value();
        const length = parseUnsigned(value);
        if (length === undefined)
          throw new Exit(1, `Error: argument of "bcqueuelen" must be a positive integer [0-4294967295], not "${value}"\n`);
        info.bcqueuelen = length;
      } else if (matches(word, 'help')) throw new Exit(1, HELP);
      else throw new Exit(1, `macvlan: unknown option "${word}"?\n${HELP}`);
    }
    if (info.nopromisc === true && info.mode !== 'passthru')
      throw new Exit(1, `macvlan: nopromisc flag only valid in passthru mode\n${HELP}`);
    // Without a flag that is on, none are sent.
    if (info.nopromisc !== true && info.nodst !== true) {
      delete info.nopromisc;
      delete info.nodst;
    }
    return { info };
  },

  print(_ip: Ip, out: Printer, info: LinkInfo): void {
    out.both('mode', String(info.mode), `mode ${info.mode} `);
    if (info.nopromisc === true) out.both('nopromisc', true, 'nopromisc ');
    if (info.nodst === true) out.both('nodst', true, 'nodst ');
    out.both('bcqueuelen', Number(info.bcqueuelen), `bcqueuelen ${info.bcqueuelen} `);
    out.both('usedbcqueuelen', Number(info.usedbcqueuelen), `usedbcqueuelen ${info.usedbcqueuelen} `);
    if (typeof info.macaddr !== 'string') return;
    const macs = info.macaddr === '' ? [] : info.macaddr.split(' ');
    out.both('macaddr_count', macs.length, `remotes (${macs.length}) `);
    if (macs.length === 0) return;
    out.openArray('macaddr_data');
    for (const mac of macs) out.both(undefined, mac, `${mac} `);
    out.closeArray();
  },
};

function mode(word: string): string {
  if (MODES.includes(word)) return word;
  throw new Exit(1, `Error: argument of "mode" must be "private", "vepa", "bridge", "passthru" or "source", not "${word}"\n`);
}

function flag(word: string): { readonly nopromisc: boolean; readonly nodst: boolean } {
  if (word !== 'null' && word !== 'nopromisc' && word !== 'nodst')
    throw new Exit(1, `Error: argument of "flag" must be "nopromisc", "nodst" or "null", not "${word}"\n`);
  return { nopromisc: word === 'nopromisc', nodst: word === 'nodst' };
}

/** `macaddr add MAC`, `del MAC`, `set [MAC …]` or `flush`. */
function readSources(words: Words, info: Record<string, string | number | boolean>): void {
  const command = words.value();
  if (matches(command, 'add') || matches(command, 'del')) {
    info.macaddr_mode = matches(command, 'add') ? 'add' : 'del';
    info.macaddr = sourceAddress(words.value());
  } else if (matches(command, 'set')) {
    info.macaddr_mode = 'set';
    const macs: string[] = [];
    while (words.left > 1) macs.push(sourceAddress(words.value()));
    info.macaddr = macs.join(' ');
  } else if (matches(command, 'flush')) info.macaddr_mode = 'flush';
  else throw new Exit(1, HELP);
}

function sourceAddress(word: string): string {
  const found = parseLinkAddress(word);
  if (!('address' in found)) throw new Exit(1, `"${word}" is invalid lladdr.\n`);
  return word;
}
