import { NS_PER_MS } from '../../../base/time.ts';
import type { ContainerSpec } from '../../../docker/container/spec.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, ClientError, forEach } from './client.ts';
import type { Flags } from './flags.ts';
import { parseRestart } from './run-spec.ts';

const UPDATE_NS = 20 * NS_PER_MS;
const FLAGS = [
  ...['blkio-weight', 'cpu-period', 'cpu-quota', 'cpu-rt-period', 'cpu-rt-runtime', 'cpu-shares', 'cpus', 'cpuset-cpus', 'cpuset-mems'],
  ...['kernel-memory', 'memory', 'memory-reservation', 'memory-swap', 'pids-limit', 'restart'],
];

/** docker update. */
export function* update(client: Client, flags: Flags, names: readonly string[]): Sys<number> {
  const { engine } = client;
  if (!FLAGS.some((name) => flags.changed(name))) throw new ClientError('you must provide one or more flags when using this command');
  const restart = flags.string('restart');
  const change: Partial<ContainerSpec['host']> = {
    ...(restart !== '' && { restartPolicy: restartPolicy(restart) }),
    ...(flags.changed('memory') && { memory: flags.int('memory') }),
    ...(flags.changed('memory-swap') && { memorySwap: flags.int('memory-swap') }),
    ...(flags.changed('cpus') && { nanoCpus: flags.int('cpus') }),
    ...(flags.changed('pids-limit') && { pidsLimit: flags.int('pids-limit') }),
  };
  return yield* forEach(client, names, undefined, function* (name) {
    yield* client.takes(UPDATE_NS);
    engine.containers.update(engine.containers.find(name), change);
    yield* client.line(name);
  });
}

function restartPolicy(given: string): ContainerSpec['host']['restartPolicy'] {
  try {
    return parseRestart(given);
  } catch (thrown) {
    if (thrown instanceof ClientError) throw new ClientError(thrown.text);
    throw thrown;
  }
}
