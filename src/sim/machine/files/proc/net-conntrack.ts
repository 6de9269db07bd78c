import { procLine } from '../../../kernel/netfilter/conntrack/entry-text.ts';
import { snapshot } from '../../../kernel/netfilter/conntrack/snapshot.ts';
import type { NetNamespace } from '../../../kernel/netns.ts';

/** /proc/net/nf_conntrack */
export function conntrackText(ns: NetNamespace): string {
  const { conntracks } = ns.dataPlane;
  return conntracks
    .entries()
    .map((ct) => procLine(snapshot(ct, conntracks.now)))
    .join('');
}

const STAT_HEAD =
  'entries  clashres found new invalid ignore delete chainlength insert insert_failed drop early_drop icmp_error  expect_new expect_create expect_delete search_restart\n';

/** /proc/net/stat/nf_conntrack: a line for each of the machine's two processors, of which the first does all the work. */
export function conntrackStatText(ns: NetNamespace): string {
  const { table, statistics: s } = ns.dataPlane.conntracks;
  const hex = (n: number): string => n.toString(16).padStart(8, '0');
  const line = (n: (value: number) => number): string => {
    const first = [n(s.clashResolve), n(s.found), 0, n(s.invalid), 0, 0, n(s.chainTooLong), n(s.insert), n(s.insertFailed)].map(hex);
    const second = [n(s.drop), n(s.earlyDrop), n(s.error)].map(hex);
    return `${hex(table.size)}  ${first.join(' ')} ${second.join(' ')}  ${[0, 0, 0, n(s.searchRestart)].map(hex).join(' ')}\n`;
  };
  return `${STAT_HEAD}${line((value) => value)}${line(() => 0)}`;
}
