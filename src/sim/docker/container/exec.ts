import type { Engine } from '../engine.ts';
import { conflict } from '../error.ts';
import { newId } from '../network/network.ts';
import type { ProcessSpec, ShimProcess } from '../runtime/shim.ts';
import type { Container } from './container.ts';
import { checkLinks, linkEnv } from './links.ts';
import { capabilitiesOf, containerEnv } from './process.ts';

/** What `docker exec` asks for. */
export interface ExecSpec {
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly tty: boolean;
  readonly openStdin: boolean;
  readonly user: string;
  readonly workingDir: string;
  readonly privileged: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** A program that was started in a running container. */
export interface Exec {
  readonly id: string;
  readonly spec: ExecSpec;
  process: ShimProcess | undefined;
}

/** `docker exec` of a container: throws {@link DockerError} unless it runs. */
export function createExec(engine: Engine, container: Container, spec: ExecSpec): Exec {
  if (container.status === 'restarting') {
    throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
  }
  if (!container.isRunning) throw conflict(`Container ${container.id} is not running`);
  if (container.status === 'paused') throw conflict(`Container ${container.name} is paused, unpause the container before exec`);
  checkLinks(container, engine.links.inForce(container));
  const exec: Exec = { id: newId(engine.host.machine.random), spec, process: undefined };
  container.execs.set(exec.id, exec);
  engine.events.note(container, `exec_create: ${execText(spec)}`, { execID: exec.id });
  return exec;
}

/** Runs the program; throws what runc says if it cannot be run. */
export function startExec(engine: Engine, container: Container, exec: Exec, onOutput: ProcessSpec['onOutput']): ShimProcess {
  const { spec } = exec;
  const { shim } = container;
  if (shim === undefined) throw conflict(`Container ${container.id} is not running`);
  engine.events.note(container, `exec_start: ${execText(spec)}`, { execID: exec.id });
  try {
    exec.process = shim.exec({
      argv: spec.argv,
      env: containerEnv(container, linkEnv(container, engine.links.inForce(container)), spec.tty, spec.env),
      cwd: spec.workingDir === '' ? container.spec.workingDir : spec.workingDir,
      user: spec.user === '' ? container.spec.user : spec.user,
      groupAdd: container.spec.host.groupAdd,
      tty: spec.tty,
      openStdin: spec.openStdin,
      capabilities: capabilitiesOf(container, spec.privileged),
      ...(spec.columns === undefined ? {} : { columns: spec.columns }),
      ...(spec.rows === undefined ? {} : { rows: spec.rows }),
      onOutput,
    });
  } catch (thrown) {
    container.execs.delete(exec.id);
    throw thrown;
  }
  return exec.process;
}

const execText = ({ argv: [program = '', ...args] }: ExecSpec): string => `${program} ${args.join(' ')}`;
