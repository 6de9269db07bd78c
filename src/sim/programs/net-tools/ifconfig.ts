import type { Program, Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { setInterface } from './ifconfig-set.ts';
import { IFCONFIG_USAGE } from './ifconfig-usage.ts';
import { findInterface, interfaces, longText, shortText } from './interface-table.ts';

/** ifconfig of net-tools 2.10. */
export const ifconfig: Program = command('ifconfig', main, '/usr/sbin');

const SHORT_HEADER = 'Iface      MTU    RX-OK RX-ERR RX-DRP RX-OVR    TX-OK TX-ERR TX-DRP TX-OVR Flg\n';

function* main(c: Command): Sys<number> {
  let all = false;
  let short = false;
  let at = 0;
  for (; c.args[at]?.startsWith('-'); at++) {
    const option = c.args[at] as string;
    if (option === '-a') all = true;
    else if (option === '-s') short = true;
    else if (option === '-V' || option === '-version' || option === '--version') {
      c.out('net-tools 2.10\n');
      return 0;
    } else if (['-?', '-h', '-help', '--help'].includes(option)) {
      yield* c.error(IFCONFIG_USAGE);
      return 0;
    } else if (option !== '-v') {
      yield* c.error(`ifconfig: option \`${option}' not recognised.\nifconfig: \`--help' gives usage information.\n`);
      return 1;
    }
  }
  const [name, ...words] = c.args.slice(at);
  if (name === undefined) {
    if (short) c.out(SHORT_HEADER);
    for (const found of interfaces(c.p, all)) c.out(short ? shortText(found) : longText(c.p, found));
    return 0;
  }
  if (words.length > 0) return yield* setInterface(c, name, words);
  if (short) c.out(SHORT_HEADER);
  const found = findInterface(c.p, name);
  if (found === undefined) {
    yield* c.error(`${name}: error fetching interface information: Device not found\n`);
    return 1;
  }
  c.out(short ? shortText(found) : longText(c.p, found));
  return 0;
}
