// The side that asks for a test: iperf_client_api.c.

import { isError } from '../../base/result.ts';
import { NS_PER_MS, NS_PER_S } from '../../base/time.ts';
import type { DatagramSocket } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import { Interrupted, type Sys } from '../../machine/process.ts';
import { httpDate } from '../../wire/http.ts';
import { type Command, reason } from '../lib/command.ts';
import { DatagramFile } from '../net-lib/datagram-file.ts';
import { getaddrinfo, type HostAddress, LookupError, socketAddress } from '../net-lib/getaddrinfo.ts';
import { connectStream } from '../net-lib/stream-file.ts';
import { ControlConnection, cookieText, makeCookie, STATE } from './control.ts';
import type { IperfOptions } from './options.ts';
import { parametersOf } from './parameters.ts';
import { StreamEnd } from './stream.ts';
import { type Connected, fail, openRandom, type TestError, TestRun } from './test-run.ts';
import { systemInfo, VERSION } from './version.ts';

/** What a UDP stream begins with, and what is answered (UDP_CONNECT_MSG, UDP_CONNECT_REPLY). */
export const UDP_HELLO = Uint8Array.of(0x39, 0x38, 0x37, 0x36);
export const UDP_ANSWER = Uint8Array.of(0x36, 0x37, 0x38, 0x39);
/** How long that answer may take. */
const UDP_ANSWER_NS = 30 * NS_PER_S;
const DEFAULT_UDP_BLOCK = 1460;
const MAX_UDP_BLOCK = 65_507;

export function* runClient(c: Command, o: IperfOptions): Sys<number> {
  const run = new TestRun(c, o, 'client');
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) c.p.catchSignal(signal);
  try {
    return yield* new Client(run).test();
  } catch (thrown) {
    if (!(thrown instanceof Interrupted)) throw thrown;
    return yield* interrupted(run);
  }
}

/** What has been measured is shown, and the server is told (iperf_got_sigend). */
function* interrupted(run: TestRun): Sys<number> {
  if (run.streams.length > 0) {
    run.finish();
    yield* run.display();
  }
  yield* run.c.flush();
  if (run.control !== undefined) yield* run.control.sendState(STATE.clientTerminate);
  yield* run.c.error('iperf3: interrupt - the client has terminated\n');
  return 1;
}

class Client {
  readonly #run: TestRun;
  readonly #cookie: Uint8Array;
  readonly #c: Command;

  constructor(run: TestRun) {
    this.#run = run;
    this.#c = run.c;
    openRandom(run.p);
    this.#cookie = makeCookie(run.p);
  }

