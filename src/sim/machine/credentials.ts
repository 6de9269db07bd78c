import { fail, type KernelError } from '../base/result.ts';
import {
  ALL_CAPABILITIES,
  type Capability,
  type CapabilitySet,
  capabilitySet,
  FILE_CAPABILITIES,
  hasCapability,
  NO_CAPABILITIES,
} from '../kernel/capability.ts';
import { globalId, idInside, type UserNamespace } from '../kernel/user-namespace.ts';

/** Real, effective and saved id. */
export type Ids = readonly [real: number, effective: number, saved: number];

/** What a container runtime or a test gives a process outright. Sets are those of root; another user loses them with the next exec. */
export interface NewCredentials {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
  /** Permitted, effective and bounding set. */
  readonly capabilities: CapabilitySet;
}

/** What execve(2) finds out about a program's file that changes who runs it. */
export interface FilePrivileges {
  /** Owner and group of a file with the set-user-ID or set-group-ID bit. */
  readonly setuid?: number;
  readonly setgid?: number;
  /** Its file capabilities, permitted and effective (`cap_net_raw=ep`). */
  readonly capabilities?: CapabilitySet;
}

const ROOT = 0;

/**
 * Who a process is and what it may (struct cred): credentials(7), capabilities(7). Ids are those of the machine's first user
 * namespace. The calls of setuid(2), capset(2) and prctl(2) are methods; each checks what Linux checks.
 */
export class Credentials {
  uids: Ids = [ROOT, ROOT, ROOT];
  gids: Ids = [ROOT, ROOT, ROOT];
  groups: readonly number[] = [];
  inheritable: CapabilitySet = NO_CAPABILITIES;
  permitted: CapabilitySet = ALL_CAPABILITIES;
  effective: CapabilitySet = ALL_CAPABILITIES;
  bounding: CapabilitySet = ALL_CAPABILITIES;
  ambient: CapabilitySet = NO_CAPABILITIES;
  /** PR_SET_KEEPCAPS: permitted capabilities outlive the change from root to another user. */
  keepCapabilities = false;
  /** PR_SET_NO_NEW_PRIVS: exec grants nothing any more. */
  noNewPrivileges = false;
  /** Capabilities hold in this user namespace and those below. */
  userNamespace: UserNamespace;

  constructor(userNamespace: UserNamespace) {
    this.userNamespace = userNamespace;
  }

  /** What a child starts with (copy_creds). */
  copy(): Credentials {
    return Object.assign(new Credentials(this.userNamespace), this);
  }

  get uid(): number {
    return this.uids[1];
  }

  get gid(): number {
    return this.gids[1];
  }

  /** Its effective group is this one, or one of its others (in_group_p). */
  inGroup(gid: number): boolean {
    return this.gid === gid || this.groups.includes(gid);
  }

  /** Whether it has a capability over what belongs to a user namespace: its own, one below, or one its user made (cap_capable). */
  capable(capability: Capability, over: UserNamespace): boolean {
    for (let ns = over; ; ns = ns.owner) {
      if (ns === this.userNamespace) return hasCapability(this.effective, capability);
      if (ns.level <= this.userNamespace.level || ns.owner === undefined) return false;
      if (ns.owner === this.userNamespace && ns.uid === this.uid) return true;
    }
  }

  private own(capability: Capability): boolean {
    return hasCapability(this.effective, capability);
  }

  /** setresuid(2); undefined leaves an id. EPERM. */
  setresuid(real: number | undefined, effective: number | undefined, saved: number | undefined): undefined | KernelError {
    const wanted = this.change(this.uids, [real, effective, saved], 'setuid');
    if (wanted === undefined) return fail('EPERM');
    const before = this.uids;
    this.uids = wanted;
    this.fixCapabilities(before);
    return undefined;
  }

  setresgid(real: number | undefined, effective: number | undefined, saved: number | undefined): undefined | KernelError {
    const wanted = this.change(this.gids, [real, effective, saved], 'setgid');
    if (wanted === undefined) return fail('EPERM');
    this.gids = wanted;
    return undefined;
  }

  /** setuid(2): all three with the capability, else the effective one only. */
  setuid(uid: number): undefined | KernelError {
    return this.own('setuid') ? this.setresuid(uid, uid, uid) : this.setresuid(undefined, uid, undefined);
  }

  setgid(gid: number): undefined | KernelError {
    return this.own('setgid') ? this.setresgid(gid, gid, gid) : this.setresgid(undefined, gid, undefined);
  }

  setgroups(groups: readonly number[]): undefined | KernelError {
    if (!this.own('setgid') || this.userNamespace.setgroups === 'deny') return fail('EPERM');
    this.groups = groups;
    return undefined;
  }

  private change(old: Ids, wanted: readonly (number | undefined)[], capability: Capability): Ids | undefined {
    if (!this.own(capability) && wanted.some((id) => id !== undefined && !old.includes(id))) return undefined;
    return [wanted[0] ?? old[0], wanted[1] ?? old[1], wanted[2] ?? old[2]];
  }

