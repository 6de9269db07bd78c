import { parseIpv4 } from '../sim/base/address.ts';
import { NS_PER_S } from '../sim/base/time.ts';
import { type RunningCommand, runUntil } from '../sim/lab/run-command.ts';
import type { LabSession } from '../sim/lab/session.ts';
import { netnsLabel } from '../sim/machine/netns-names.ts';
import { startAt } from './enter.ts';
import type { Finding, Hop } from './exercise.ts';
import { PacketLog, type PathStep } from './packet-log.ts';
import { findSpot, machineNamed, missingWords, type Place, placeWords, type Spot } from './place.ts';

/** Seconds a command may take unless the check says otherwise. */
const COMMAND_LIMIT_S = 30;
/** Three tries: a card that has just been set up may lose the first. */
const PING_OPTIONS = '-n -c 3 -i 0.4 -W 1';

/** Three questions, a second apart, and one to spare. */
const NEIGHBOUR_GIVEN_UP_S = 4;

/** Seconds that a web server, and a port, have to answer. */
const HTTP_LIMIT_S = 8;
const TCP_LIMIT_S = 4;

/** What an answer to a web request was; status 0 without one. */
export interface HttpFinding extends Finding {
  readonly status: number;
  readonly body: string;
  /** The address that the last machine on the way saw it come from; undefined where nothing arrived. */
  readonly seen: string | undefined;
}

export interface TcpFinding extends Finding {
  readonly open: boolean;
}

/** What a command printed, standard output and error as on a terminal, and how it ended. */
export interface Ran {
  readonly output: string;
  /** As `$?` shows it; 124 if it was still running after its time. */
  readonly exit: number;
  readonly ended: boolean;
  /** Why it could not even start. */
  readonly failed?: string;
}

/**
 * Somewhere in the world from which probes are sent. Each probe says which world it disturbs by asking for one: read-only ones may share
 * a fork, a command gets one of its own.
 */
export class Vantage {
  private readonly place: Place;
  private readonly shared: () => LabSession;
  private readonly alone: () => LabSession;

  constructor(place: Place, shared: () => LabSession, alone: () => LabSession) {
    this.place = place;
    this.shared = shared;
    this.alone = alone;
  }

  /** Whether a ping to an address, a name or a machine of the lab (its first address) is answered. */
  ping(target: string): Finding {
    const session = this.shared();
    const address = addressOf(session, target);
    const expectation = `${target} answers a ping from ${placeWords(this.place)}`;
    const { log, result } = PacketLog.of(session.world, () => {
      const ran = this.execute(session, `exec ping ${PING_OPTIONS} ${quote(address)}`);
      // Ping gives up before the kernel does: what waits for a neighbour's address is dropped a little later.
      if (ran.exit !== 0) session.world.run(session.world.clock.now + NEIGHBOUR_GIVEN_UP_S * NS_PER_S);
      return ran;
    });
    if (result.exit === 0) return { ok: true, expected: expectation, actual: 'it answers' };
    const ip = parseIpv4(address) ?? parseIpv4(PINGED.exec(result.output)?.[1] ?? '');
    const hop = (ip === undefined ? undefined : log.fate(ip)) ?? this.nowhere(session, result);
    return { ok: false, expected: expectation, actual: result.failed ?? silence(result.output), ...(hop ? { hop } : {}) };
  }

  /** The devices that pings to an address or machine pass, until they end. */
  path(target: string): readonly PathStep[] {
    const session = this.shared();
    const address = addressOf(session, target);
    const ip = parseIpv4(address);
    const { log } = PacketLog.of(session.world, () => this.execute(session, `exec ping ${PING_OPTIONS} ${quote(address)}`));
    return ip === undefined ? [] : log.path(ip);
  }

  /**
   * Whether a web server answers a URL, whose host may be a machine of the lab (its first address), with no error.
   *
   * @param says what the page has to be, without the end of its last line; any page will do where it is left out.
   */
  http(url: string, says?: string): HttpFinding {
    const session = this.shared();
    const address = url.replace(
      /^(http:\/\/)?([^/:]+)/,
      (_, scheme: string | undefined, host: string) => `${scheme ?? 'http://'}${addressOf(session, host)}`,
    );
    const expectation = `${url} answers ${placeWords(this.place)}${says === undefined ? '' : ` and says ${says}`}`;
    const { log, result } = PacketLog.of(session.world, () =>
      this.execute(session, `exec curl -sS -m ${HTTP_LIMIT_S} -w '\\n%{http_code} %{remote_ip}' ${quote(address)}`),
    );
    const said = /^(.*)\n(\d{3}) (\S*)$/s.exec(result.output);
    const [body, status, remote] = [said?.[1] ?? '', Number(said?.[2] ?? 0), said?.[3] ?? ''];
    const seen = log.caller();
    if (result.exit === 0) {
      const wrong = says !== undefined && status < 400 && body.trimEnd() !== says;
      const actual = wrong ? `it says ${body.trimEnd()}` : `it answers with status ${status}`;
      return { ok: status < 400 && !wrong, status, body, seen, expected: expectation, actual };
    }
    const ip = parseIpv4(remote) ?? parseIpv4(hostOf(address)) ?? parseIpv4(this.resolve(hostOf(address)) ?? '');
    const hop = ip === undefined ? undefined : log.fate(ip);
    const actual = result.failed ?? `no answer: ${COMPLAINT.exec(result.output)?.[1] ?? 'curl gave up'}`;
    return { ok: false, status: 0, body: '', seen, expected: expectation, actual, ...(hop ? { hop } : {}) };
  }

