import type { ReactNode } from 'react';
import type { Finding } from '../../course/exercise.ts';
import styles from './Why.module.css';

/** Why a check failed: what was expected, what happened, and where the packet ended. */
export function Why({ finding }: { readonly finding: Finding }): ReactNode {
  const { expected, actual, hop } = finding;
  const where =
    hop && [hop.dev && `device ${hop.dev}`, hop.netns === 'host' ? '' : `namespace ${hop.netns}`, hop.machine].filter(Boolean).join(', ');
  return (
    <dl className={styles.why}>
      {expected !== undefined && (
        <div>
          <dt>Expected</dt>
          <dd>{expected}</dd>
        </div>
      )}
      {actual !== undefined && (
        <div>
          <dt>What happened</dt>
          <dd>{actual}</dd>
        </div>
      )}
      {hop && (
        <div>
          <dt>The packet ended</dt>
          <dd>
            at {where}: {hop.reason}
          </dd>
        </div>
      )}
    </dl>
  );
}