  /** Who stops being root loses its capabilities, who becomes it by its effective id gets the permitted ones (cap_emulate_setxuid). */
  private fixCapabilities(before: Ids): void {
    const wasRoot = before.includes(ROOT);
    if (wasRoot && !this.uids.includes(ROOT)) {
      if (!this.keepCapabilities) {
        this.permitted = NO_CAPABILITIES;
        this.effective = NO_CAPABILITIES;
      }
      this.ambient = NO_CAPABILITIES;
    }
    if (before[1] === ROOT && this.uid !== ROOT) this.effective = NO_CAPABILITIES;
    if (before[1] !== ROOT && this.uid === ROOT) this.effective = this.permitted;
  }

  /** capset(2): no permitted one that it has not, no effective one beyond those, no inheritable one beyond permitted and bounding. */
  capset(permitted: CapabilitySet, effective: CapabilitySet, inheritable: CapabilitySet): undefined | KernelError {
    const within = (set: CapabilitySet, bound: CapabilitySet): boolean => (set & ~bound) === 0n;
    const mayInherit = this.inheritable | (this.own('setpcap') ? ALL_CAPABILITIES : this.permitted);
    if (!within(inheritable, mayInherit) || !within(inheritable, this.inheritable | this.bounding)) return fail('EPERM');
    if (!within(permitted, this.permitted) || !within(effective, permitted)) return fail('EPERM');
    this.permitted = permitted;
    this.effective = effective;
    this.inheritable = inheritable;
    this.ambient &= permitted & inheritable;
    return undefined;
  }

  /** PR_CAPBSET_DROP. EPERM without CAP_SETPCAP. */
  dropBounding(capability: Capability): undefined | KernelError {
    if (!this.own('setpcap')) return fail('EPERM');
    this.bounding &= ~capabilitySet(capability);
    return undefined;
  }

  /** PR_CAP_AMBIENT_RAISE and _LOWER. EPERM for one that is not both permitted and inheritable. */
  setAmbient(capability: Capability, on: boolean): undefined | KernelError {
    const bit = capabilitySet(capability);
    if (on && (this.permitted & this.inheritable & bit) === 0n) return fail('EPERM');
    this.ambient = on ? this.ambient | bit : this.ambient & ~bit;
    return undefined;
  }

  /** What a new user namespace gives who makes or enters it: everything there (set_cred_user_ns). */
  enter(userNamespace: UserNamespace): void {
    this.userNamespace = userNamespace;
    this.inheritable = NO_CAPABILITIES;
    this.permitted = ALL_CAPABILITIES;
    this.effective = ALL_CAPABILITIES;
    this.bounding = ALL_CAPABILITIES;
    this.ambient = NO_CAPABILITIES;
    this.keepCapabilities = false;
  }

  /** For a container runtime, which is root and sets everything before the container's first program runs: no check is made. */
  assign({ uid, gid, groups, capabilities }: NewCredentials): void {
    this.uids = [uid, uid, uid];
    this.gids = [gid, gid, gid];
    this.groups = groups;
    this.inheritable = NO_CAPABILITIES;
    this.bounding = capabilities;
    this.permitted = capabilities;
    this.effective = capabilities;
    this.ambient = NO_CAPABILITIES;
  }

  /**
   * What a program's file makes of them (cap_bprm_creds_from_file): root gets what is inheritable or bounding, others the file's
   * capabilities and the ambient ones. EPERM where a file's capabilities are not all to be had.
   */
  exec(file: FilePrivileges): undefined | KernelError {
    const root = globalId(this.userNamespace, 'uidMap', ROOT);
    const granted = this.noNewPrivileges || !this.knows(file) ? {} : file;
    const uid = granted.setuid ?? this.uid;
    const gid = granted.setgid ?? this.gid;
    let filePermitted = granted.capabilities ?? NO_CAPABILITIES;
    let fileInheritable = NO_CAPABILITIES;
    let effective = granted.capabilities !== undefined;
    let permitted = filePermitted & this.bounding;
    if (effective && (filePermitted & ~permitted) !== 0n) return fail('EPERM');
    const isRoot = root !== undefined && (uid === root || this.uids[0] === root);
    // A file with both set-user-ID root and capabilities gives a user who is not root the capabilities only.
    if (isRoot && !(effective && this.uids[0] !== root && uid === root)) {
      filePermitted = ALL_CAPABILITIES;
      fileInheritable = ALL_CAPABILITIES;
      if (uid === root) effective = true;
      permitted = (filePermitted & this.bounding) | (fileInheritable & this.inheritable);
    }
    const changed = uid !== this.uids[0] || gid !== this.gids[0];
    if (changed || granted.capabilities !== undefined) this.ambient = NO_CAPABILITIES;
    this.uids = [this.uids[0], uid, uid];
    this.gids = [this.gids[0], gid, gid];
    this.permitted = permitted | this.ambient;
    this.effective = effective ? this.permitted : this.ambient;
    this.keepCapabilities = false;
    return undefined;
  }

  /** A file whose owner the user namespace has no name for grants nothing. */
  private knows({ setuid, setgid }: FilePrivileges): boolean {
    const { userNamespace } = this;
    const uid = setuid === undefined || idInside(userNamespace, 'uidMap', setuid) !== undefined;
    return uid && (setgid === undefined || idInside(userNamespace, 'gidMap', setgid) !== undefined);
  }

  /** Passes by every permission of every file: what root nearly always does. */
  get ignoresPermissions(): boolean {
    return this.userNamespace.owner === undefined && (this.effective & FILE_CAPABILITIES) === FILE_CAPABILITIES;
  }
}
