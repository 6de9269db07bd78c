import type { Ipv4 } from '../../base/address.ts';
import { ipv4Mask } from '../../base/address.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_S } from '../../base/time.ts';
import { text } from '../../base/utf8.ts';
import { IFF_UP } from '../../kernel/device/net-device.ts';
import type { LinkDump } from '../../kernel/rtnetlink/messages.ts';
import { Interrupted, type Program, type Sys } from '../../machine/process.ts';
import { decodePcap, LINKTYPE_ETHERNET, LINKTYPE_LINUX_SLL2, type PcapFile, pcapFileHeader, pcapRecord } from '../../wire/pcap.ts';
import { type Command, command, Exit, reason } from '../lib/command.ts';
import { Capture, captureDevices } from './capture.ts';
import { Filter } from './filter/compile.ts';
import { FilterError } from './filter/lexer.ts';
import { type Expression, parseFilter } from './filter/parser.ts';
import { describeLinkType } from './link-types.ts';
import { filterNames, PacketNames } from './names.ts';
import { parseTcpdumpOptions, type TcpdumpOptions } from './options.ts';
import { type Packet, PacketPrinter } from './print.ts';

/** By so much libpcap lets packets wait for others, unless somebody looks on (tcpdump's time-out for reads). */
const BATCH_NS = NS_PER_S;
/** The bytes of a pcap file that say what it is. */
const MAGIC_SIZE = 4;

/** tcpdump 4.99.3 with libpcap 1.10.3, as Debian 12 has them. */
export const tcpdump: Program = {
  ...command('tcpdump', main),
  complete: (p, words) => (/^(-\w*i|--interface)$/.test(words.at(-2) ?? '') ? captureDevices(p).map(({ name }) => name) : []),
};

