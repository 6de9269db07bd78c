import type { Errno } from '../../base/errno.ts';
import type { LinkInfo } from '../../kernel/rtnetlink/messages.ts';
import type { Brctl } from './brctl.ts';
import { linkOf } from './links.ts';

// What brctl sets, through /sys/class/net/BRIDGE/bridge and /sys/class/net/PORT/brport.

/** Seconds with a fraction, as sscanf(3) reads them at a word's beginning; in centiseconds. */
function centiseconds(word: string): number | undefined {
  const found = /^\s*[+-]?(\d+\.?\d*|\.\d+)/.exec(word);
  return found === null ? undefined : Math.trunc(Number(found[0]) * 100);
}

/** %i: decimal, 0x… or 0… at a word's beginning. */
function integer(word: string): number | undefined {
  const found = /^\s*([+-]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(word);
  if (found === null) return undefined;
  const digits = found[2] as string;
  const value = /^0[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number(digits);
  return found[1] === '-' ? -value : value;
}

function setBridge(brctl: Brctl, bridge: string, info: LinkInfo, failed: string): number {
  const link = linkOf(brctl, bridge);
  let errno: Errno | undefined;
  if (link === undefined) errno = 'ENODEV';
  else if (link.kind !== 'bridge') errno = 'EOPNOTSUPP';
  else errno = brctl.p.rtnetlink.setLink(link.ifindex, { kind: 'bridge', info })?.errno;
  return errno === undefined ? 0 : brctl.fail(`${failed} failed: ${brctl.reason(errno)}\n`);
}

function setPort(brctl: Brctl, bridge: string, port: string, info: LinkInfo): Errno | undefined {
  const link = linkOf(brctl, port);
  if (link === undefined) return 'ENODEV';
  if (link.slaveKind !== 'bridge') return linkOf(brctl, bridge)?.kind === 'bridge' ? 'ENOENT' : 'EOPNOTSUPP';
  return brctl.p.rtnetlink.bridge.setPort(link.ifindex, info)?.errno;
}

export function setAgeing(brctl: Brctl, [bridge = '', time = '']: readonly string[]): number {
  const value = centiseconds(time);
  if (value === undefined) return brctl.fail('bad ageing time value\n');
  return setBridge(brctl, bridge, { ageing_time: value }, 'set ageing time');
}

export function setBridgePriority(brctl: Brctl, [bridge = '', priority = '']: readonly string[]): number {
  const value = integer(priority);
  if (value === undefined) return brctl.fail('bad priority\n');
  return setBridge(brctl, bridge, { priority: value & 0xffff }, 'set bridge priority');
}

export function setForwardDelay(brctl: Brctl, [bridge = '', time = '']: readonly string[]): number {
  const value = centiseconds(time);
  if (value === undefined) return brctl.fail('bad forward delay value\n');
  return setBridge(brctl, bridge, { forward_delay: value }, 'set forward delay');
}

export function setHello(brctl: Brctl, [bridge = '', time = '']: readonly string[]): number {
  const value = centiseconds(time);
  if (value === undefined) return brctl.fail('bad hello timer value\n');
  return setBridge(brctl, bridge, { hello_time: value }, 'set hello timer');
}

export function setMaxAge(brctl: Brctl, [bridge = '', time = '']: readonly string[]): number {
  const value = centiseconds(time);
  if (value === undefined) return brctl.fail('bad max age value\n');
  return setBridge(brctl, bridge, { max_age: value }, 'set max age');
}

export function setPathCost(brctl: Brctl, [bridge = '', port = '', cost = '']: readonly string[]): number {
  const value = integer(cost);
  if (value === undefined) return brctl.fail('bad path cost value\n');
  const errno = setPort(brctl, bridge, port, { cost: value });
  return errno === undefined ? 0 : brctl.fail(`set path cost failed: ${brctl.reason(errno)}\n`);
}

export function setPortPriority(brctl: Brctl, [bridge = '', port = '', priority = '']: readonly string[]): number {
  const value = integer(priority);
  if (value === undefined) return brctl.fail('bad path priority value\n');
  const errno = setPort(brctl, bridge, port, { priority: value });
  return errno === undefined ? 0 : brctl.fail(`set port priority failed: ${brctl.reason(errno)}\n`);
}

function onOff(word: string): boolean | undefined {
  if (['on', 'yes', '1'].includes(word)) return true;
  return ['off', 'no', '0'].includes(word) ? false : undefined;
}

export function setStp(brctl: Brctl, [bridge = '', word = '']: readonly string[]): number {
  const on = onOff(word);
  if (on === undefined) return brctl.fail('expect on/off for argument\n');
  return setBridge(brctl, bridge, { stp_state: on ? 1 : 0 }, 'set stp status');
}

export function setHairpin(brctl: Brctl, [bridge = '', port = '', word = '']: readonly string[]): number {
  const on = onOff(word);
  if (on === undefined) return brctl.fail('expect on/off for argument\n');
  const errno = setPort(brctl, bridge, port, { hairpin: on });
  if (errno === undefined) return 0;
  if (errno === 'ENODEV') return brctl.fail(`interface ${port} does not exist!\n`);
  return brctl.fail(`can't set ${port} to hairpin on bridge ${bridge}: ${brctl.reason(errno)}\n`);
}
