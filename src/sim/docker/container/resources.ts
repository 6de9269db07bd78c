import { invalid } from '../error.ts';
import type { EngineHost } from '../host.ts';
import type { HostConfig } from './spec.ts';

const MIN_MEMORY = 6 * 1024 * 1024;
const NANO = 1e9;

type Resources = Pick<HostConfig, 'memory' | 'memorySwap' | 'nanoCpus'>;

/** Throws what the engine says about limits that it cannot set (daemon_unix.go, verifyPlatformContainerResources). */
export function checkResources({ memory, memorySwap, nanoCpus }: Resources, host: EngineHost): void {
  if (memory !== 0 && memory < MIN_MEMORY) throw invalid('Minimum memory limit allowed is 6MB');
  if (memory > 0 && memorySwap > 0 && memorySwap < memory) {
    throw invalid('Minimum memoryswap limit should be larger than memory limit, see usage');
  }
  if (memory === 0 && memorySwap > 0) throw invalid('You should always set the Memory limit when using Memoryswap limit, see usage');
  if (nanoCpus === 0) return;
  const { cpus } = host;
  if (nanoCpus < 0 || nanoCpus > cpus * NANO) {
    throw invalid(`Range of CPUs is from 0.01 to ${cpus.toFixed(2)}, as there are only ${cpus} CPUs available`);
  }
}
