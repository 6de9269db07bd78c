import { isError } from '../sim/base/result.ts';
import { NS_PER_S } from '../sim/base/time.ts';
import { IFF_UP } from '../sim/kernel/device/net-device.ts';
import { glance } from '../sim/lab/glance.ts';
import { LabSession } from '../sim/lab/session.ts';
import { dissect, type Layer } from '../sim/wire/dissect.ts';
import { Summary } from '../sim/wire/summary.ts';
import {
  type ContainerView,
  containersOf,
  containerView,
  type DockerNetworkView,
  dockerNetworksOf,
  findContainer,
  type ImageView,
  imagesOf,
} from './containers.ts';
import type { Vars } from './draw.ts';
import type { Finding } from './exercise.ts';
import { CheckError, findSpot, machineNamed, noContainer, type Place, type Spot } from './place.ts';
import { Vantage } from './vantage.ts';
import {
  type AddressView,
  addressesOf,
  type FdbView,
  fdbOf,
  fileText,
  type LinkView,
  linksOf,
  type NamespaceView,
  type NeighView,
  namespacesOf,
  neighboursOf,
  type ProcessView,
  processesOf,
  type RouteView,
  routesOf,
  writtenNs,
} from './views.ts';

/** Where `answer` keeps findings. */
const ANSWERS = '/root/answers';

/** A frame that passed a device. */
export interface CapturedFrame {
  readonly direction: 'out' | 'in';
  /** As tcpdump prints it, without the time. */
  readonly summary: string;
  readonly layers: readonly Layer[];
}

/** What a {@link CheckWorld} may do besides looking. */
type Reach = 'looks' | 'probes' | 'owns';

/**
 * The world as a check sees it. Looking (namespaces, links, addresses, files, answers…) costs nothing and reads the learner's world as it
 * is; probes (ping, names, commands, captures) run in forks of it and leave it alone. What was typed is not in here: a check judges the
 * network, not the way to it.
 */
export class CheckWorld<V extends Vars = Vars> {
  readonly vars: V;
  readonly #session: LabSession;
  readonly #reach: Reach;
  #probes: LabSession | undefined;

  private constructor(session: LabSession, vars: V, reach: Reach) {
    this.#session = session;
    this.vars = vars;
    this.#reach = reach;
  }

  /** The learner's world, with probes in forks of it. */
  static grading<V extends Vars>(session: LabSession, vars: V): CheckWorld<V> {
    return new CheckWorld(session, vars, 'probes');
  }

  /** The learner's world for looking only: for checks that are shown live. */
  static live<V extends Vars>(session: LabSession, vars: V): CheckWorld<V> {
    return new CheckWorld(session, vars, 'looks');
  }

  // Looking.

