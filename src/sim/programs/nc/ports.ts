import type { Sys } from '../../machine/process.ts';
import type { Command } from '../lib/command.ts';
import { readServices, type Service, serviceName } from '../net-lib/netdb.ts';
import type { NcOptions } from './options.ts';

/** The ports that `80`, `http`, `20-25` mean, in the order in which they are tried (build_ports). */
export function* portList(c: Command, spec: string, options: NcOptions): Sys<number[]> {
  const dash = /^(\d[^-]*)-(.*)$/.exec(spec);
  if (!dash) return [yield* portNumber(c, spec, options.udp)];
  const ends = [yield* portNumber(c, dash[1] as string, options.udp), yield* portNumber(c, dash[2] as string, options.udp)];
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const ports = Array.from({ length: high - low + 1 }, (_, i) => low + i);
  if (options.shuffle) {
    const { random } = c.p.machine;
    for (let i = ports.length - 1; i > 0; i--) {
      const j = random.int(i + 1);
      [ports[i], ports[j]] = [ports[j] as number, ports[i] as number];
    }
  }
  return ports;
}

/** The port to listen on is read by getaddrinfo(3) alone, which knows no ranges and keeps the lower 16 bits of a number. */
export function* listenPort(c: Command, text: string, options: NcOptions): Sys<number> {
  const named = servicePort(c, text, options.udp);
  if (named !== undefined) return named;
  if (!/^\d+$/.test(text)) yield* c.die(1, 'getaddrinfo: Servname not supported for ai_socktype');
  return Number(BigInt(text) & 0xffffn);
}

function servicePort(c: Command, text: string, udp: boolean): number | undefined {
  return readServices(c.p).find(({ names, protocol }) => protocol === (udp ? 'udp' : 'tcp') && names.includes(text))?.port;
}

function* portNumber(c: Command, text: string, udp: boolean): Sys<number> {
  const named = servicePort(c, text, udp);
  if (named !== undefined) return named;
  const n = /^[ \t]*[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (n >= 1 && n <= 65_535) return n;
  return yield* c.die(1, `port number ${Number.isNaN(n) ? 'invalid' : n < 1 ? 'too small' : 'too large'}: ${text}`);
}

/** `tcp/http`, `tcp/*` where the port has no name or names are not asked for. */
export function protocolAndService(services: readonly Service[], port: number, options: NcOptions): string {
  const protocol = options.udp ? 'udp' : 'tcp';
  return `${protocol}/${(options.numeric ? undefined : serviceName(services, port, protocol)) ?? '*'}`;
}
