import type { Container } from './container/container.ts';
import { Containers } from './container/containers.ts';
import type { LinkIndex } from './container/links.ts';
import { connect, disconnect } from './container/networking.ts';
import { restartsAtBoot } from './container/restart-policy.ts';
import type { EndpointSettings } from './container/spec.ts';
import type { EngineDisk } from './disk.ts';
import { DockerError } from './error.ts';
import { EventLog } from './events.ts';
import type { EngineHost } from './host.ts';
import { type CommitOptions, commitContainer } from './image/commit.ts';
import type { Image } from './image/image.ts';
import type { ImageStore } from './image/store.ts';
import { NetworkController } from './network/controller.ts';
import type { Network, NetworkSpec } from './network/network.ts';
import { type Volume, VolumeStore } from './volumes.ts';

/**
 * The Docker engine (moby's daemon): containers, networks, images and volumes of one host. Its methods are what the API offers; they
 * throw {@link DockerError}. Everything it does to the network it does through the kernel's own doors, as dockerd.
 */
export class Engine {
  readonly host: EngineHost;
  readonly events: EventLog;
  readonly containers: Containers;
  readonly networks: NetworkController;
  readonly images: ImageStore;
  readonly volumes: VolumeStore;
  readonly links: LinkIndex;
  readonly startedMs: number;
  readonly id: string;

  constructor(host: EngineHost, disk: EngineDisk) {
    this.host = host;
    this.events = new EventLog(host.machine);
    this.networks = new NetworkController(host, disk.networks);
    this.images = disk.images;
    this.volumes = new VolumeStore(host, disk.volumes);
    this.links = disk.links;
    this.startedMs = host.machine.wallClockMs;
    this.id = disk.engineId;
    this.containers = new Containers(this, disk.containers);
  }

  /** Brings the networks up, and those containers that are to be there whenever an engine is. */
  start(): void {
    this.networks.start();
    this.host.machine.netnsNamers.add(() => this.#netnsNames());
    for (const container of this.containers.all) {
      if (container.sandbox === undefined) continue;
      this.networks.clear(container.sandbox, container.endpoints.values());
      container.staleEndpoints = new Map(container.endpoints);
      container.endpoints.clear();
      container.sandbox = undefined;
    }
    for (const container of this.containers.all.filter(restartsAtBoot)) {
      try {
        this.containers.start(container);
      } catch (thrown) {
        if (!(thrown instanceof DockerError)) throw thrown;
      }
    }
  }

  /** Makes an image of what a container has become. Its name is given with {@link ImageStore.tag}. */
  commit(container: Container, options: CommitOptions): Image {
    const image = commitContainer(this, container, options);
    this.events.note(container, 'commit', { comment: options.comment, imageID: `sha256:${image.id}` });
    return image;
  }

  // ---- networks

  createNetwork(spec: NetworkSpec): Network {
    const network = this.networks.create(spec);
    this.events.noteNetwork(network, 'create');
    return network;
  }

  removeNetwork(network: Network): void {
    this.networks.remove(network);
    this.events.noteNetwork(network, 'destroy');
  }

  /** A container that does not run takes any name of a network; whether there is one shows when it starts. */
  connect(name: string, container: Container, settings: EndpointSettings): void {
    const network = this.#networkFor(container, name);
    if (network === undefined) {
      container.networks.set(name, settings);
      return;
    }
    connect(this.networks, container, network, settings);
    if (container.isRunning) this.events.noteNetwork(network, 'connect', { container: container.id });
  }

  disconnect(name: string, container: Container): void {
    const network = this.#networkFor(container, name);
    disconnect(this.networks, container, network ?? name);
    if (network === undefined) return;
    // One comes from the endpoint that goes, one from the request (daemon.DisconnectFromNetwork).
    if (container.isRunning) this.events.noteNetwork(network, 'disconnect', { container: container.id });
    this.events.noteNetwork(network, 'disconnect', { container: container.id });
  }

  #networkFor(container: Container, name: string): Network | undefined {
    try {
      return this.networks.find(name);
    } catch (thrown) {
      if (container.isRunning || !(thrown instanceof DockerError)) throw thrown;
      return undefined;
    }
  }

  // ---- volumes

  createVolume(name: string | undefined, options: Parameters<VolumeStore['create']>[1] = {}): Volume {
    const existing = name === undefined ? undefined : this.volumes.lookUp(name);
    if (existing !== undefined) return existing;
    const volume = this.volumes.create(name, options);
    this.events.noteVolume(volume, 'create');
    return volume;
  }

  /** Throws while a container has it. */
  removeVolume(volume: Volume): void {
    this.volumes.remove(
      volume,
      this.containers.with(volume).map(({ id }) => id),
    );
    this.events.noteVolume(volume, 'destroy');
  }

  /** A namespace that several containers share is called after the first. */
  #netnsNames(): ReadonlyMap<number, string> {
    const names = new Map<number, string>();
    if (this.host.daemon.ended) return names;
    for (const { name, process } of this.containers.all) {
      const inode = process?.task.netns.inode;
      if (inode !== undefined && !names.has(inode)) names.set(inode, name);
    }
    return names;
  }
}
