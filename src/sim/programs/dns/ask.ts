// Asking server after server, and again: what happens in dighost.c where nobody answers.

import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { Process, Sys } from '../../machine/process.ts';
import type { DnsMessage } from '../../wire/dns.ts';
import { type Answer, askTcp, askUdp, hostText, Silence, serverText } from './exchange.ts';

export interface Asked extends Answer {
  readonly server: SockAddr;
}

export interface How {
  readonly servers: readonly SockAddr[];
  readonly source: SockAddr | undefined;
  /** How often is asked in all, but that every server is asked once. */
  readonly tries: number;
  readonly timeoutNs: number;
  readonly tcp: boolean;
  /** As messages name it. */
  readonly name: string;
  /** Prints what goes wrong on the way. */
  readonly say: (line: string) => Sys<void>;
}

/** The first answer; `silent` where there was none, `told` where that has been said already. */
export function* ask(p: Process, query: DnsMessage, how: How): Sys<Asked | 'silent' | 'told'> {
  let left = how.tries;
  let setup = false;
  for (const server of how.servers) {
    for (;;) {
      const transport = { server, source: how.source, timeoutNs: how.timeoutNs };
      const answer = how.tcp ? yield* askTcp(p, query, transport) : yield* askUdp(p, query, transport);
      if (!(answer instanceof Silence)) return { ...answer, server };
      setup = answer.setup;
      if (setup) {
        const what = how.tcp ? 'Connection to' : 'UDP setup with';
        yield* how.say(`${what} ${serverText(server)}(${hostText(server)}) for ${how.name} failed: ${answer.reason}.`);
        yield* how.say('no servers could be reached');
      } else yield* how.say(`communications error to ${serverText(server)}: ${answer.reason}`);
      if (left <= 1) break;
      left--;
    }
  }
  return setup ? 'told' : 'silent';
}
