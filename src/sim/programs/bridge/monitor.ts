import { WaitQueue } from '../../base/wait-queue.ts';
import type { RtnetlinkEvent } from '../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../machine/process.ts';
import { Exit, matches, Words } from '../ip/parse.ts';
import type { Bridge } from './bridge.ts';
import { printEntry } from './fdb.ts';
import { MONITOR_HELP } from './help.ts';
import { printHead, printPort } from './link.ts';
import { printGroup } from './mdb.ts';

/** Groups of news by the word that asks for them, with what stands in front of each with `all`. */
const GROUPS: readonly (readonly [word: string, types: readonly RtnetlinkEvent['type'][]])[] = [
  ['link', ['link', 'bridgePort']],
  ['fdb', ['fdb']],
  ['mdb', ['mdb']],
  ['vlan', []],
  ['vni', []],
];

const LABELS: Readonly<Partial<Record<RtnetlinkEvent['type'], string>>> = {
  link: '[LINK]',
  bridgePort: '[LINK]',
  fdb: '[NEIGH]',
  mdb: '[MDB]',
};

/** `bridge monitor …` (bridge/monitor.c): prints what rtnetlink announces about bridges until it is interrupted. */
export function* doMonitor(bridge: Bridge, argv: readonly string[]): Sys<number> {
  const types = new Set<RtnetlinkEvent['type']>();
  let labels = false;
  let chosen = false;
  for (const words = new Words(argv); words.left > 0; words.step()) {
    const { word } = words;
    const group = GROUPS.find(([name]) => matches(word, name));
    if (matches(word, 'file')) {
      words.value();
      throw new Exit(255, 'Cannot fopen: No such file or directory\n');
    }
    if (group !== undefined) {
      chosen = true;
      for (const type of group[1]) types.add(type);
    } else if (word === 'all') labels = true;
    else if (matches(word, 'help')) throw new Exit(255, MONITOR_HELP);
    else throw new Exit(255, `Argument "${word}" is unknown, try "bridge monitor help".\n`);
  }
  if (!chosen) for (const [, all] of GROUPS) for (const type of all) types.add(type);

  const news = new WaitQueue();
  let waiting = false;
  for (const link of bridge.rtnl.links()) bridge.remember(link.ifindex, link.name);
  const leave = bridge.rtnl.subscribe((event) => {
    if (event.type === 'link') bridge.remember(event.link.ifindex, event.link.name);
    if (!types.has(event.type)) return;
    if (labels) bridge.out(LABELS[event.type] ?? '');
    printEvent(bridge, event);
    waiting = true;
    news.wake();
  });
  try {
    for (;;) {
      if (!waiting) yield* bridge.p.wait([news], undefined, 'rtnetlink');
      waiting = false;
      yield* bridge.flush();
    }
  } finally {
    leave();
  }
}

function printEvent(bridge: Bridge, event: RtnetlinkEvent): void {
  const out = bridge.printer({ json: false });
  const { deleted } = event;
  switch (event.type) {
    case 'link':
      printHead(bridge, out, event.link, { inet6: false, deleted });
      out.text('\n');
      return;
    case 'bridgePort':
      printPort(bridge, out, event.port, deleted);
      return;
    case 'fdb':
      printEntry(bridge, out, event.fdb, { device: true, deleted });
      return;
    case 'mdb':
      printGroup(bridge, out, event.mdb, deleted);
      return;
    default:
  }
}
