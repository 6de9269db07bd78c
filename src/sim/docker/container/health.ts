import { concat } from '../../base/bytes.ts';
import { NS_PER_S } from '../../base/time.ts';
import { text } from '../../base/utf8.ts';
import type { Engine } from '../engine.ts';
import { DockerError } from '../error.ts';
import type { HealthConfig } from '../image/image.ts';
import type { Container } from './container.ts';
import { createExec, startExec } from './exec.ts';

const DEFAULT_INTERVAL_NS = 30 * NS_PER_S;
const DEFAULT_TIMEOUT_NS = 30 * NS_PER_S;
const DEFAULT_RETRIES = 3;
const KEPT_RESULTS = 5;
const MAX_OUTPUT = 4096;

/** Asks containers in turn how they are (daemon/health.go). */
export class HealthMonitor {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  start(container: Container): void {
    const { healthcheck } = container.spec;
    if (healthcheck === undefined || healthcheck.test.length === 0 || healthcheck.test[0] === 'NONE') return;
    container.health = 'starting';
    container.healthLog = [];
    container.failingStreak = 0;
    this.#schedule(container, healthcheck);
  }

  #schedule(container: Container, config: HealthConfig): void {
    this.#later(container, config.intervalNs === 0 ? DEFAULT_INTERVAL_NS : config.intervalNs, () => {
      if (container.status === 'running') this.#probe(container, config);
      else if (container.status === 'paused') this.#schedule(container, config);
    });
  }

  #probe(container: Container, config: HealthConfig): void {
    const engine = this.#engine;
    const { machine } = engine.host;
    const [kind, ...rest] = config.test;
    const argv = kind === 'CMD-SHELL' ? [...(container.image.config.shell ?? ['/bin/sh', '-c']), ...rest] : rest;
    const startMs = machine.wallClockMs;
    const output: Uint8Array[] = [];
    const timeoutNs = config.timeoutNs === 0 ? DEFAULT_TIMEOUT_NS : config.timeoutNs;
    let over = false;
    const end = (exitCode: number, said: string): void => {
      if (over) return;
      over = true;
      cancel();
      this.#result(container, config, { startMs, endMs: machine.wallClockMs, exitCode, output: said });
      if (container.isRunning) this.#schedule(container, config);
    };
    let cancel = (): void => {};
    try {
      const exec = createExec(engine, container, {
        argv,
        env: [],
        tty: false,
        openStdin: false,
        user: '',
        workingDir: '',
        privileged: false,
      });
      const process = startExec(engine, container, exec, (_, data) => void output.push(data));
      cancel = this.#later(container, timeoutNs, () => {
        process.task.post('SIGKILL', container.shim?.task);
        end(-1, `Health check exceeded timeout (${timeoutNs / NS_PER_S}s)`);
      });
      process.ended.add(() => end(process.exitCode ?? 0, text(concat(...output)).slice(0, MAX_OUTPUT)));
    } catch (thrown) {
      if (!(thrown instanceof DockerError)) throw thrown;
      end(-1, thrown.message);
    }
  }

  #result(container: Container, config: HealthConfig, result: Container['healthLog'][number]): void {
    if (!container.isRunning) return;
    const before = container.health;
    container.healthLog = [...container.healthLog, result].slice(-KEPT_RESULTS);
    if (result.exitCode === 0) {
      container.failingStreak = 0;
      container.health = 'healthy';
    } else {
      const { machine } = this.#engine.host;
      const starting = before === 'starting' && machine.clock.now - container.startedNs < config.startPeriodNs;
      if (!starting) container.failingStreak++;
      if (container.failingStreak >= (config.retries === 0 ? DEFAULT_RETRIES : config.retries)) container.health = 'unhealthy';
    }
    if (container.health !== before) {
      this.#engine.events.note(container, `health_status: ${container.health}`);
      container.changed.wake();
    }
  }

  #later(container: Container, ns: number, then: () => void): () => void {
    const { clock } = this.#engine.host.machine;
    const timer = clock.schedule(ns, () => {
      container.timers.delete(cancel);
      then();
    });
    const cancel = (): void => {
      container.timers.delete(cancel);
      clock.cancel(timer);
    };
    container.timers.add(cancel);
    return cancel;
  }
}
