import type { Machine } from '../../machine/machine.ts';
import type { Process, Sys, WaitStatus } from '../../machine/process.ts';
import { Journal } from './journal.ts';
import { Service } from './service.ts';
import { findUnitFile } from './unit-file.ts';

/** systemd as process 1: which units there are, and what they do. */
export class ServiceManager {
  readonly machine: Machine;
  readonly journal: Journal;
  readonly bootMs: number;
  readonly #services = new Map<string, Service>();

  constructor(machine: Machine) {
    this.machine = machine;
    this.journal = new Journal(machine);
    this.bootMs = machine.wallClockMs;
    machine.init.comm = 'systemd';
    machine.onReaped = (status) => this.#reaped(status);
  }

  /** Those that were ever asked for, in the order of their names. */
  get loaded(): readonly Service[] {
    return [...this.#services.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** A unit by its whole name; undefined where it has no file, or a masked one. */
  find(name: string): Service | undefined {
    const file = findUnitFile(this.machine.init, name);
    if (file === 'masked') return this.#services.get(name);
    if (file === undefined) return undefined;
    let service = this.#services.get(name);
    if (service === undefined) {
      service = new Service(this.machine, this.journal, name, file);
      this.#services.set(name, service);
    }
    service.file = file;
    return service;
  }

  /** The socket by which a service is started when somebody connects. */
  socketOf(service: Service): Service | undefined {
    const name = service.name.replace(/\.service$/, '.socket');
    return service.isSocket ? undefined : this.find(name);
  }

  /** The service that a socket is for. */
  serviceOf(socket: Service): Service | undefined {
    return this.find(socket.name.replace(/\.socket$/, '.service'));
  }

  /** Starts a unit and what it requires; over when it has started or failed. */
  *start(service: Service, p: Process): Sys<void> {
    for (const name of service.file.words('Unit', 'Requires')) {
      const required = this.find(name);
      if (required !== undefined && required.state !== 'active') yield* this.start(required, p);
    }
    service.start();
    yield* this.settled(service, p);
  }

  /** Stops a unit and those that require it. */
  *stop(service: Service, p: Process): Sys<void> {
    for (const other of this.loaded) {
      if (other.mainPid !== 0 && other.file.words('Unit', 'Requires').includes(service.name)) yield* this.stop(other, p);
    }
    service.stop();
    yield* this.settled(service, p);
  }

  /** Until it is neither starting nor stopping; one that waits to be started again counts as failed. */
  *settled(service: Service, p: Process): Sys<void> {
    while ((service.state === 'activating' && service.sub !== 'auto-restart') || service.state === 'deactivating') {
      yield* p.wait([service.changed], undefined, 'job');
    }
  }

  /** A service's process says that it has started. */
  ready(pid: number): void {
    for (const service of this.#services.values()) if (service.mainPid === pid) service.ready();
  }

  /** Somebody connects to a socket file on which a socket unit listens: its service is started. */
  *connected(path: string, p: Process): Sys<void> {
    for (const socket of this.loaded) {
      if (!socket.isSocket || socket.state !== 'active' || !this.#listensOn(socket, path)) continue;
      const service = this.serviceOf(socket);
      if (service !== undefined && service.state !== 'active') yield* this.start(service, p);
    }
  }

  #listensOn({ file }: Service, path: string): boolean {
    const { files, init } = this.machine;
    return file.all('Socket', 'ListenStream').some((own) => own === path || own === files.resolve(init, path));
  }

  #reaped(status: WaitStatus): void {
    for (const service of this.#services.values()) if (service.mainPid === status.pid) service.ended(status);
  }
}

const managers = new WeakMap<Machine, ServiceManager>();

/** The machine's service manager; undefined where process 1 is no systemd. */
export const serviceManager = (machine: Machine): ServiceManager | undefined => managers.get(machine);

/** Makes systemd the machine's process 1. */
export function bootSystemd(machine: Machine): ServiceManager {
  const manager = new ServiceManager(machine);
  managers.set(machine, manager);
  return manager;
}
