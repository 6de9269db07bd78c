import { parseIpv4 } from '../../../base/address.ts';
import { fail, isError, type KernelError } from '../../../base/result.ts';
import type { Sys } from '../../../machine/process.ts';
import { abbreviated, type BusyboxIp, WordReader } from './context.ts';

const COMMANDS = ['add', 'change', 'delete', 'show', 'list', 'lst'] as const;
/** Modes, and the kind of device of each. */
const MODES: Readonly<Record<string, string>> = {
  ipip: 'ipip',
  'ip/ip': 'ipip',
  gre: 'gre',
  'gre/ip': 'gre',
  sit: 'sit',
  'ipv6/ip': 'sit',
};

/** `ip tunnel …` (iptunnel.c). */
export function* doTunnel(ip: BusyboxIp, words: readonly string[]): Sys<number> {
  const [word, ...rest] = words;
  const command = word === undefined ? 'show' : abbreviated(word, COMMANDS);
  if (command === undefined) return yield* ip.invalid(word as string);
  if (command === 'show' || command === 'list' || command === 'lst') return 0;
  const reader = new WordReader(ip, rest);
  let name: string | undefined;
  let mode: string | undefined;
  const info: Record<string, string | number> = {};
  while (reader.left > 0) {
    const key = reader.next();
    if (key === 'mode') {
      mode = MODES[yield* reader.value()];
      if (mode === undefined) return yield* ip.die("can't guess tunnel mode");
    } else if (key === 'remote' || key === 'local') {
      const value = yield* reader.value();
      info[key] =
        value === 'any'
          ? '0.0.0.0'
          : parseIpv4(value) === undefined
            ? yield* ip.die(`an IP address is expected rather than "${value}"`)
            : value;
    } else if (key === 'ttl' || key === 'hoplimit') info.ttl = yield* ip.number(yield* reader.value(), 'TTL');
    else if (key === 'dev') yield* ip.device(yield* reader.value());
    else name = key === 'name' ? yield* reader.value() : key;
  }
  if (command === 'delete') {
    const link = ip.rtnl.link(name ?? '');
    yield* ip.ioctl('SIOCDELTUNNEL', isError(link) ? link : ip.rtnl.delLink(link.ifindex));
    return 0;
  }
  if (mode === undefined) return yield* ip.die("can't determine tunnel mode (ipip, gre or sit)");
  const done: KernelError | undefined = ip.rtnl.addLink({ kind: mode, ...(name !== undefined && { name }), info });
  // The device that takes the request belongs to a module that is not there.
  yield* ip.ioctl(command === 'add' ? 'SIOCADDTUNNEL' : 'SIOCCHGTUNNEL', done?.errno === 'EOPNOTSUPP' ? fail('ENODEV') : done);
  return 0;
}
