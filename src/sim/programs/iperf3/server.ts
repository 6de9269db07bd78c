// The side that waits for tests: iperf_server_api.c.

import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import type { SockAddr } from '../../kernel/socket/socket.ts';
import type { StreamSocket } from '../../kernel/socket/stream-socket.ts';
import { Interrupted, type Process, type Sys } from '../../machine/process.ts';
import { httpDate } from '../../wire/http.ts';
import { type Command, Exit, reason } from '../lib/command.ts';
import { DatagramFile } from '../net-lib/datagram-file.ts';
import { getaddrinfo, type HostAddress, LookupError, socketAddress } from '../net-lib/getaddrinfo.ts';
import { installStream } from '../net-lib/stream-file.ts';
import { UDP_ANSWER, UDP_HELLO } from './client.ts';
import { COOKIE_SIZE, ControlConnection, cookieText, STATE } from './control.ts';
import type { IperfOptions } from './options.ts';
import { settingsOf } from './parameters.ts';
import { StreamEnd } from './stream.ts';
import { addressText, fail, TestRun } from './test-run.ts';
import { systemInfo, VERSION } from './version.ts';

const RULE = `${'-'.repeat(59)}\n`;
/** How much longer than its time a client may take before the server gives the test up. */
const GRACE_NS = 10 * NS_PER_S;

interface Listener {
  readonly socket: StreamSocket;
  readonly fd: number;
}

export function* runServer(c: Command, o: IperfOptions): Sys<number> {
  const { p } = c;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) p.catchSignal(signal);
  let run = new TestRun(c, o, 'server');
  const at = yield* listenAddress(c, o);
  const listener = yield* openListener(c, at);
  if (o.verbose) c.out(`iperf ${VERSION}\n${systemInfo(p)}\n`);
  try {
    for (let test = 1; ; test++) {
      run = new TestRun(c, o, 'server');
      yield* c.print(`${RULE}Server listening on ${o.port} (test #${test})\n${RULE}`);
      yield* new Server(run, listener, at).test();
      if (o.oneOff) return 0;
    }
  } catch (thrown) {
    if (!(thrown instanceof Interrupted)) throw thrown;
    return yield* interrupted(run);
  }
}

function* interrupted(run: TestRun): Sys<number> {
  if (run.running) {
    run.finish();
    yield* run.display();
  }
  yield* run.c.flush();
  if (run.control !== undefined) yield* run.control.sendState(STATE.serverTerminate);
  yield* run.c.error('iperf3: interrupt - the server has terminated\n');
  return 1;
}

/** Where to listen: without -B and -4 a socket of IPv6, which takes IPv4 as well. */
function* listenAddress(c: Command, o: IperfOptions): Sys<SockAddr> {
  if (o.bind === undefined) {
    const { port } = o;
    return o.family === 'inet' ? { family: 'inet', address: 0, port } : { family: 'inet6', address: '::', port, scopeId: 0 };
  }
  const found = yield* getaddrinfo(c.p, o.bind, o.family);
  if (found instanceof LookupError) return yield* cannotListen(c, found.text);
  return socketAddress(found.addresses[0] as HostAddress, o.port);
}

function* openListener(c: Command, at: SockAddr): Sys<Listener> {
  const socket = c.p.sockets.tcp(at.family);
  socket.setOptions({ reuseAddress: true });
  const refused = socket.bind(at) ?? socket.listen(0x7fffffff);
  if (refused) return yield* cannotListen(c, reason(refused));
  const fd = installStream(c.p, socket);
  if (isError(fd)) return yield* cannotListen(c, reason(fd));
  return { socket, fd };
}

function* cannotListen(c: Command, why: string): Sys<never> {
  yield* c.error(`iperf3: error - unable to start listener for connections: ${why}\niperf3: exiting\n`);
  throw new Exit(1);
}

class Server {
  readonly #run: TestRun;
  readonly #p: Process;
  readonly #listener: Listener;
  readonly #at: SockAddr;
  #cookie = new Uint8Array(0);
  #creating = false;
  #over = false;
  /** Where the next UDP stream will be. */
  #datagrams: { readonly file: DatagramFile; readonly fd: number } | undefined;

  constructor(run: TestRun, listener: Listener, at: SockAddr) {
    this.#run = run;
    this.#p = run.p;
    this.#listener = listener;
    this.#at = at;
  }

