import type { PidNamespace } from './namespaces.ts';

/** What identifies a process, and the group or session it leads, as long as any of these is left: a number in each pid namespace that sees it (struct pid). */
export class Pid {
  /** By level of the namespace: the machine's first comes first, its own last. */
  readonly numbers: readonly number[];
  readonly #ns: PidNamespace;

  constructor(numbers: readonly number[], ns: PidNamespace) {
    this.numbers = numbers;
    this.#ns = ns;
  }

  /** Its number in a namespace; 0 in one that does not see it (pid_nr_ns). */
  in(ns: PidNamespace): number {
    let at: PidNamespace | undefined = this.#ns;
    while (at !== undefined && at.level > ns.level) at = at.parent;
    return at === ns ? (this.numbers[ns.level] as number) : 0;
  }

  /** Its number in the machine's first namespace. */
  get global(): number {
    return this.numbers[0] as number;
  }

  /** Its number in its own namespace, as getpid(2) tells (task_pid_vnr). */
  get own(): number {
    return this.numbers.at(-1) as number;
  }
}
