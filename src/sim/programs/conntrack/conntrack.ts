import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { NS_PER_MS } from '../../base/time.ts';
import { text as decodeText } from '../../base/utf8.ts';
import { WaitQueue } from '../../base/wait-queue.ts';
import type { Conntracks } from '../../kernel/netfilter/conntrack/conntracks.ts';
import {
  type ConntrackCreate,
  createConntrack,
  findConntrack,
  type NatTo,
  updateConntrack,
} from '../../kernel/netfilter/conntrack/ctnetlink.ts';
import type { EventSource } from '../../kernel/netfilter/conntrack/events.ts';
import { snapshot } from '../../kernel/netfilter/conntrack/snapshot.ts';
import { Tuple } from '../../kernel/netfilter/conntrack/tuple.ts';
import { Interrupted, type Sys } from '../../machine/process.ts';
import { type Command, command } from '../lib/command.ts';
import { CommandLine, type Parsed, type PlaceLetter } from './command-line.ts';
import { matchesEntry } from './filter.ts';
import { entryLine, eventLine, XML_HEAD, XML_TAIL } from './format.ts';
import { misuse, NAME, NO_ADMIN, Problem, refused } from './problem.ts';
import { USAGE } from './usage.ts';

/** What it takes the program to start and open its netlink sockets; timeouts are a little less than whole seconds by then. */
const START_NS = 2 * NS_PER_MS;

/** One command of conntrack(8). Throws a {@link Problem}. */
class Execution {
  private readonly c: Command;
  private readonly parsed: Parsed;
  private readonly conntracks: Conntracks;
  private readonly by: EventSource;

  constructor(c: Command, parsed: Parsed) {
    this.c = c;
    this.parsed = parsed;
    this.conntracks = c.p.netns.dataPlane.conntracks;
    this.by = { portId: c.p.pid, program: 'conntrack' };
  }

  *run(): Sys<number> {
    const { command: letter, table } = this.parsed;
    if (this.parsed.labels) yield* this.c.p.printError('nfct_labelmap_new: No such file or directory\n');
    if (isError(this.c.p.netfilter)) yield* this.refuse(letter);
    switch (letter) {
      case 'L':
        if (table === 'expect') return yield* this.summary('0 expectations have been shown.', 0);
        return table === 'conntrack' ? yield* this.list() : yield* this.summary('0 flow entries have been shown.', 0);
      case 'C':
        this.c.out(`${table === 'expect' ? 0 : this.conntracks.entries().length}\n`);
        return 0;
      case 'S':
        return this.statistics();
      case 'F':
        if (table === 'expect') return yield* this.summary('expectation table has been emptied.', 0);
        for (const ct of this.conntracks.entries()) this.conntracks.kill(ct, this.by);
        return yield* this.summary('connection tracking table has been emptied.', 0);
      case 'D':
        return yield* this.remove();
      case 'G':
        return yield* this.get();
      case 'I':
      case 'A':
        return yield* this.create(letter === 'A');
      case 'U':
        return yield* this.update();
      case 'E':
        return yield* this.watch();
      case 'V':
        this.c.out(`${NAME}\n`);
        return 0;
      default:
        this.c.out(USAGE);
        return 0;
    }
  }

  /** Without CAP_NET_ADMIN. What -S shows then is the table of /proc; -F says that it has done it before it learns that it has not. */
  private *refuse(letter: string): Sys<void> {
    if (letter === 'F' && this.parsed.table !== 'expect') yield* this.summary('connection tracking table has been emptied.', 0);
    if (letter === 'E') throw new Problem(`mnl_socket_bind: Operation not permitted\n${NAME}: Can't open netlink socket\n`, 1);
    if (letter === 'S') this.statisticsOfProc();
    if ('LCSFDGIAU'.includes(letter)) {
      // It prints what it has not counted.
      if (letter === 'C') this.c.out('0\n');
      throw NO_ADMIN;
    }
  }

  /** display_proc_conntrack_stats(). */
  private statisticsOfProc(): void {
    const bytes = this.c.p.machine.files.readFile(this.c.p, '/proc/net/stat/nf_conntrack');
    if (isError(bytes)) return;
    const [names = [], ...rows] = decodeText(bytes)
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
    for (const [cpu, row] of rows.entries()) {
      const fields = row.map((value, i) => `${names[i]}=${Number.parseInt(value, 16)} `);
      this.c.out(`cpu=${String(cpu).padEnd(4)}\t${fields.join('')}\n`);
    }
  }

