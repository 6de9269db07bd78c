import { WaitQueue } from '../../base/wait-queue.ts';
import type { NftTraceEvent, NftVerdict } from '../../kernel/netfilter/nft-trace.ts';
import type { Rule } from '../../kernel/netfilter/rule.ts';
import type { Family } from '../../kernel/rtnetlink/messages.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { matchExtension, targetExtension } from './extensions.ts';
import { familyNumber, packetLine } from './monitor-packet.ts';
import { isNative } from './native.ts';
import { RuleText } from './rule-text.ts';

const NAME = 'xtables-monitor';
const USAGE = `${NAME} 1.8.9 (nf_tables)
Usage: ${NAME} [ -t | -e ]
        --trace    -t    trace ruleset traversal of packets tagged via -j TRACE rule
        --event    -e    show events that modify the ruleset
Optional arguments:
        --ipv4     -4    only monitor IPv4
        --ipv6     -6    only monitor IPv6
	--counters -c    show counters in rules
`;

/** One message as text; `problem` is what the program complains of in the middle of `text`'s line, and ends with. */
interface Shown {
  readonly packet: string;
  readonly text: string;
  readonly problem: string | undefined;
}

class Monitor {
  private readonly c: Command;
  private readonly only: Family | undefined;
  private readonly counters: boolean;

  constructor(c: Command, only: Family | undefined, counters: boolean) {
    this.c = c;
    this.only = only;
    this.counters = counters;
  }

  /** Until a signal ends the program, or a rule that it cannot read. */
  *watch(): Sys<number> {
    const { c } = this;
    const news = new WaitQueue();
    const waiting: Shown[] = [];
    const leave = c.p.netns.dataPlane.nftables.traces.subscribe((event) => {
      if (this.only !== undefined && event.table.family !== this.only) return;
      waiting.push(this.show(event));
      news.wake();
    });
    try {
      for (;;) {
        if (waiting.length === 0) yield* c.p.wait([news], undefined, 'nf_tables events');
        for (const { packet, text, problem } of waiting.splice(0)) {
          c.out(packet);
          if (problem === undefined) c.out(text);
          else {
            yield* c.flush();
            yield* c.p.printError(problem);
            c.out(text);
            return 3;
          }
        }
        yield* c.flush();
      }
    } finally {
      leave();
    }
  }

  private show({ id, table, chain, rule, verdict, packet: traced }: NftTraceEvent): Shown {
    const { family } = table;
    const about = `${familyNumber(family)} ${id.toString(16).padStart(8, '0')} `;
    const packet = traced === undefined ? '' : `PACKET: ${about}${packetLine(traced, family)}\n`;
    const head = ` TRACE: ${about}${table.name}:${chain}:`;
    if (rule === undefined) return { packet, text: `${head}policy:${verdictText(verdict)} \n`, problem: undefined };
    const begin = `${head}rule:0x${rule.handle.toString(16)}:${verdictText(verdict)}  -${family === 'inet' ? 4 : 6} -t ${table.name} `;
    const unreadable = family === 'inet6' ? whatIpv4Lacks(rule) : undefined;
    if (unreadable !== undefined) {
      const problem = `Error: ${unreadable}\n${NAME} v1.8.9 (nf_tables): Parsing nftables rule failed\nPerhaps ${NAME} or your kernel needs to be upgraded.\n`;
      return { packet, text: begin, problem };
    }
    const counters = this.counters ? `[${rule.packets}:${rule.bytes}] ` : '';
    return { packet, text: `${begin}${counters}${new RuleText(this.c.p, family).save(chain, rule, false)}\n`, problem: undefined };
  }
}

function verdictText(verdict: NftVerdict): string {
  if (typeof verdict === 'object') return `${verdict.goto ? 'GOTO' : 'JUMP'}:${verdict.chain}`;
  // It has no name for NFT_RETURN, which is -5.
  return verdict === 'return' ? '0xfffffffb' : verdict.toUpperCase();
}

/** The program has looked up IPv4's extensions only: with other rules of ip6tables it fails. */
function whatIpv4Lacks({ spec: { matches, target } }: Rule): string | undefined {
  if (matches.some((match) => (match.name === 'tcp' || match.name === 'udp') && isNative(match)))
    return 'unsupported layer 4 protocol value';
  if (matches.some(({ name }) => matchExtension(name, 'inet') === undefined)) return 'match extension not found';
  const extended = target !== undefined && targetExtension(target.name, 'inet6') !== undefined;
  return extended && targetExtension(target.name, 'inet') === undefined ? 'target extension not found' : undefined;
}

function* main(c: Command): Sys<number> {
  const parsed = getopt(c.args, {
    short: 'cetV46h',
    long: { counters: 'c', trace: 't', event: 'e', ipv4: '4', ipv6: '6', version: 'V', help: 'h' },
  });
  if (parsed instanceof UsageError) {
    yield* c.error(`${NAME} 1.8.9: Bad argument.\nTry \`${NAME} -h' for more information.\n`);
    return 2;
  }
  const flags = new Set(parsed.options.map(({ flag }) => flag));
  if (flags.has('V')) {
    c.out(`${NAME} 1.8.9\n`);
    return 0;
  }
  if (flags.has('h') || !(flags.has('t') || flags.has('e'))) {
    c.out(USAGE);
    return 1;
  }
  const only = parsed.options.findLast(({ flag }) => flag === '4' || flag === '6')?.flag;
  if (!flags.has('t')) {
    yield* c.error("vethlab's xtables-monitor shows no changes of the rules: trace packets with -t.\n");
    return 1;
  }
  return yield* new Monitor(c, only === undefined ? undefined : only === '4' ? 'inet' : 'inet6', flags.has('c')).watch();
}

/** xtables-monitor 1.8.9: shows which rules a packet meets that target TRACE has marked. */
export const xtablesMonitor = command(NAME, main, '/usr/sbin');