function* main(c: Command): Sys<number> {
  const o = yield* parseTcpdumpOptions(c);
  if (o.listDevices) {
    for (const [i, device] of captureDevices(c.p).entries()) c.out(`${i + 1}.${device.text}\n`);
    return 0;
  }
  if (o.expressionFile !== undefined) {
    const bytes = c.p.machine.files.readFile(c.p, o.expressionFile);
    if (isError(bytes)) return yield* c.die(1, `can't open ${o.expressionFile}: ${reason(bytes)}`);
    o.expression = text(bytes).replace(/#[^\n]*/g, '');
  }
  return o.readFile === undefined ? yield* captureLive(c, o) : yield* readSaved(c, o, o.readFile);
}

/** Where packets go: to the terminal, into a file, or both; and how many there were. */
class Sink {
  count = 0;
  readonly #c: Command;
  readonly #o: TcpdumpOptions;
  readonly #printer: PacketPrinter;
  readonly #names: PacketNames | undefined;
  #fd: number | undefined;

  constructor(c: Command, o: TcpdumpOptions, linkType: number) {
    this.#c = c;
    this.#o = o;
    this.#names = o.numeric ? undefined : new PacketNames(c.p);
    this.#printer = new PacketPrinter(o, linkType, this.#names, (ifindex) => c.p.netns.devices.get(ifindex)?.name);
  }

  /** Opens the -w file; `-` is standard output. */
  *open(linkType: number): Sys<void> {
    const path = this.#o.writeFile;
    if (path === undefined) return;
    const fd = path === '-' ? 1 : this.#c.p.open(path, { write: true, create: true, truncate: true }, 0o644);
    if (isError(fd)) return yield* this.#c.die(1, `${path}: ${reason(fd)}`);
    this.#fd = fd;
    yield* this.#c.p.write(fd, pcapFileHeader(linkType, this.#o.nanoseconds, this.#o.snaplen));
  }

  /** Takes a packet; true when there were enough. */
  *take(packet: Packet): Sys<boolean> {
    this.count++;
    if (this.#fd !== undefined) {
      const { seconds, nanoseconds, data, length } = packet;
      yield* this.#c.p.write(this.#fd, pcapRecord({ seconds, nanoseconds, data, originalLength: length }, this.#o.nanoseconds));
    }
    if (!this.#o.onlyCount && (this.#fd === undefined || this.#o.printToo)) yield* this.#print(packet);
    return this.#o.count > 0 && this.count >= this.#o.count;
  }

  *#print(packet: Packet): Sys<void> {
    if (this.#names !== undefined) {
      do this.#printer.askForNames(packet);
      while (yield* this.#names.resolve());
    }
    this.#c.out(this.#printer.line(packet));
    if (this.#o.lineBuffered) yield* this.#c.flush();
    else yield* this.#c.spill();
  }
}

function* compileFilter(c: Command, o: TcpdumpOptions, linkType: number, netmask: number | undefined, live: boolean): Sys<Filter> {
  try {
    const expression: Expression | undefined = parseFilter(o.expression);
    return new Filter(expression, linkType, { names: yield* filterNames(c.p, expression), netmask, live });
  } catch (thrown) {
    if (!(thrown instanceof FilterError)) throw thrown;
    return yield* c.die(1, thrown.message);
  }
}

// ---- from a device

function* chooseDevice(c: Command, o: TcpdumpOptions): Sys<LinkDump | undefined> {
  const devices = captureDevices(c.p);
  let name = o.device ?? devices[0]?.name ?? 'any';
  if (/^\d+$/.test(name) && isError(c.p.rtnetlink.link(name))) {
    const chosen = devices[Number(name) - 1];
    if (chosen === undefined) return yield* c.die(1, 'Invalid adapter index');
    name = chosen.name;
  }
  if (name === 'any') return undefined;
  const link = c.p.rtnetlink.link(name);
  if (isError(link)) return yield* c.die(1, `${name}: No such device exists\n(No such device exists)`);
  if ((link.flags & IFF_UP) === 0) return yield* c.die(1, `${name}: That device is not up`);
  return link;
}

function* captureLive(c: Command, o: TcpdumpOptions): Sys<number> {
  const { p } = c;
  const link = yield* chooseDevice(c, o);
  const name = link?.name ?? 'any';
  const socket = p.sockets.packet();
  if (isError(socket)) {
    return yield* c.die(1, `${name}: You don't have permission to perform this capture on that device\n(socket: ${reason(socket)})`);
  }
  const capture = new Capture(p, o, link, socket);
  const { linkType } = capture;
  if (o.listLinkTypes) return yield* listLinkTypes(c, name, linkType);
  if (o.linkType !== undefined && o.linkType !== describeLinkType(linkType).split(' ')[0]) {
    return yield* c.die(1, `invalid data link type ${o.linkType}`);
  }
  if (linkType === LINKTYPE_LINUX_SLL2) yield* c.complain('data link type LINUX_SLL2');
  const filter = yield* compileFilter(c, o, linkType, netmask(c, link), true);
  const sink = new Sink(c, o, linkType);
  yield* sink.open(linkType);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGPIPE'] as const) p.catchSignal(signal);
  const failed = capture.start(filter);
  if (isError(failed)) return yield* c.die(1, `${name}: ${reason(failed)}`);
  if (o.verbose === 0 && o.writeFile === undefined) {
    yield* c.complain('verbose output suppressed, use -v[v]... for full protocol decode');
  } else yield* c.error('tcpdump: ');
  yield* c.error(`listening on ${name}, link-type ${describeLinkType(linkType)}, snapshot length ${o.snaplen} bytes\n`);
  const status = yield* loop(c, o, capture, sink);
  const { received, dropped } = capture.socket.statistics();
  yield* c.error(`${sink.count} packet${sink.count === 1 ? '' : 's'} captured\n`);
  yield* c.error(`${received} packet${received === 1 ? '' : 's'} received by filter\n`);
  yield* c.error(`${dropped} packet${dropped === 1 ? '' : 's'} dropped by kernel\n`);
  return status;
}

/** pcap_loop() until the count is reached, a signal comes or the device is gone; the exit status. */
function* loop(c: Command, o: TcpdumpOptions, capture: Capture, sink: Sink): Sys<number> {
  const { p } = c;
  const immediate = o.immediate || o.lineBuffered || o.packetBuffered || (c.interactive && (o.writeFile === undefined || o.printToo));
  try {
    for (;;) {
      const packet = capture.next();
      if (!isError(packet)) {
        if (yield* sink.take(packet)) return 0;
        continue;
      }
      if (capture.disappeared) {
        yield* c.complain('pcap_loop: The interface disappeared');
        return 1;
      }
      yield* p.wait([capture.socket.readable], undefined, 'packet');
      if (!immediate) yield* p.sleep(BATCH_NS);
    }
  } catch (thrown) {
    // Nobody reads what is printed any more.
    if (thrown instanceof Exit || (thrown instanceof Interrupted && thrown.signal === 'SIGPIPE')) {
      yield* c.p.printError('tcpdump: Unable to write output: Broken pipe\n');
      throw new Exit(1);
    }
    if (!(thrown instanceof Interrupted)) throw thrown;
    // So that what follows does not stand behind an unfinished line.
    if (o.writeFile === undefined) c.out('\n');
    yield* lastWords(c);
    return 0;
  }
}

/** Ctrl-C has mostly ended the reader of a pipe, too: what cannot be written any more is let go. */
function* lastWords(c: Command): Sys<void> {
  try {
    yield* c.flush();
  } catch (thrown) {
    if (!(thrown instanceof Exit || (thrown instanceof Interrupted && thrown.signal === 'SIGPIPE'))) throw thrown;
  }
}

/** The network mask that `ip broadcast` goes by; a device without an address has none of its bits set. */
function netmask(c: Command, link: LinkDump | undefined): number {
  const address = c.p.rtnetlink.addresses('inet').find(({ ifindex }) => ifindex === link?.ifindex);
  const mask: Ipv4 = address === undefined ? 0 : ipv4Mask(address.prefixLen);
  return mask;
}

function* listLinkTypes(c: Command, name: string, linkType: number): Sys<number> {
  yield* c.error(`Data link types for ${name} (use option -y to set):\n`);
  yield* c.error(`  ${describeLinkType(linkType)}\n`);
  if (linkType === LINKTYPE_ETHERNET) yield* c.error('  DOCSIS (DOCSIS) (printing not supported)\n');
  return 0;
}

// ---- from a file

function* readSaved(c: Command, o: TcpdumpOptions, path: string): Sys<number> {
  const bytes = path === '-' ? yield* c.p.readAll(0) : c.p.machine.files.readFile(c.p, path);
  if (isError(bytes)) return yield* c.die(1, `${path}: ${reason(bytes)}`);
  if (bytes.length < MAGIC_SIZE) {
    return yield* c.die(1, `truncated dump file; tried to read ${MAGIC_SIZE} file header bytes, only got ${bytes.length}`);
  }
  const file: PcapFile | undefined = decodePcap(bytes);
  if (file === undefined) return yield* c.die(1, 'unknown file format');
  yield* c.error(`reading from file ${path}, link-type ${describeLinkType(file.linkType)}, snapshot length ${file.snaplen}\n`);
  if (file.linkType === LINKTYPE_LINUX_SLL2) yield* c.error('Warning: interface names might be incorrect\n');
  const filter = yield* compileFilter(c, o, file.linkType, undefined, false);
  const sink = new Sink(c, o, file.linkType);
  yield* sink.open(file.linkType);
  c.p.catchSignal('SIGINT');
  for (const { seconds, nanoseconds, data, originalLength } of file.records) {
    const length = originalLength ?? data.length;
    if (!filter.matches(data, length)) continue;
    if (yield* sink.take({ seconds, nanoseconds, data, length })) break;
  }
  if (o.onlyCount) c.out(`${sink.count} packet${sink.count === 1 ? '' : 's'}\n`);
  return 0;
}