  /** The last line, on standard error: on a terminal after what was listed, else before, because that waits in a buffer. */
  private *summary(text: string, status: number): Sys<number> {
    if (this.c.interactive) yield* this.c.flush();
    yield* this.c.p.printError(`${NAME}: ${text}\n`);
    return status;
  }

  private *list(): Sys<number> {
    const { output } = this.parsed;
    let shown = 0;
    const references = this.conntracks.references();
    for (const ct of this.conntracks.entries()) {
      const entry = snapshot(ct, this.conntracks.now);
      if (!matchesEntry(this.parsed, entry)) continue;
      if (output.form === 'xml' && shown === 0) this.c.out(XML_HEAD);
      this.c.out(`${entryLine(entry, output, references.get(ct) ?? 1)}\n`);
      if (this.parsed.zero) ct.clearCounters();
      shown++;
    }
    if (output.form === 'xml' && shown > 0) this.c.out(XML_TAIL);
    return yield* this.summary(`${shown} flow entries have been shown.`, 0);
  }

  private statistics(): number {
    const s = this.conntracks.statistics;
    const line = (n: (value: number) => number): string =>
      `found=${n(s.found)} invalid=${n(s.invalid)} insert=${n(s.insert)} insert_failed=${n(s.insertFailed)} drop=${n(s.drop)} ` +
      `early_drop=${n(s.earlyDrop)} error=${n(s.error)} search_restart=${n(s.searchRestart)} clash_resolve=${n(s.clashResolve)} ` +
      `chaintoolong=${n(s.chainTooLong)} \n`;
    // The machines have two processors; all of the simulator's work is done on the first.
    this.c.out(`cpu=0   \t${line((value) => value)}cpu=1   \t${line(() => 0)}`);
    return 0;
  }

  private *remove(): Sys<number> {
    let deleted = 0;
    for (const ct of this.conntracks.entries()) {
      const entry = snapshot(ct, this.conntracks.now);
      if (!matchesEntry(this.parsed, entry)) continue;
      this.conntracks.kill(ct, this.by);
      this.c.out(`${entryLine(entry, this.parsed.output, 1)}\n`);
      deleted++;
    }
    return yield* this.summary(`${deleted} flow entries have been deleted.`, deleted === 0 ? 1 : 0);
  }

  /** The tuple that the options describe; -r and -q alone describe the reply. */
  private tuples(): { original: Tuple; reply: Tuple } {
    const { places, keys, protocol = 0, family } = this.parsed;
    const original = new Tuple();
    original.inet6 = family === 'inet6';
    original.protocol = protocol;
    original.zone = this.parsed.zone ?? 0;
    const address = (letter: PlaceLetter, other: PlaceLetter): number | string => {
      return (places.get(letter) ?? places.get(other))?.address ?? (original.inet6 ? '::' : 0);
    };
    original.source = address('s', 'q');
    original.destination = address('d', 'r');
    if (original.isIcmp) {
      original.sport = keys.get('id') ?? 0;
      original.dport = ((keys.get('type') ?? 0) << 8) | (keys.get('code') ?? 0);
    } else {
      original.sport = keys.get('sport') ?? keys.get('reply-dport') ?? 0;
      original.dport = keys.get('dport') ?? keys.get('reply-sport') ?? 0;
    }
    const reply = new Tuple();
    if (!reply.invert(original)) reply.copy(original);
    const [from, to] = [places.get('r'), places.get('q')];
    if (from) reply.source = from.address;
    if (to) reply.destination = to.address;
    reply.sport = keys.get('reply-sport') ?? reply.sport;
    reply.dport = keys.get('reply-dport') ?? reply.dport;
    return { original, reply };
  }

  private *get(): Sys<number> {
    const found = findConntrack(this.conntracks, this.tuples().original);
    if (isError(found)) throw refused("such conntrack doesn't exist");
    this.c.out(`${entryLine(snapshot(found, this.conntracks.now), this.parsed.output, 2)}\n`);
    return yield* this.summary('1 flow entries have been shown.', 0);
  }

