import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { isRealTimeSignal, parseSignal, SIGNAL_NUMBERS, type Signal, STANDARD_SIGNALS, signalOfNumber } from '../../machine/signal.ts';
import { command } from '../lib/command.ts';
import { shortName } from './signal-name.ts';

const USAGE = `
Usage:
 kill [options] <pid> [...]

Options:
 <pid> [...]            send signal to every <pid> listed
 -<signal>, -s, --signal <signal>
                        specify the <signal> to be sent
 -q, --queue <value>    integer value to be sent with the signal
 -l, --list=[<signal>]  list all signal names, or convert one to a name
 -L, --table            list all signal names in a nice table

 -h, --help     display this help and exit
 -V, --version  output version information and exit

For more details see kill(1).
`;
const LINE_WIDTH = 78;

function nameList(): string {
  const lines: string[] = [];
  let line = '';
  for (const signal of STANDARD_SIGNALS) {
    const name = signal === 'SIGIO' ? 'POLL' : shortName(signal);
    if (line.length + name.length + 1 > LINE_WIDTH) {
      lines.push(line);
      line = '';
    }
    line += (line === '' ? '' : ' ') + name;
  }
  return `${[...lines, line].join('\n')}\n`;
}

/** kill of procps; a shell has its own. */
export const kill = command(
  'kill',
  function* (c) {
    let signal: Signal | 0 | undefined = 'SIGTERM';
    const targets: string[] = [];
    for (let i = 0; i < c.args.length; i++) {
      const word = c.args[i] as string;
      if (word === '-l' || word === '--list' || word === '-L' || word === '--table') {
        const asked = c.args[i + 1];
        if (asked === undefined) c.out(nameList());
        else {
          const found = /^\d+$/.test(asked) ? signalOfNumber(Number(asked) & 127) : parseSignal(asked);
          // It knows real-time signals where it sends them only.
          if (found === undefined || isRealTimeSignal(found)) yield* c.complain(`unknown signal name ${asked}`);
          else c.out(/^\d+$/.test(asked) ? `${shortName(found)}\n` : `${SIGNAL_NUMBERS[found]}\n`);
        }
        return 0;
      }
      const given = word === '-s' || word === '--signal' ? c.args[++i] : word.startsWith('--signal=') ? word.slice(9) : undefined;
      if (given !== undefined || (word.startsWith('-') && word !== '--' && targets.length === 0)) {
        const name = given ?? word.slice(1);
        signal = name === '0' ? 0 : parseSignal(name);
        if (signal === undefined) return yield* c.die(1, `unknown signal name ${name}`);
      } else if (word !== '--') targets.push(word);
    }
    if (targets.length === 0) {
      yield* c.error(USAGE);
      return 1;
    }
    let status = 0;
    for (const target of targets) {
      if (!/^-?\d+$/.test(target)) {
        yield* c.complain(`failed to parse argument: '${target}'`);
        status = 1;
        continue;
      }
      const error = c.p.kill(Number(target), signal);
      if (isError(error)) {
        yield* c.complain(`(${target}): ${strerror(error.errno)}`);
        status = 1;
      }
    }
    return status;
  },
  '/usr/bin',
);
