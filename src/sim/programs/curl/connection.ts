// Making connections: lib/hostip.c, lib/connect.c (happy eyeballs, RFC 8305), lib/cf-socket.c.

import { ERRNO_NUMBER, strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import type { NetNamespace } from '../../kernel/netns.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import type { Sys } from '../../machine/process.ts';
import { OUT_OF_TIME, within } from '../net-lib/deadline.ts';
import { getaddrinfo, type HostAddress, LookupError, numericAddress, socketAddress } from '../net-lib/getaddrinfo.ts';
import { numericHost } from '../net-lib/getnameinfo.ts';
import { type AnyStream, installStream } from '../net-lib/stream-file.ts';
import { connectUnix } from '../net-lib/unix-path.ts';
import { failed, TransferError } from './errors.ts';
import type { Config } from './options.ts';
import type { Session } from './session.ts';

/** How long the first family is tried before the second one joins in. */
const HAPPY_EYEBALLS_NS = 200 * NS_PER_MS;
const CONNECT_TIMEOUT_S = 300;

export interface Connection {
  readonly id: number;
  /** Who it leads to: a later transfer to the same place uses it again. */
  readonly key: string;
  readonly host: string;
  readonly fd: number;
  readonly socket: AnyStream;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localAddress: string;
  readonly localPort: number;
}

/** Where a transfer goes. */
export interface Destination {
  /** What messages call it. */
  readonly host: string;
  /** What `Connected to` says, where that differs. */
  readonly displayName?: string;
  readonly zone: string | undefined;
  readonly port: number;
  readonly key: string;
}

/** When things happened in a transfer, ns; undefined for what did not. */
export interface Times {
  readonly startNs: number;
  nameLookupNs: number | undefined;
  connectNs: number | undefined;
  preTransferNs: number | undefined;
  startTransferNs: number | undefined;
}

/** Zones are not shown. */
const addressText = (ns: NetNamespace, address: HostAddress): string => numericHost(ns, address).replace(/%.*/, '');

const milliseconds = (ns: number): number => Math.floor(ns / NS_PER_MS);

/** Looks up the name and connects. The transfer's own deadline ends both. */
export function* openConnection(
  s: Session,
  config: Config,
  to: Destination,
  id: number,
  times: Times,
  deadlineNs: number | undefined,
): Sys<Connection | TransferError> {
  const { p } = s;
  if (config.unixSocket) return yield* openUnix(s, config.unixSocket, to, id, times);
  const found = yield* lookUp(s, to, times, deadlineNs);
  if (failed(found)) return found;
  const addresses = found.filter(({ family }) => config.family === undefined || family === config.family);
  times.nameLookupNs = p.nowNs;
  if (addresses.length === 0) return new TransferError(7);
  const connectDeadline = p.nowNs + (config.connectTimeout ?? CONNECT_TIMEOUT_S) * NS_PER_S;
  const result = yield* race(s, config, to, addresses, times, connectDeadline, deadlineNs);
  if (failed(result)) {
    if (result.code === 28 && result.message.startsWith('Connection timed out')) return result;
    const message = `Failed to connect to ${to.host} port ${to.port} after ${milliseconds(p.nowNs - times.startNs)} ms: ${result.message}`;
    return new TransferError(result.code, message);
  }
  times.connectNs = p.nowNs;
  const local = result.socket.localAddress();
  return {
    id,
    key: to.key,
    host: to.host,
    fd: result.fd,
    socket: result.socket,
    remoteAddress: addressText(p.netns, result.address),
    remotePort: to.port,
    localAddress: addressText(p.netns, local),
    localPort: local.port,
  };
}

function* lookUp(s: Session, to: Destination, times: Times, deadlineNs: number | undefined): Sys<readonly HostAddress[] | TransferError> {
  const key = `${to.host}:${to.port}`;
  const cached = s.dnsCache.get(key);
  if (cached) {
    yield* s.info(`Hostname ${to.host} was found in DNS cache`);
    return cached;
  }
  const { p } = s;
  // RFC 6761: localhost is never looked up.
  const local: readonly HostAddress[] | undefined = /^(.*\.)?localhost\.?$/i.test(to.host)
    ? [
        { family: 'inet', address: 0x7f00_0001 },
        { family: 'inet6', address: '::1', scopeId: 0 },
      ]
    : undefined;
  const numeric = numericAddress(p, to.zone === undefined ? to.host : `${to.host}%${to.zone}`);
  const found = local ?? (numeric ? [numeric] : yield* within(p, deadlineNs, getaddrinfo(p, to.host)));
  if (found === OUT_OF_TIME) {
    return new TransferError(28, `Resolving timed out after ${milliseconds(p.nowNs - times.startNs)} milliseconds`);
  }
  if (found instanceof LookupError) return new TransferError(6, `Could not resolve host: ${to.host}`);
  const addresses = 'addresses' in found ? found.addresses : found;
  s.dnsCache.set(key, addresses);
  return addresses;
}

/** One family's addresses, tried one after another. */
interface Runner {
  readonly family: 'inet' | 'inet6';
  readonly addresses: HostAddress[];
  current: Attempt | undefined;
  deadlineNs: number;
  outcome: TransferError | undefined;
}

interface Attempt {
  readonly address: HostAddress;
  readonly socket: StreamSocket;
  readonly fd: number;
}

function* race(
  s: Session,
  config: Config,
  to: Destination,
  addresses: readonly HostAddress[],
  times: Times,
  connectDeadlineNs: number,
  deadlineNs: number | undefined,
): Sys<Attempt | TransferError> {
  const { p } = s;
  const first = addresses[0]?.family as 'inet' | 'inet6';
  const runners: Runner[] = [first, first === 'inet' ? ('inet6' as const) : ('inet' as const)]
    .map(
      (family): Runner => ({
        family,
        addresses: addresses.filter((a) => a.family === family),
        current: undefined,
        deadlineNs: 0,
        outcome: undefined,
      }),
    )
    .filter((runner) => runner.addresses.length > 0);
  const secondAtNs = p.nowNs + HAPPY_EYEBALLS_NS;
  let started = 0;
  for (;;) {
    if (started < runners.length && (started === 0 || p.nowNs >= secondAtNs || runners[0]?.outcome)) {
      yield* next(s, config, to, runners[started++] as Runner, connectDeadlineNs);
    }
    for (const runner of runners.slice(0, started)) {
      while (runner.current) {
        const settled = yield* check(s, config, to, runner, connectDeadlineNs);
        if (settled === 'connected') {
          const winner = runner.current;
          for (const other of runners) if (other.current && other.current !== winner) p.close(other.current.fd);
          return winner;
        }
        if (settled === 'waiting') break;
      }
    }
    const open = runners.slice(0, started).filter(({ current }) => current !== undefined);
    if (open.length === 0) {
      if (started < runners.length) continue;
      return runners.find(({ outcome }) => outcome)?.outcome ?? new TransferError(7);
    }
    if (deadlineNs !== undefined && p.nowNs >= deadlineNs) {
      for (const { current } of open) p.close((current as Attempt).fd);
      return new TransferError(28, `Connection timed out after ${milliseconds(p.nowNs - times.startNs)} milliseconds`);
    }
    const wakeNs = Math.min(
      ...open.map((runner) => runner.deadlineNs),
      started < runners.length ? secondAtNs : Number.POSITIVE_INFINITY,
      deadlineNs ?? Number.POSITIVE_INFINITY,
    );
    yield* p.wait(
      open.map(({ current }) => (current as Attempt).socket.writable),
      wakeNs,
      'connect',
    );
  }
}

/** Begins with a runner's next address, the one after if that fails at once. */
function* next(s: Session, config: Config, to: Destination, runner: Runner, connectDeadlineNs: number): Sys<void> {
  const { p } = s;
  for (let address = runner.addresses.shift(); address; address = runner.addresses.shift()) {
    const text = addressText(p.netns, address);
    yield* s.info(`  Trying ${address.family === 'inet6' ? `[${text}]` : text}:${to.port}...`);
    const socket = p.sockets.tcp(address.family);
    socket.setOptions({
      noDelay: config.noDelay,
      keepAlive: config.keepAlive,
      ...(config.keepAlive ? { keepIdle: 60, keepInterval: 60 } : {}),
    });
    const fd = installStream(p, socket);
    if (isError(fd)) {
      runner.outcome = new TransferError(7);
      return;
    }
    if (!(yield* bindLocal(s, config, address.family, socket))) {
      p.close(fd);
      runner.outcome = new TransferError(45);
      continue;
    }
    const answer = socket.connect(socketAddress(address, to.port));
    if (isError(answer) && answer.errno !== 'EINPROGRESS') {
      yield* s.info(`Immediate connect fail for ${text}: ${strerror(answer.errno)}`);
      p.close(fd);
      runner.outcome = new TransferError(7);
      continue;
    }
    runner.current = { address, socket, fd };
    // The last address may take all the time that is left, another half of it.
    const left = connectDeadlineNs - p.nowNs;
    runner.deadlineNs = p.nowNs + (runner.addresses.length > 0 ? left / 2 : left);
    return;
  }
}

function* check(
  s: Session,
  config: Config,
  to: Destination,
  runner: Runner,
  connectDeadlineNs: number,
): Sys<'connected' | 'waiting' | 'failed'> {
  const { p } = s;
  const { socket, address, fd } = runner.current as Attempt;
  const state = socket.poll();
  if (state.writable || state.error) {
    const answer = socket.takeError() ?? socket.connect(socketAddress(address, to.port));
    if (!isError(answer) || answer.errno === 'EISCONN') return 'connected';
    yield* s.info(`connect to ${addressText(p.netns, address)} port ${to.port} failed: ${strerror(answer.errno)}`);
    runner.outcome = new TransferError(7);
  } else if (p.nowNs >= runner.deadlineNs) {
    const tried = milliseconds((config.connectTimeout ?? CONNECT_TIMEOUT_S) * NS_PER_S);
    yield* s.info(`${runner.family === 'inet' ? 'ipv4' : 'ipv6'} connect timeout after ${tried}ms, move on!`);
    runner.outcome = new TransferError(28);
  } else return 'waiting';
  p.close(fd);
  runner.current = undefined;
  yield* next(s, config, to, runner, connectDeadlineNs);
  return runner.current === undefined ? 'failed' : 'waiting';
}

/** --interface and --local-port (bindlocal). */
function* bindLocal(s: Session, config: Config, family: 'inet' | 'inet6', socket: StreamSocket): Sys<boolean> {
  const { p } = s;
  if (config.interface === undefined && config.localPort === undefined) return true;
  const name = config.interface?.replace(/^(if|host)!/, '');
  const device = name === undefined ? undefined : [...p.netns.devices.values()].find((dev) => dev.name === name);
  if (device && !config.interface?.startsWith('host!')) {
    socket.setOptions({ bindToDevice: device.ifindex });
    if (config.localPort === undefined) return true;
  }
  let local: HostAddress = family === 'inet' ? { family, address: 0 } : { family, address: '::', scopeId: 0 };
  if (name !== undefined && !device) {
    const found = yield* getaddrinfo(p, name, family);
    if (found instanceof LookupError) {
      yield* s.info(`Could not resolve host: ${name}`);
      yield* s.info(`Couldn't bind to '${name}'`);
      return false;
    }
    local = found.addresses[0] as HostAddress;
    const number = family === 'inet' ? 2 : 10;
    yield* s.info(`Name '${name}' family ${number} resolved to '${addressText(p.netns, local)}' family ${number}`);
  }
  const [first, last] = config.localPort ?? [0, 0];
  let errno: Parameters<typeof strerror>[0] = 'EADDRINUSE';
  for (let port = first; port <= last; port++) {
    const refused = socket.bind(socketAddress(local, port));
    if (!refused) {
      yield* s.info(`Local port: ${port}`);
      return true;
    }
    errno = refused.errno;
    if (errno !== 'EADDRINUSE') break;
    if (port < last) yield* s.info(`Bind to local port ${port} failed, trying next`);
  }
  yield* s.info(`bind failed with errno ${ERRNO_NUMBER[errno]}: ${strerror(errno)}`);
  return false;
}

function* openUnix(
  s: Session,
  where: { readonly path: string; readonly abstract: boolean },
  to: Destination,
  id: number,
  times: Times,
): Sys<Connection | TransferError> {
  const { p } = s;
  times.nameLookupNs = p.nowNs;
  yield* s.info(`  Trying ${where.path}:0...`);
  const socket = connectUnix(p, where.path, where.abstract);
  if (isError(socket)) {
    yield* s.info(`Immediate connect fail for ${where.path}: ${strerror(socket.errno)}`);
    return new TransferError(
      7,
      `Failed to connect to ${to.host} port ${to.port} after ${milliseconds(p.nowNs - times.startNs)} ms: ${new TransferError(7).message}`,
    );
  }
  const fd = installStream(p, socket);
  if (isError(fd)) return new TransferError(7);
  times.connectNs = p.nowNs;
  return { id, key: to.key, host: to.host, fd, socket, remoteAddress: where.path, remotePort: 0, localAddress: '', localPort: 0 };
}