  private *create(tolerant: boolean): Sys<number> {
    const { timeoutS = 0, status, mark, tcpState, protocol, keys } = this.parsed;
    if (protocol === 47 && keys.size === 0) throw misuse("you have to specify `--srckey' and `--dstkey'");
    const request: ConntrackCreate = {
      ...this.tuples(),
      timeoutS,
      status: status?.bits ?? 0,
      mark: mark?.value,
      tcpState,
      source: this.natTo('n'),
      destination: this.natTo('g'),
    };
    const error = createConntrack(this.conntracks, request, this.by);
    if (!isError(error)) return yield* this.summary(`1 flow entries have been ${tolerant ? 'added' : 'created'}.`, 0);
    if (!tolerant) throw refused('Such conntrack exists, try -U to update');
    return yield* this.summary('0 flow entries have been added.', 0);
  }

  private natTo(letter: PlaceLetter): NatTo | undefined {
    const place = this.parsed.places.get(letter);
    return place && { address: place.address, ports: this.parsed.natPorts.get(letter) };
  }

  private *update(): Sys<number> {
    const { timeoutS, mark, status, tcpState, family } = this.parsed;
    let updated = 0;
    for (const ct of this.conntracks.entries()) {
      if (!matchesEntry({ ...this.parsed, mark: undefined, status: undefined, tcpState: undefined }, snapshot(ct, this.conntracks.now)))
        continue;
      const wanted = { timeoutS, mark: mark?.value, status: status?.bits ?? 0, tcpState };
      if (timeoutS === undefined && mark === undefined && status === undefined && tcpState === undefined) continue;
      // What the program sends back names no family then, and the kernel knows no tuples of none.
      if (family === undefined) {
        const text = `Operation failed: ${strerror('EOPNOTSUPP')}\n`;
        throw new Problem(`${text}${NAME}: ${text}`, 1);
      }
      if (!updateConntrack(this.conntracks, ct, wanted, this.by)) continue;
      this.c.out(`${entryLine(snapshot(ct, this.conntracks.now), this.parsed.output, 2)}\n`);
      updated++;
    }
    return yield* this.summary(`${updated} flow entries have been updated.`, updated === 0 ? 1 : 0);
  }

  /** -E: prints what happens to connections until it is interrupted. */
  private *watch(): Sys<number> {
    const { c, parsed } = this;
    if (parsed.table === 'dying' || parsed.table === 'unconfirmed') throw misuse(`unknown type \`${parsed.table}'`);
    const news = new WaitQueue();
    const lines: string[] = [];
    let shown = 0;
    const leave = this.conntracks.events.subscribe((event) => {
      if (parsed.table === 'expect' || !parsed.events.has(event.type) || !matchesEntry(parsed, event.entry)) return;
      lines.push(`${parsed.output.timestamp ? this.stamp() : ''}${eventLine(event, parsed.output)}\n`);
      shown++;
      news.wake();
    });
    c.p.catchSignal('SIGINT');
    c.p.catchSignal('SIGTERM');
    try {
      for (;;) {
        if (lines.length === 0) yield* c.p.wait([news], undefined, 'conntrack events');
        // It flushes after each event, whatever standard output is.
        for (const line of lines.splice(0)) c.out(line);
        yield* c.flush();
      }
    } catch (thrown) {
      if (!(thrown instanceof Interrupted)) throw thrown;
    } finally {
      leave();
    }
    const what = parsed.table === 'expect' ? 'expectation' : 'flow';
    return yield* this.summary(`${shown} ${what} events have been shown.`, 0);
  }

  /** `[1732864123.123456]\t` */
  private stamp(): string {
    const ms = this.c.p.wallClockMs;
    const microseconds = (ms % 1000) * 1000 + Math.floor((this.c.p.nowNs % 1e6) / 1000);
    return `[${Math.floor(ms / 1000)}.${String(Math.floor(microseconds)).padStart(6, '0')}]\t`;
  }
}

function* main(c: Command): Sys<number> {
  try {
    const parsed = new CommandLine(c.args).parse();
    yield* c.p.sleep(START_NS);
    return yield* new Execution(c, parsed).run();
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    yield* c.error(thrown.text);
    return thrown.status;
  }
}

/** conntrack 1.4.7: lists, watches and changes the connections that the kernel tracks. */
export const conntrack = command('conntrack', main, '/usr/sbin');
