import { WaitQueue } from '../../base/wait-queue.ts';
import type { FileTree } from '../../machine/file-system.ts';
import type { ImageDirectory } from '../../machine/files/image-tree.ts';
import type { Task } from '../../machine/task.ts';
import type { Image } from '../image/image.ts';
import { changedBytes } from '../image/layer-size.ts';
import type { Endpoint } from '../network/endpoint.ts';
import type { Sandbox } from '../network/sandbox.ts';
import type { Shim, ShimProcess } from '../runtime/shim.ts';
import type { Exec } from './exec.ts';
import { ContainerLog, type StreamName } from './log.ts';
import type { ContainerSpec, EndpointSettings } from './spec.ts';

export type Status = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';
export type Health = 'starting' | 'healthy' | 'unhealthy';

/** A mount of a container, as `docker inspect` lists it. */
export interface ContainerMount {
  readonly type: 'bind' | 'volume' | 'tmpfs';
  /** Of a volume. */
  readonly name: string | undefined;
  /** Path on the host. */
  readonly source: string;
  readonly destination: string;
  readonly mode: string;
  readonly writable: boolean;
  /** A volume that is still empty gets what the image has at its place. */
  readonly copyUp: boolean;
  /** Of a tmpfs, as mount(8) takes them. */
  readonly options: string;
}

/** Gets what a container prints, from the moment it attached on. */
export type OutputListener = (stream: StreamName, data: Uint8Array) => void;

/** Stopped by nobody yet, or a date: ms since 1970. */
export const NEVER_MS = Number.NEGATIVE_INFINITY;

/** One container: what it is to be, what it is, and what of it lives. */
export class Container {
  readonly id: string;
  name: string;
  /** Docker chose the name, so that it is none in networks. */
  anonymous: boolean;
  /** As it was asked for: `busybox`, or an id. */
  readonly imageName: string;
  readonly image: Image;
  /** With what the image says where the user said nothing. `docker update` changes it. */
  spec: ContainerSpec;
  readonly createdMs: number;
  readonly createdNs: number;
  readonly mounts: readonly ContainerMount[];
  /** The image with what every container has besides: what its changes are told from. */
  readonly initLayer: ImageDirectory;
  /** Its file system: the changes over that. */
  readonly tree: FileTree;
  readonly log = new ContainerLog();
  readonly listeners = new Set<OutputListener>();
  readonly execs = new Map<string, Exec>();

  status: Status = 'created';
  exitCode = 0;
  error = '';
  oomKilled = false;
  startedMs = NEVER_MS;
  startedNs = 0;
  finishedMs = NEVER_MS;
  finishedNs = 0;
  restartCount = 0;
  health: Health | undefined;
  healthLog: { readonly startMs: number; readonly endMs: number; readonly exitCode: number; readonly output: string }[] = [];
  failingStreak = 0;
  /** It is being stopped: no policy starts it again when it ends. */
  exitOnNext = false;
  /** It was somebody who stopped it, not the engine that ended: with `unless-stopped` the next engine does not start it. */
  stoppedByUser = false;
  /** `docker stop` or `restart` is at it: that is an event of its own when it has ended. */
  stopping = false;
  /** Its status has changed. */
  readonly changed = new WaitQueue();

  /** The networks it is to be in, by name, and how. */
  readonly networks: Map<string, EndpointSettings>;
  sandbox: Sandbox | undefined;
  /** With `container:` networking: whose /etc/hosts, hostname and resolv.conf it has. */
  sharesFilesOf: Container | undefined;
  /** With `--ipc container:`: whose /dev/shm it has. */
  sharesIpcOf: Container | undefined;
  /** Of the last sandbox: inspect shows it after a stop. */
  sandboxId = '';
  sandboxKey = '';
  /** By the network's name; while it runs. */
  readonly endpoints = new Map<string, Endpoint>();
  /** Those it had when its engine was killed: they are shown until it starts again, since nobody has written down that they are gone. */
  staleEndpoints: ReadonlyMap<string, Endpoint> = new Map();
  shim: Shim | undefined;
  process: ShimProcess | undefined;
  /** Undoes what its life has started: restart and health timers. */
  readonly timers = new Set<() => void>();

  constructor(parts: {
    readonly id: string;
    readonly name: string;
    readonly anonymous: boolean;
    readonly imageName: string;
    readonly image: Image;
    readonly spec: ContainerSpec;
    readonly createdMs: number;
    readonly createdNs: number;
    readonly mounts: readonly ContainerMount[];
    readonly initLayer: ImageDirectory;
    readonly tree: FileTree;
    readonly networks: Map<string, EndpointSettings>;
  }) {
    this.id = parts.id;
    this.name = parts.name;
    this.anonymous = parts.anonymous;
    this.imageName = parts.imageName;
    this.image = parts.image;
    this.spec = parts.spec;
    this.createdMs = parts.createdMs;
    this.createdNs = parts.createdNs;
    this.mounts = parts.mounts;
    this.initLayer = parts.initLayer;
    this.tree = parts.tree;
    this.networks = parts.networks;
  }

  get shortId(): string {
    return this.id.slice(0, 12);
  }

  /** It has a process (it may be paused). */
  get isRunning(): boolean {
    return this.status === 'running' || this.status === 'paused';
  }

  /** What runs in it, oldest first. */
  get tasks(): readonly Task[] {
    return this.shim?.descendants ?? [];
  }

  get hostname(): string {
    return this.spec.hostname;
  }

  /** `default` is the bridge. */
  get networkMode(): string {
    const { networkMode } = this.spec.host;
    return networkMode === 'default' ? 'bridge' : networkMode;
  }

  setStatus(status: Status): void {
    this.status = status;
    this.changed.wake();
  }

  /** What its life had started is off. */
  cancelTimers(): void {
    for (const cancel of this.timers) cancel();
    this.timers.clear();
  }

  /** What one of its processes printed: kept, and shown to those who watch. */
  printed(stream: StreamName, data: Uint8Array, nowNs: number, nowMs: number): void {
    this.log.append(stream, data, nowNs, nowMs);
    for (const listener of this.listeners) listener(stream, data);
  }

  /** What its changes over the image take, in bytes. */
  get changedBytes(): number {
    return changedBytes(this.initLayer, this.tree.snapshot());
  }

  /** Where its files lie on the host. */
  get directory(): string {
    return `/var/lib/docker/containers/${this.id}`;
  }
}
