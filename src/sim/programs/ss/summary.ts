import { TCP_CLOSE_WAIT, TCP_ESTABLISHED } from '../../kernel/tcp/state.ts';
import type { Process } from '../../machine/process.ts';
import { procLines } from '../net-tools/resolve.ts';

/** `ss -s`: out of /proc/net/sockstat, sockstat6 (print_summary). */
export function summaryText(p: Process): string {
  const numbers = new Map<string, number>();
  for (const line of ['/proc/net/sockstat', '/proc/net/sockstat6'].flatMap((path) => procLines(p, path, 0))) {
    const [protocol = '', rest = ''] = line.split(': ', 2);
    const words = rest.split(' ');
    for (let i = 0; i < words.length; i += 2) numbers.set(`${protocol} ${words[i]}`, Number(words[i + 1]));
  }
  const of = (key: string): number => numbers.get(key) ?? 0;
  const hashed = of('TCP inuse') + of('TCP6 inuse');
  const timeWait = of('TCP tw');
  const allocated = of('TCP alloc');
  const closed = allocated - (hashed - timeWait);
  let out = `Total: ${of('sockets used')}\n`;
  out += `TCP:   ${allocated + timeWait} (estab ${established(p)}, closed ${closed}, orphaned ${of('TCP orphan')}, timewait ${timeWait})\n\n`;
  out += 'Transport Total     IP        IPv6\n';
  const row = (name: string, four: number, six: number): void => {
    out += `${name}\t  ${[four + six, four, six].map((n) => String(n).padEnd(9)).join(' ')}\n`;
  };
  row('RAW', of('RAW inuse'), of('RAW6 inuse'));
  row('UDP', of('UDP inuse'), of('UDP6 inuse'));
  row('TCP', of('TCP inuse'), of('TCP6 inuse'));
  row('INET', of('RAW inuse') + of('UDP inuse') + of('TCP inuse'), of('RAW6 inuse') + of('UDP6 inuse') + of('TCP6 inuse'));
  row('FRAG', of('FRAG inuse'), of('FRAG6 inuse'));
  return `${out}\n`;
}

/** Connections that are open in at least one direction (CurrEstab of RFC 4022). */
function established(p: Process): number {
  return p.sockets.tcpDump().filter(({ state }) => state === TCP_ESTABLISHED || state === TCP_CLOSE_WAIT).length;
}