  /** All network namespaces of a machine, its own first. */
  namespaces(machine: string): readonly NamespaceView[] {
    return namespacesOf(machineNamed(this.#session.world, machine));
  }

  /** The namespace of that name in /run/netns. */
  namespace(machine: string, name: string): NamespaceView | undefined {
    return this.namespaces(machine).find(({ label, named }) => named && label === name);
  }

  /** Its devices in order of ifindex; none where there is no such namespace. */
  links(place: Place): readonly LinkView[] {
    return this.#at(place, linksOf) ?? [];
  }

  link(place: Place, name: string): LinkView | undefined {
    return this.links(place).find((link) => link.name === name);
  }

  /** Addresses of all devices or of one, IPv4 and IPv6. */
  addresses(place: Place, dev?: string): readonly AddressView[] {
    return (this.#at(place, addressesOf) ?? []).filter((address) => dev === undefined || address.dev === dev);
  }

  /** IPv4 addresses in CIDR form. */
  ipv4(place: Place, dev?: string): readonly string[] {
    return this.addresses(place, dev)
      .filter(({ family }) => family === 'inet')
      .map(({ cidr }) => cidr);
  }

  routes(place: Place, family: 'inet' | 'inet6' = 'inet'): readonly RouteView[] {
    return this.#at(place, (spot) => routesOf(spot, family)) ?? [];
  }

  neigh(place: Place, family: 'inet' | 'inet6' = 'inet'): readonly NeighView[] {
    return this.#at(place, (spot) => neighboursOf(spot, family)) ?? [];
  }

  /** Forwarding entries of its bridges and vxlans. */
  fdb(place: Place, dev?: string): readonly FdbView[] {
    return (this.#at(place, fdbOf) ?? []).filter((entry) => dev === undefined || entry.dev === dev);
  }

  /** The rules of a table of iptables, as `iptables -S` lists them; none where there is no such place. */
  rules(place: Place, table: 'filter' | 'nat' | 'mangle' | 'raw' | 'security' = 'filter'): readonly string[] {
    const listing = this.#at(place, ({ machine, netns }) => glance(machine, netns, ['iptables', '-t', table, '-S']));
    return (listing ?? '').split('\n').filter((line) => line !== '');
  }

  /** Docker's containers, stopped ones too, in the order in which they were made. */
  containers(machine: string): readonly ContainerView[] {
    return containersOf(machineNamed(this.#session.world, machine));
  }

  /** By name, or by the beginning of its id. */
  container(machine: string, name: string): ContainerView | undefined {
    const found = findContainer(machineNamed(this.#session.world, machine), name);
    return found && containerView(found);
  }

  /** Whether the container of that name is the one that the learner found, and has neither been stopped nor started again. */
  same(machine: string, name: string): Finding {
    const before = this.#session.found.get(machine)?.get(name);
    const now = this.container(machine, name);
    const finding = (ok: boolean, actual: string): Finding => ({
      ok,
      expected: `${name} on ${machine} is the container that was there, running since then`,
      actual,
    });
    if (before === undefined) throw new CheckError(`there was no container called ${name} on ${machine} when the learner came`);
    if (now === undefined) return finding(false, noContainer(machine, name));
    if (now.id !== before.id) return finding(false, 'it is another container of that name');
    const restarted = now.startedMs !== undefined && now.startedMs !== before.startedMs;
    if (now.pid !== before.pid || restarted) return finding(false, now.running ? 'it was started again' : 'it is not running');
    return finding(true, 'it is');
  }

  /** Docker's networks, `bridge`, `host` and `none` among them. */
  networks(machine: string): readonly DockerNetworkView[] {
    return dockerNetworksOf(machineNamed(this.#session.world, machine));
  }

  /** Docker's images. */
  images(machine: string): readonly ImageView[] {
    return imagesOf(machineNamed(this.#session.world, machine));
  }

  processes(machine: string): readonly ProcessView[] {
    return processesOf(machineNamed(this.#session.world, machine));
  }

  /** A file's text; undefined where there is none. `host1` or, as its first process sees it, `host1@web`. */
  file(place: string, path: string): string | undefined {
    return this.#at(place, (spot) => fileText(spot, path));
  }

  /** Names in a directory, sorted; none where there is no such directory. */
  directory(machine: string, path: string): readonly string[] {
    const { files, init } = machineNamed(this.#session.world, machine);
    const names = files.readDirectory(init, path);
    return isError(names) ? [] : [...names].sort();
  }

  /** What the learner gave as `answer NAME VALUE` on a machine. */
  answer(name: string, machine?: string): string | undefined {
    const given = this.file(machine ?? this.#firstMachine(), `${ANSWERS}/${name}`)?.trim();
    return given === '' ? undefined : given;
  }

  /** Whether an answer is what the world says; the finding does not give the truth away. */
  answered(name: string, truth: string | undefined, machine?: string): Finding {
    const given = this.answer(name, machine);
    return {
      ok: given !== undefined && truth !== undefined && given.toLowerCase() === truth.toLowerCase(),
      expected: `answer ${name} is what this world shows`,
      actual: given === undefined ? `there is no answer ${name} yet` : `your answer is ${given}`,
    };
  }

  /** The world as it was just before that answer was given; undefined where there is none. A fork: not for live checks. */
  beforeAnswer(name: string, machine = this.#firstMachine()): CheckWorld<V> | undefined {
    this.#mayProbe();
    const given = writtenNs(machineNamed(this.#session.world, machine), `${ANSWERS}/${name}`);
    return given === undefined ? undefined : new CheckWorld(this.#session.forkAt(given), this.vars, 'owns');
  }

  // Probes.

  /** Where probes start: `host1`, `host1/red`, `host1@web`. */
  from(place: Place): Vantage {
    return new Vantage(
      place,
      () => this.#probeSession(),
      () => (this.#reach === 'owns' ? this.#session : this.#forked()),
    );
  }

  /** The frames that pass a device while probes run from the world given to `during`. */
  captured(place: Place, dev: string, during: (world: CheckWorld<V>) => void): readonly CapturedFrame[] {
    const world = this.#reach === 'owns' ? this : this.fork();
    const { world: inner } = world.#session;
    const spot = findSpot(inner, place);
    const frames: CapturedFrame[] = [];
    const summary = new Summary();
    const stop = inner.trace.subscribe(({ machine, netns, dev: at, step }) => {
      if (machine !== spot?.machine.name || netns !== spot.netns.inode || at !== dev) return;
      if (step.kind !== 'transmit' && step.kind !== 'receive') return;
      const direction = step.kind === 'transmit' ? 'out' : 'in';
      frames.push({ direction, summary: summary.frame(step.frame), layers: dissect(step.frame) });
    });
    try {
      during(world);
    } finally {
      stop();
    }
    return frames;
  }

  /** A world of one's own in this state, to try another fate in: what is done there stays there, probes included. */
  fork(): CheckWorld<V> {
    return new CheckWorld(this.#forked(), this.vars, 'owns');
  }

  /**
   * The lab as the learner found it, with these files of the learner's put in: to try a script on a fresh machine. Paths as
   * `host1:/root/wire.sh`.
   */
  fresh(files: readonly string[]): CheckWorld<V> {
    this.#mayProbe();
    const session = new LabSession(this.#session.lab, this.#session.seed);
    for (const file of files) {
      const colon = file.indexOf(':');
      const [machine, path] = [file.slice(0, colon), file.slice(colon + 1)];
      const from = machineNamed(this.#session.world, machine);
      const to = machineNamed(session.world, machine);
      const data = from.files.readFile(from.init, path);
      if (!isError(data)) to.files.writeFile(to.init, path, data);
    }
    return new CheckWorld(session, this.vars, 'owns');
  }

  // Another fate: only in a fork.

  /** Pulls a machine's network cable out of its switch, or takes a virtual device down. */
  cut(place: Place, dev: string): this {
    return this.#plugged(place, dev, false);
  }

  /** Puts it back. */
  plug(place: Place, dev: string): this {
    return this.#plugged(place, dev, true);
  }

  /** Lets time pass. */
  wait(seconds: number): this {
    const { world } = this.#ownSession('wait');
    world.run(world.clock.now + seconds * NS_PER_S);
    return this;
  }

  #plugged(place: Place, dev: string, on: boolean): this {
    const { world } = this.#ownSession(on ? 'plug' : 'cut');
    const spot = findSpot(world, place);
    const device = spot?.netns.deviceByName(dev);
    if (!spot || !device) return this;
    const cable = world.cables.get(device);
    if (cable) world.switches.get(cable.network)?.setPlugged(cable.port, on);
    else spot.netns.rtnetlink.setLink(device.ifindex, { flags: on ? IFF_UP : 0, flagsMask: IFF_UP });
    // Carriers take a moment to be noticed, as on Linux.
    return this.wait(2);
  }

  #at<T>(place: Place, read: (spot: Spot) => T): T | undefined {
    const spot = findSpot(this.#session.world, place);
    return spot && read(spot);
  }

  #firstMachine(): string {
    return this.#session.lab.machines[0]?.name ?? '';
  }

  /** One fork serves all read-only probes. */
  #probeSession(): LabSession {
    if (this.#reach === 'owns') return this.#session;
    this.#probes ??= this.#forked();
    return this.#probes;
  }

  #forked(): LabSession {
    this.#mayProbe();
    return this.#session.fork();
  }

  #ownSession(what: string): LabSession {
    if (this.#reach !== 'owns') throw new CheckError(`${what}() changes the world: call it on fork()`);
    return this.#session;
  }

  #mayProbe(): void {
    if (this.#reach === 'looks') throw new CheckError('a live check may only look: probes and forks cost too much to run at every change');
  }
}
