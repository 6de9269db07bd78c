/** A control group: a directory of every hierarchy alike (cgroups(7), version 1). Limits are not simulated. */
export class Cgroup {
  readonly name: string;
  readonly parent: Cgroup | undefined;
  /** What its own freezer.state was set to. freezer.ts writes it. */
  selfFrozen = false;
  #children: Map<string, Cgroup> | undefined;

  constructor(name = '', parent?: Cgroup) {
    this.name = name;
    this.parent = parent;
  }

  get path(): string {
    return this.parent === undefined ? '' : `${this.parent.path}/${this.name}`;
  }

  get children(): readonly Cgroup[] {
    return [...(this.#children?.values() ?? [])];
  }

  child(name: string): Cgroup | undefined {
    return this.#children?.get(name);
  }

  /** The one of that name below, made if it is not there. */
  make(name: string): Cgroup {
    const known = this.child(name);
    if (known !== undefined) return known;
    const made = new Cgroup(name, this);
    this.#children ??= new Map();
    this.#children.set(name, made);
    return made;
  }

  get parentFrozen(): boolean {
    return this.parent?.isFrozen ?? false;
  }

  /** Its processes do not run (kernel/cgroup/legacy_freezer.c). */
  get isFrozen(): boolean {
    return this.selfFrozen || this.parentFrozen;
  }

  /** Nobody is in it any more. */
  remove(): void {
    if (this.parent?.child(this.name) === this) this.parent.#children?.delete(this.name);
  }

  /** As somebody sees it whose cgroup namespace begins at `root` (cgroup_path_ns). */
  pathFrom(root: Cgroup): string {
    const up: string[] = [];
    for (let top: Cgroup | undefined = root; top !== undefined; top = top.parent) {
      const down: string[] = [];
      for (let at: Cgroup | undefined = this; at !== undefined && at !== top; at = at.parent) {
        if (at.parent === undefined) break;
        down.unshift(at.name);
      }
      if (this.isIn(top)) return `/${[...up, ...down].join('/')}`;
      up.push('..');
    }
    return '/';
  }

  /** It is that one or below it. */
  isIn(top: Cgroup): boolean {
    for (let at: Cgroup | undefined = this; at !== undefined; at = at.parent) if (at === top) return true;
    return false;
  }
}