  *test(): Sys<number> {
    const run = this.#run;
    const { o, p } = run;
    if (o.verbose) yield* run.print(`iperf ${VERSION}\n${systemInfo(p)}\n`);
    yield* this.#connectControl();
    for (;;) {
      const ready = yield* run.await([]);
      if (ready.some(({ fd }) => fd === run.control?.fd) && (yield* this.#message())) break;
      if (run.running) yield* this.#work();
      // The server may not be stuck with what it sends while it should listen.
      else if (run.done && (!run.sends || run.settings.bidirectional)) run.receiveBlocks(false);
    }
    yield* run.print('\niperf Done.\n');
    return 0;
  }

  *#connectControl(): Sys<void> {
    const run = this.#run;
    const { o, p } = run;
    const untilNs = o.connectTimeoutMs === undefined ? undefined : p.nowNs + o.connectTimeoutMs * NS_PER_MS;
    const connected = yield* this.#connectTcp(0, untilNs);
    if (typeof connected === 'string') return yield* fail(this.#c, `unable to connect to server: ${connected}`);
    const socket = (connected.socket as StreamEnd).socket;
    // What is said here is short, and may not wait for what was said before to be acknowledged.
    socket.setOptions({ noDelay: true });
    run.control = new ControlConnection(p, socket, connected.fd);
    if (!(yield* run.control.send(this.#cookie))) return yield* fail(this.#c, 'unable to send cookie to server');
    const mss = socket.info().sendMss;
    if (o.verbose) yield* run.print(`Control connection MSS ${mss}\n`);
    if (!run.settings.udp || run.settings.blockSize > 0) return;
    const blockSize = mss > 0 && mss <= MAX_UDP_BLOCK ? mss : DEFAULT_UDP_BLOCK;
    run.settings = { ...run.settings, blockSize };
    if (o.verbose) yield* run.print(`Setting UDP block size to ${blockSize}\n`);
  }

  /** netdial(): the address to connect to and the socket that has the wanted end here, or why there is none. */
  *#connectTcp(localPort: number, untilNs?: number): Sys<Connected | string> {
    const { p, o } = this.#run;
    const to = yield* this.#resolve();
    if (typeof to === 'string') return to;
    const socket = p.sockets.tcp(to.family);
    this.#run.applyOptions(socket);
    const refused = yield* this.#bind(socket, to.family, localPort);
    if (refused !== undefined) {
      socket.close();
      return refused;
    }
    const file = new StreamEnd(socket);
    const fd = p.install(file);
    if (isError(fd)) return reason(fd);
    const peer = socketAddress(to, o.port);
    const failed = yield* connectStream(p, socket, peer, untilNs);
    if (failed === undefined) return { fd, socket: file, peer };
    p.close(fd);
    return failed === 'time' ? 'Operation now in progress' : reason(failed);
  }

  *#resolve(): Sys<HostAddress | string> {
    const { p, o } = this.#run;
    const found = yield* getaddrinfo(p, o.host as string, o.family);
    return found instanceof LookupError ? found.text : (found.addresses[0] as HostAddress);
  }

  *#bind(socket: StreamSocket | DatagramSocket, family: 'inet' | 'inet6', port: number): Sys<string | undefined> {
    const { p, o } = this.#run;
    if (o.bindDevice !== undefined) {
      const device = p.netns.deviceByName(o.bindDevice);
      if (device === undefined) return 'No such device';
      if (socket.kind === 'tcp') socket.setOptions({ bindToDevice: device.ifindex });
      else socket.options.bindToDevice = device.ifindex;
    }
    if (o.bind === undefined && port === 0) return undefined;
    if (o.bind === undefined) {
      const refused = socket.bind(family === 'inet' ? { family, address: 0, port } : { family, address: '::', port, scopeId: 0 });
      return refused && reason(refused);
    }
    const found = yield* getaddrinfo(p, o.bind, family);
    if (found instanceof LookupError) return found.text;
    const refused = socket.bind(socketAddress(found.addresses[0] as HostAddress, port));
    return refused && reason(refused);
  }

  /** What the server says (iperf_handle_message_client); true when the test is over. */
  *#message(): Sys<boolean> {
    const run = this.#run;
    const control = run.control as ControlConnection;
    const state = yield* control.readState();
    switch (state) {
      case undefined:
        return yield* fail(this.#c, 'control socket has closed unexpectedly');
      case STATE.paramExchange:
        if (!(yield* control.sendJson(parametersOf(run.settings)))) return yield* fail(this.#c, 'unable to send parameters to server');
        yield* this.#printConnected();
        return false;
      case STATE.createStreams:
        yield* this.#createStreams();
        return false;
      case STATE.testStart:
        yield* run.begin();
        run.running = false;
        return false;
      case STATE.testRunning:
        run.running = true;
        return false;
      case STATE.exchangeResults:
        if (!(yield* control.sendJson(run.results())) || !(yield* run.readResults())) {
          return yield* fail(this.#c, 'unable to receive results from server');
        }
        return false;
      case STATE.displayResults:
        yield* run.display();
        if (run.peerResults?.server_output_text !== undefined)
          yield* run.print(`\nServer output:\n${run.peerResults.server_output_text}\n`);
        run.closeStreams();
        yield* control.sendState(STATE.done);
        run.p.close(control.fd);
        return true;
      case STATE.accessDenied:
        return yield* fail(this.#c, 'the server is busy running a test. try again later');
      case STATE.serverTerminate:
        run.measureProcessor();
        yield* run.display();
        return yield* fail(this.#c, 'the server has terminated');
      default:
        return yield* fail(this.#c, 'received an unknown control message (ensure other side is iperf3 and not iperf)');
    }
  }

  *#printConnected(): Sys<void> {
    const run = this.#run;
    const { o, settings } = run;
    if (o.verbose) yield* run.print(`Time: ${httpDate(run.p.wallClockMs)}\n`);
    yield* run.print(`Connecting to host ${o.host}, port ${o.port}\n`);
    if (settings.reverse) yield* run.print(`Reverse mode, remote host ${o.host} is sending\n`);
    if (!o.verbose) return;
    yield* run.print(`      Cookie: ${cookieText(this.#cookie)}\n`);
    const mss = settings.mss > 0 ? String(settings.mss) : `${(run.control as ControlConnection).socket.info().sendMss} (default)`;
    if (!settings.udp) yield* run.print(`      TCP MSS: ${mss}\n`);
    if (settings.rate > 0) yield* run.print(`      Target Bitrate: ${settings.rate}\n`);
  }

  *#createStreams(): Sys<void> {
    const run = this.#run;
    const { settings, o } = run;
    const count = settings.streams * (settings.bidirectional ? 2 : 1);
    for (let i = 0; i < count; i++) {
      const port = o.clientPort > 0 ? o.clientPort + i : 0;
      const connected = settings.udp ? yield* this.#connectUdp(port) : yield* this.#connectTcp(port);
      if (typeof connected === 'string') return yield* fail(this.#c, `unable to connect stream: ${connected}`);
      if (!settings.udp) yield* run.p.write(connected.fd, this.#cookie);
      yield* run.addStream(connected);
    }
  }

  *#connectUdp(localPort: number): Sys<Connected | string> {
    const { p, o, settings } = this.#run;
    const to = yield* this.#resolve();
    if (typeof to === 'string') return to;
    const socket = p.sockets.udp(to.family);
    socket.options.tos = settings.tos;
    if (settings.window > 0) socket.options.receiveBuffer = settings.window;
    const refused = yield* this.#bind(socket, to.family, localPort);
    if (refused !== undefined) return refused;
    const peer = socketAddress(to, o.port);
    const failed = socket.connect(peer);
    if (failed) return reason(failed);
    const file = new DatagramFile(socket);
    const fd = p.install(file);
    if (isError(fd)) return reason(fd);
    yield* p.write(fd, UDP_HELLO);
    const untilNs = p.nowNs + UDP_ANSWER_NS;
    while (!file.canRead()) {
      if (!(yield* p.wait([file.readable], untilNs, 'recv')) && p.nowNs >= untilNs) return 'Resource temporarily unavailable';
    }
    const answer = file.read(UDP_ANSWER.length);
    return isError(answer) ? reason(answer) : { fd, socket: file, peer };
  }

  /** A turn of the running test. */
  *#work(): Sys<void> {
    const run = this.#run;
    const { settings } = run;
    let failed: TestError | undefined;
    if (run.sends || settings.bidirectional) failed = yield* run.sendBlocks();
    if (!run.sends || settings.bidirectional) failed ??= run.receiveBlocks(true);
    if (failed) return yield* fail(this.#c, failed.message);
    yield* run.runTimers();
    const { duration, bytes, blocks } = settings;
    const over =
      (duration > 0 && run.done) ||
      (bytes > 0 && (run.sentBytes >= bytes || run.receivedBytes >= bytes)) ||
      (blocks > 0 && (run.sentBlocks >= blocks || run.receivedBlocks >= blocks));
    if (run.omitting || !over) return;
    run.finish();
    run.running = false;
    run.stopTimers();
    if (!(yield* (run.control as ControlConnection).sendState(STATE.testEnd)))
      return yield* fail(this.#c, 'unable to send control message');
  }
}