  /** One test, from the visitor to the goodbye. */
  *test(): Sys<void> {
    const run = this.#run;
    while (!this.#over) {
      const datagrams = this.#datagrams;
      const ready = yield* run.await([{ fd: this.#listener.fd, read: true }, ...(datagrams ? [{ fd: datagrams.fd, read: true }] : [])]);
      const is = (fd: number | undefined): boolean => ready.some((entry) => entry.fd === fd);
      if (is(this.#listener.fd)) yield* this.#accept();
      if (datagrams !== undefined && is(datagrams.fd)) yield* this.#acceptDatagrams(datagrams.file, datagrams.fd);
      if (run.control !== undefined && is(run.control.fd)) yield* this.#message(run.control);
      if (run.running && !run.done) yield* this.#work();
      yield* run.runTimers();
    }
    run.closeStreams();
    if (this.#datagrams) this.#p.close(this.#datagrams.fd);
    if (run.control) this.#p.close(run.control.fd);
  }

  *#accept(): Sys<void> {
    const run = this.#run;
    const socket = this.#listener.socket.accept();
    if (isError(socket)) return;
    const file = new StreamEnd(socket);
    const fd = this.#p.install(file);
    const peer = socket.peerAddress();
    if (isError(fd)) return socket.close();
    if (isError(peer)) return void this.#p.close(fd);
    const connection = new ControlConnection(this.#p, socket, fd);
    const cookie = yield* connection.readBytes(COOKIE_SIZE);
    if (cookie === undefined) return void this.#p.close(fd);
    if (run.control === undefined) {
      this.#cookie = cookie.slice();
      run.control = connection;
      socket.setOptions({ noDelay: true });
      return yield* this.#begin(connection, peer);
    }
    const known = cookie.every((byte, i) => byte === this.#cookie[i]);
    if (!this.#creating || run.settings.udp || !known) {
      // Somebody else, who has to come again.
      yield* connection.sendState(STATE.accessDenied);
      this.#p.close(fd);
      return;
    }
    run.applyOptions(socket);
    yield* run.addStream({ fd, socket: file, peer });
    yield* this.#startWhenComplete();
  }

  *#begin(control: ControlConnection, peer: SockAddr): Sys<void> {
    const run = this.#run;
    const { o } = run;
    yield* control.sendState(STATE.paramExchange);
    const json = yield* control.readJson();
    if (json === undefined) return yield* this.#failed('unable to receive parameters from client');
    run.settings = settingsOf(json);
    const { settings } = run;
    if (settings.udp) this.#listenForDatagrams();
    yield* control.sendState(STATE.createStreams);
    this.#creating = true;
    if (o.verbose) yield* run.print(`Time: ${httpDate(this.#p.wallClockMs)}\n`);
    yield* run.print(`Accepted connection from ${addressText(this.#p, peer)}, port ${peer.port}\n`);
    if (!o.verbose) return;
    yield* run.print(`      Cookie: ${cookieText(this.#cookie)}\n`);
    if (!settings.udp) yield* run.print(`      TCP MSS: ${settings.mss > 0 ? settings.mss : '0 (default)'}\n`);
    if (settings.rate > 0) yield* run.print(`      Target Bitrate: ${settings.rate}\n`);
  }

  #listenForDatagrams(): void {
    const socket = this.#p.sockets.udp(this.#at.family);
    socket.options.reuseAddress = true;
    if (socket.bind(this.#at)) return socket.close();
    const file = new DatagramFile(socket);
    const fd = this.#p.install(file);
    this.#datagrams = isError(fd) ? undefined : { file, fd };
  }

  /** The socket becomes the stream of who has spoken, and another waits for the next (iperf_udp_accept). */
  *#acceptDatagrams(file: DatagramFile, fd: number): Sys<void> {
    const run = this.#run;
    const peer = file.nextSender;
    const hello = file.read(UDP_HELLO.length);
    if (peer === undefined || isError(hello) || !this.#creating) return;
    if (file.socket.connect(peer)) return;
    this.#listenForDatagrams();
    yield* this.#p.write(fd, UDP_ANSWER);
    yield* run.addStream({ fd, socket: file, peer });
    yield* this.#startWhenComplete();
  }

  *#startWhenComplete(): Sys<void> {
    const run = this.#run;
    const control = run.control as ControlConnection;
    const { settings } = run;
    if (run.streams.length < settings.streams * (settings.bidirectional ? 2 : 1)) return;
    this.#creating = false;
    if (this.#datagrams) {
      this.#p.close(this.#datagrams.fd);
      this.#datagrams = undefined;
    }
    yield* control.sendState(STATE.testStart);
    yield* run.begin();
    if (settings.duration > 0) {
      run.addTimer((settings.duration + settings.omit) * NS_PER_S + GRACE_NS, undefined, () => {
        this.#over = true;
      });
    }
    yield* control.sendState(STATE.testRunning);
  }

  *#work(): Sys<void> {
    const run = this.#run;
    const { bidirectional } = run.settings;
    if (!run.sends || bidirectional) {
      const failed = run.receiveBlocks(true);
      if (failed) return yield* this.#failed(failed.message);
    }
    if (run.sends || bidirectional) {
      const failed = yield* run.sendBlocks();
      if (failed) return yield* this.#failed(failed.message);
    }
  }

  /** What the client says (iperf_handle_message_server). */
  *#message(control: ControlConnection): Sys<void> {
    const run = this.#run;
    const state = yield* control.readState();
    switch (state) {
      case STATE.testEnd:
        run.finish();
        run.running = false;
        run.stopTimers();
        run.closeStreams();
        yield* control.sendState(STATE.exchangeResults);
        if (!(yield* run.readResults())) return yield* this.#failed('unable to receive results from client');
        yield* this.#sendResults(control);
        return;
      case STATE.done:
        this.#over = true;
        return;
      case STATE.clientTerminate:
        run.measureProcessor();
        yield* run.display();
        yield* run.c.error('iperf3: the client has terminated\n');
        this.#over = true;
        return;
      case undefined:
        yield* run.c.error('iperf3: the client has unexpectedly closed the connection\n');
        this.#over = true;
        return;
      default:
        yield* this.#failed('received an unknown control message (ensure other side is iperf3 and not iperf)');
    }
  }

  *#sendResults(control: ControlConnection): Sys<void> {
    const run = this.#run;
    // Who wants to see this output gets it with the results, so it is complete before them.
    if (run.settings.serverOutput) yield* run.display();
    yield* control.sendJson(run.results());
    yield* control.sendState(STATE.displayResults);
    if (!run.settings.serverOutput) yield* run.display();
  }

  /** The test is given up; the server goes on, unless it was there for this one only. */
  *#failed(message: string): Sys<void> {
    this.#over = true;
    if (this.#run.o.oneOff) return yield* fail(this.#run.c, message);
    yield* this.#run.c.error(`iperf3: error - ${message}\n`);
  }
}