  /** Whether a TCP port of an address, a name or a machine of the lab takes connections. */
  tcp(target: string, port: number): TcpFinding {
    const session = this.shared();
    const address = addressOf(session, target);
    const expectation = `port ${port} of ${target} takes connections from ${placeWords(this.place)}`;
    const { log, result } = PacketLog.of(session.world, () =>
      this.execute(session, `exec nc ${parseIpv4(address) === undefined ? '' : '-n '}-v -z -w ${TCP_LIMIT_S} ${quote(address)} ${port}`),
    );
    if (result.exit === 0) return { ok: true, open: true, expected: expectation, actual: 'it does' };
    const ip = parseIpv4(address) ?? parseIpv4(this.resolve(address) ?? '');
    const hop = (ip === undefined ? undefined : log.fate(ip)) ?? this.nowhere(session, result);
    const actual =
      result.failed ??
      (/refused/.test(result.output)
        ? 'it is refused: nothing listens there'
        : /timed out/.test(result.output)
          ? 'no answer'
          : silence(result.output));
    return { ok: false, open: false, expected: expectation, actual, ...(hop ? { hop } : {}) };
  }

  /** The IPv4 address that the resolver gives for a name here; undefined if it gives none. */
  resolve(name: string): string | undefined;
  /** The first address of each of so many answers, for names that stand for several; without those that gave none. */
  resolve(name: string, times: number): readonly string[];
  resolve(name: string, times?: number): string | undefined | readonly string[] {
    const answers = Array.from({ length: times ?? 1 }, () => this.execute(this.shared(), `exec ping -4 -c 1 -W 1 ${quote(name)}`))
      .map(({ output }) => PINGED.exec(output)?.[1])
      .filter((address) => address !== undefined);
    return times === undefined ? answers[0] : answers;
  }

  /** Runs a bash command as root in /root, in a world of its own. */
  run(command: string, options: { readonly seconds?: number } = {}): Ran {
    return this.execute(this.alone(), command, options.seconds);
  }

  private execute(session: LabSession, command: string, limitS = COMMAND_LIMIT_S): Ran {
    const { world } = session;
    const spot = findSpot(world, this.place);
    if (!spot) return failed(missingWords(world, this.place));
    if (world.halted !== undefined) return failed(world.halted);
    const started = start(session, spot, command);
    if (typeof started === 'string') return failed(started);
    const ended = runUntil(world, () => started.status !== undefined, limitS);
    if (!ended) started.terminal.hangUp();
    return { output: started.output, exit: ended ? (started.status ?? 0) : 124, ended };
  }

  /** Where a ping was that sent no packet at all. */
  private nowhere(session: LabSession, { output }: Ran): Hop | undefined {
    const spot = findSpot(session.world, this.place);
    if (!spot || !/Network is unreachable/.test(output)) return undefined;
    const { machine, netns } = spot;
    return { machine: machine.name, netns: netnsLabel(machine, netns.inode), dev: '', reason: 'no route leads there from here' };
  }
}

const failed = (why: string): Ran => ({ output: '', exit: 255, ended: true, failed: why });

/** Starts a command at a place. Answers why not, where the machine cannot. */
function start({ world }: LabSession, spot: Spot, command: string): RunningCommand | string {
  try {
    return startAt(world, spot, command);
  } catch {
    // By a fork bomb of the learner's, perhaps.
    return `${spot.machine.name} cannot start another program: its process table is full`;
  }
}

/** A machine of the lab stands for its first address. */
function addressOf({ lab, world }: LabSession, target: string): string {
  const machine = lab.machines.find(({ name }) => name === target);
  if (!machine) return target;
  machineNamed(world, target);
  return machine.nics[0]?.addresses[0]?.split('/')[0] ?? target;
}

/** `PING www.example.com (203.0.113.80) 56(84) bytes of data.` */
const PINGED = /^PING \S+ \(([\d.]+)\)/m;

/** What curl complained about. */
const COMPLAINT = /^curl: \(\d+\) (.*)$/m;

function hostOf(url: string): string {
  return url.replace(/^http:\/\//, '').replace(/[/:].*$/, '');
}

/** What ping said about the silence, in its own words where it had any. */
function silence(output: string): string {
  const complaint = output.split('\n').find((line) => /^\S*ping: |^From .* icmp_seq/.test(line));
  return complaint === undefined ? 'no answer' : `no answer: ${complaint.replace(/^\S*ping: (connect: )?/, '').trim()}`;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
