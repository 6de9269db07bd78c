import { utf8 } from '../sim/base/bytes.ts';
import { NS_PER_MS, NS_PER_S } from '../sim/base/time.ts';
import { buildLab } from '../sim/lab/build.ts';
import { RunningCommand, runUntil } from '../sim/lab/run-command.ts';
import { standardHost } from '../sim/lab/standard.ts';
import type { World } from '../sim/world/world.ts';

/** A session recorded on real machines: what was typed on which host, and what came back. */
export interface Recording {
  readonly name: string;
  readonly title?: string;
  readonly hosts: readonly string[];
  readonly docker: readonly string[];
  readonly profile?: Readonly<Record<string, string>>;
  readonly steps: readonly RecordedStep[];
}

export interface RecordedStep {
  readonly host?: string;
  readonly cmd?: string;
  /** Lines typed into the command, `^C` and `^D` among them. */
  readonly input?: readonly string[];
  /** Starts the command in the background under this name. */
  readonly background?: string;
  /** Ends the background command of this name. */
  readonly end?: string;
  /** Seconds that pass. */
  readonly sleep?: number;
  readonly output?: string;
  readonly exit?: number | null;
  /** Two recordings differ here. */
  readonly unstable?: boolean;
}

/** How long the recorder lets a command be silent before it types the next line, and how long it watches before a Ctrl-C. */
const QUIET_S = 0.6;
const BEFORE_INTERRUPT_S = 2.4;
/** What one step costs on the recording machine when it is idle: starting a shell and a program. 7 to 11 ms were measured. */
const STEP_NS = 7 * NS_PER_MS;
const LIMIT_S = 60;
/** What images.sh of the recorder builds. */
const RECORDED_IMAGES = ['busybox:latest', 'centos:latest', 'nginx:latest', 'redis:latest'];

/** Runs a recording's steps in a fresh world, in virtual time: the recording with the simulator's own `output` and `exit`. */
export function replayRecording(recording: Recording): Recording {
  const machines = recording.hosts.map((name, index) => ({
    ...standardHost(index + 1),
    // The recorder's hosts are namespaces without a service manager.
    systemd: false,
    ...(recording.docker.includes(name) && { docker: { images: RECORDED_IMAGES } }),
  }));
  const world = buildLab({ id: recording.name, machines, outside: 'next-door' }, recording.name);
  const background = new Map<string, RunningCommand>();
  const steps = recording.steps.map((step) => {
    world.run(world.clock.now + STEP_NS);
    return replayStep(world, background, step);
  });
  return { ...recording, steps };
}

function replayStep(world: World, background: Map<string, RunningCommand>, step: RecordedStep): RecordedStep {
  if (step.sleep !== undefined) {
    world.run(world.clock.now + step.sleep * NS_PER_S);
    return step;
  }
  const running = step.end === undefined ? start(world, step) : background.get(step.end);
  if (!running) return { ...step, output: `no machine called ${step.host}\n`, exit: 255 };
  if (step.background !== undefined) {
    background.set(step.background, running);
    untilQuiet(world, running, 1, 5);
    return step;
  }
  if (step.end !== undefined) {
    untilQuiet(world, running, 0.5, 5);
    if (running.status === undefined) running.terminal.input(utf8('\x03'));
    runUntil(world, () => running.status !== undefined, 10);
  }
  for (const line of step.input ?? []) {
    if (line === '^C') runUntil(world, () => running.status !== undefined, BEFORE_INTERRUPT_S);
    else untilQuiet(world, running, QUIET_S, 20);
    if (running.status === undefined) running.terminal.input(utf8(line === '^C' ? '\x03' : line === '^D' ? '\x04' : `${line}\n`));
  }
  const ended = runUntil(world, () => running.status !== undefined, LIMIT_S);
  if (!ended) running.terminal.hangUp();
  return {
    ...step,
    output: ended ? shown(running.output) : `${shown(running.output)}\n[still running after the limit]\n`,
    exit: ended ? exitCode(running) : null,
  };
}

function start(world: World, step: RecordedStep): RunningCommand | undefined {
  const machine = world.machines.get(step.host ?? '');
  return machine && new RunningCommand(world, machine, step.cmd ?? '');
}

function untilQuiet(world: World, running: RunningCommand, quietS: number, limitS: number): void {
  const from = world.clock.now;
  runUntil(
    world,
    () => running.status !== undefined || world.clock.now - Math.max(running.lastOutputNs, from) >= quietS * NS_PER_S,
    limitS,
  );
}

/** As the recorder reports it: negative after a signal. */
function exitCode(running: RunningCommand): number | null {
  const ended = running.process.endStatus;
  if (!ended) return null;
  return running.status !== undefined && ended.kind === 'signaled' ? 128 - running.status : (running.status ?? null);
}

/** Cursor movements and colours out. */
function shown(output: string): string {
  return output.replace(/\x1b\[[0-9;?]*[a-zA-Z]/g, '');
}
