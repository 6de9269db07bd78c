import { type Container, NEVER_MS } from './container.ts';

/** Whether a container that has just ended is started again (restartmanager.ShouldRestart). */
export const restartsNow = (container: Container): boolean =>
  !container.exitOnNext && (container.spec.host.restartPolicy.name === 'unless-stopped' || byPolicy(container));

/** Whether an engine that starts starts it (container.ShouldRestart): never one that has not run before. */
export const restartsAtBoot = (container: Container): boolean => {
  const { startedMs, stoppedByUser, spec } = container;
  if (startedMs === NEVER_MS) return false;
  return spec.host.restartPolicy.name === 'unless-stopped' ? !stoppedByUser : byPolicy(container);
};

function byPolicy({ spec, exitCode, restartCount }: Container): boolean {
  const { name, maximumRetryCount } = spec.host.restartPolicy;
  return name === 'always' || (name === 'on-failure' && exitCode !== 0 && (maximumRetryCount === 0 || restartCount < maximumRetryCount));
}
