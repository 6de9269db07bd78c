import type { Ip } from './context.ts';
import { parseLink } from './iplink-parse.ts';
import type { KindArguments, LinkKind } from './link-kind.ts';
import { Exit, type Words } from './parse.ts';

const HELP = "Usage: ip link <options> type veth [peer <options>]\nTo get <options> type 'ip link add help'\n";

/** A veth pair: behind `peer` stand the options of the other end, in the words of the first (iplink_vxcan_veth.c). */
export const vethLink: LinkKind = {
  kind: 'veth',
  help: HELP,

  parse(ip: Ip, words: Words, { create }: { readonly create: boolean }): KindArguments {
    if (words.word !== 'peer') throw new Exit(1, HELP);
    words.step();
    const { request, refusal } = parseLink(ip, words, { create, type: 'veth' });
    return { peer: request, ...(refusal === undefined ? {} : { refusal }) };
  },
};
