import type { Sys } from '../../machine/process.ts';
import type { Command } from '../lib/command.ts';

// What ethtool says of requests that no virtual device here answers: by netlink, or by the older ioctl.

const NETLINK = 'netlink error: Operation not supported\n';
const NO_DEVICE = 'netlink error: no device matches name (offset 24)\nnetlink error: No such device\n';

/** Requests by netlink, with the exit status of a refusal. */
const BY_NETLINK: Readonly<Record<string, number>> = {
  '-a': 1,
  '--show-pause': 1,
  '-A': 76,
  '--pause': 76,
  '-c': 1,
  '--show-coalesce': 1,
  '-C': 1,
  '--coalesce': 1,
  '-g': 1,
  '--show-ring': 1,
  '-G': 81,
  '--set-ring': 81,
  '-m': 1,
  '--module-info': 1,
  '-s': 75,
  '--change': 75,
  '--show-eee': 1,
  '--show-fec': 1,
  '--show-priv-flags': 1,
  '--cable-test': 1,
};

/** Requests by ioctl: what cannot be done, and the exit status. */
const BY_IOCTL: Readonly<Record<string, readonly [what: string, status: number]>> = {
  '-r': ['Cannot restart autonegotiation', 255],
  '--negotiate': ['Cannot restart autonegotiation', 255],
  '-p': ['Cannot identify NIC', 255],
  '--identify': ['Cannot identify NIC', 255],
  '-t': ['Cannot test', 74],
  '--test': ['Cannot test', 74],
  '-d': ['Cannot get register dump', 74],
  '--register-dump': ['Cannot get register dump', 74],
  '-e': ['Cannot get EEPROM data', 74],
  '--eeprom-dump': ['Cannot get EEPROM data', 74],
  '-x': ['Cannot get RX ring count', 1],
  '--show-rxfh-indir': ['Cannot get RX ring count', 1],
  '-w': ['Can not get dump level', 1],
  '--get-dump': ['Can not get dump level', 1],
};

/** Answers a request that is always refused; undefined for others. Settings need words behind the device, questions take none. */
export function* refuse(c: Command, flag: string, words: number, exists: boolean): Sys<number | undefined> {
  const status = BY_NETLINK[flag];
  if (status !== undefined) {
    const setting = status > 1 || flag === '-C' || flag === '--coalesce';
    if (words > 0 !== setting) return undefined;
    yield* c.error(exists ? NETLINK : NO_DEVICE);
    return status;
  }
  const refusal = BY_IOCTL[flag];
  if (refusal === undefined) return undefined;
  yield* c.error(`${refusal[0]}: ${exists ? 'Operation not supported' : 'No such device'}\n`);
  return refusal[1];
}
