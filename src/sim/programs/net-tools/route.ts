import { RT_TABLE_MAIN } from '../../kernel/rtnetlink/messages.ts';
import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command, Exit } from '../lib/command.ts';
import { getopt, UsageError } from '../lib/getopt.ts';
import { ROUTING_FAMILIES } from './lists.ts';
import { E_OPTERR, inetUsage } from './route-exit.ts';
import { inetSetRoute } from './route-set.ts';
import { inet6SetRoute } from './route-set6.ts';
import { ROUTE_USAGE } from './route-usage.ts';
import { inet6Table, inetTable } from './routing-table.ts';
import { versionText } from './version.ts';

/** route of net-tools 2.10. */
export const route: Program = command('route', main, '/usr/sbin');

const LONG = {
  extend: 'e',
  verbose: 'v',
  version: 'V',
  numeric: 'n',
  symbolic: 'N',
  protocol: 'A',
  cache: 'C',
  fib: 'F',
  help: 'h',
  inet: '4',
  inet6: '6',
};

/** Words that begin with a minus and are arguments of add and del, not options. */
const WORDS = ['-net', '-host'];

function* main(c: Command): Sys<number> {
  const words = c.args.filter((word) => !WORDS.includes(word));
  const parsed = getopt(words, { short: 'A:eCFhnN64Vv?', long: LONG });
  if (parsed instanceof UsageError) {
    yield* c.complain(parsed.message);
    return yield* usage(c, 0);
  }
  let numeric = false;
  let extended = 1;
  let cache = false;
  let family: 'inet' | 'inet6' = 'inet';
  let help = false;
  for (const { flag, value } of parsed.options) {
    switch (flag) {
      case 'n':
        numeric = true;
        break;
      case 'e':
        extended++;
        break;
      case 'C':
        cache = true;
        break;
      case '4':
      case '6':
        family = flag === '4' ? 'inet' : 'inet6';
        break;
      case 'A':
        if (value !== 'inet' && value !== 'inet6') {
          yield* c.error(`Unknown address family \`${value}'.\n`);
          return 1;
        }
        family = value;
        break;
      case 'V':
        c.out(versionText({ features: '+NEW_ADDRT +RTF_IRTT +RTF_REJECT +I18N +SELINUX' }));
        return 0;
      case 'h':
      case '?':
        help = true;
        break;
    }
  }
  if (help) return yield* usage(c, 0);
  const action = parsed.operands[0];
  if (action === undefined) {
    if (family === 'inet6') c.out(inet6Table(c.p, numeric));
    else if (cache) c.out('Kernel IP routing cache\nSource          Destination     Gateway         Flags Metric Ref    Use Iface\n');
    else c.out(yield* inetTable(c.p, extended === 1 ? 'metric' : extended === 2 ? 'mss' : 'all', numeric));
    // Where there has never been a table its file is empty, which rprint_fib() takes for an error.
    const none = family === 'inet' && !cache && c.p.rtnetlink.hasTable?.('inet', RT_TABLE_MAIN) === false;
    return none ? 1 : 0;
  }
  if (action !== 'add' && action !== 'del' && action !== 'delete' && action !== 'flush') return yield* usage(c, E_OPTERR);
  if (action === 'flush') {
    yield* c.error(`Flushing \`${family}' routing table not supported\n`);
    return yield* inetUsage(c, E_OPTERR);
  }
  const rest = c.args.slice(c.args.indexOf(action) + 1);
  if (family === 'inet6') return yield* inet6SetRoute(c, action === 'add', rest);
  return yield* inetSetRoute(c, action === 'add', rest);
}

function* usage(c: Command, status: number): Sys<never> {
  if (status === 0) c.out(ROUTE_USAGE);
  else yield* c.error(ROUTE_USAGE);
  yield* c.error(ROUTING_FAMILIES);
  throw new Exit(status);
}
