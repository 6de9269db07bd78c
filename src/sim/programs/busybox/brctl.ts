import { fail, isError, type KernelError } from '../../base/result.ts';
import { IFF_UP } from '../../kernel/device/net-device.ts';
import type { Sys } from '../../machine/process.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { showUsage } from './usage.ts';

/** ioctl cuts names to IFNAMSIZ - 1 characters without a word. */
const MAX_NAME_LENGTH = 15;

const COMMANDS = ['addbr', 'delbr', 'addif', 'delif'];

/** BusyBox's brctl as Debian builds it (networking/brctl.c without FEATURE_BRCTL_FANCY): bridges and their ports, no more. */
export function* busyboxBrctl(c: Command, name: string, args: readonly string[]): Sys<number> {
  const [command, bridge, port] = args;
  if (command === undefined) return yield* showUsage(c, name);
  const die = function* (message: string): Sys<never> {
    yield* c.error(`${name}: ${message}\n`);
    throw new Exit(1);
  };
  if (!COMMANDS.includes(command)) return yield* die(`invalid argument '${command}' to '${name}'`);
  const forPort = command === 'addif' || command === 'delif';
  if (bridge === undefined || (forPort && port === undefined)) return yield* showUsage(c, name);
  const { rtnetlink } = c.p;
  const cut = bridge.slice(0, MAX_NAME_LENGTH);
  const link = rtnetlink.link(cut);
  let done: undefined | KernelError;
  if (command === 'addbr') done = rtnetlink.addLink({ kind: 'bridge', name: cut });
  else if (command === 'delbr') {
    // br_del_bridge(): another kind of device is refused, and a bridge that is up.
    if (isError(link)) done = fail('ENXIO');
    else if (link.kind !== 'bridge') done = fail('EPERM');
    else if ((link.flags & IFF_UP) !== 0) done = fail('EBUSY');
    else done = rtnetlink.delLink(link.ifindex);
  } else {
    const member = rtnetlink.link(port as string);
    if (isError(member)) return yield* die(`iface ${port}: ${reason(member)}`);
    if (isError(link)) done = link;
    else if (link.kind !== 'bridge') done = fail('EOPNOTSUPP');
    else if (command === 'addif')
      done = member.master === undefined ? rtnetlink.setLink(member.ifindex, { master: link.ifindex }) : fail('EBUSY');
    else done = member.master === link.ifindex ? rtnetlink.setLink(member.ifindex, { master: 0 }) : fail('EINVAL');
  }
  return isError(done) ? yield* die(`bridge ${bridge}: ${reason(done)}`) : 0;
}
