import { Random } from '../../sim/base/random.ts';

export interface Link {
  name: string;
  /** The namespace it is in, '' for the host's own. */
  netns: string;
  peer: Link | undefined;
  up: boolean;
  readonly addresses: string[];
}

/** A maker of the next command, or nothing where it makes no sense now. */
export type Maker = (learner: Learner) => string | undefined;

/**
 * What the learner at the keyboard believes the machine looks like: enough to type commands that mostly work. It is not a
 * second simulator, and is wrong now and then, as learners are.
 */
export class Learner {
  readonly random: Random;
  readonly namespaces: string[] = [];
  readonly links: Link[] = [];
  readonly bridges: Link[] = [];
  /** Lines to type before anything else: the rest of a thing begun. */
  readonly plan: string[] = [];
  /** Lines to type at the very end. */
  readonly ending: string[] = [];
  /** Programs begun in the background so far; names them. */
  captures = 0;
  #subnets = 0;

  constructor(seed: string) {
    this.random = new Random(seed);
    this.links.push(
      { name: 'lo', netns: '', peer: undefined, up: true, addresses: ['127.0.0.1/8'] },
      { name: 'eth0', netns: '', peer: undefined, up: true, addresses: ['192.168.56.11/24'] },
    );
  }

  chance(percent: number): boolean {
    return this.random.int(100) < percent;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[this.random.int(list.length)];
    if (item === undefined) throw new Error('nothing to pick from');
    return item;
  }

  /** One of the list, or undefined when it is empty. */
  pickIfAny<T>(list: readonly T[]): T | undefined {
    return list.length === 0 ? undefined : this.pick(list);
  }

  /** A name of the pool that nobody has yet. */
  fresh(pool: readonly string[], taken: readonly string[]): string {
    const free = pool.filter((name) => !taken.includes(name));
    return this.pickIfAny(free) ?? `x${this.random.int(900) + 100}`;
  }

  /** A namespace, or '' for the host. */
  somewhere(): string {
    return this.chance(30) ? '' : (this.pickIfAny(this.namespaces) ?? '');
  }

  veths(): Link[] {
    return this.links.filter((link) => link.peer !== undefined);
  }

  link(): Link {
    return this.pickIfAny(this.chance(85) ? this.veths() : this.links) ?? this.pick(this.links);
  }

  drop(link: Link): void {
    const at = this.links.indexOf(link);
    if (at >= 0) this.links.splice(at, 1);
    if (this.bridges.includes(link)) this.bridges.splice(this.bridges.indexOf(link), 1);
  }

  /** Makes a namespace of that name. */
  enterNetns(commands: string[], name: string): void {
    commands.push(`ip netns add ${name}`);
    this.namespaces.push(name);
    this.links.push({ name: 'lo', netns: name, peer: undefined, up: false, addresses: [] });
  }

  nextSubnet(): string {
    this.#subnets++;
    return this.pick([`10.0.${this.#subnets}`, `192.168.${this.#subnets}`, `172.16.${this.#subnets}`, `10.${this.#subnets}.0`]);
  }

  nextSubnet6(): string {
    this.#subnets++;
    return this.pick([`fd00:${this.#subnets}::`, `2001:db8:${this.#subnets}::`]);
  }

  /** `ip ARGUMENTS` typed so that it acts in the namespace, in one of the ways there are. */
  ip(netns: string, words: string, options = ''): string {
    const front = options === '' ? '' : ` ${options}`;
    if (netns === '') return `ip${front} ${words}`;
    return this.pick([
      `ip netns exec ${netns} ip${front} ${words}`,
      `ip netns exec ${netns} ip${front} ${words}`,
      `ip -n ${netns}${front} ${words}`,
      `ip -n ${netns}${front} ${words}`,
      `ip${front} -netns ${netns} ${words}`,
      `nsenter --net=/var/run/netns/${netns} ip${front} ${words}`,
    ]);
  }

  /** Any program in the namespace. */
  run(netns: string, words: string): string {
    return netns === '' ? words : `ip netns exec ${netns} ${words}`;
  }
}
