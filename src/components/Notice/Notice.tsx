import clsx from 'clsx';
import type { ReactNode } from 'react';
import styles from './Notice.module.css';

export interface NoticeProps {
  /** `alarm` for what stops the lab. */
  readonly tone?: 'quiet' | 'alarm';
  readonly children: ReactNode;
  /** Buttons. */
  readonly actions?: ReactNode;
}

/** Something vethlab itself has to say, set apart from what Linux says. */
export function Notice({ tone = 'quiet', children, actions }: NoticeProps): ReactNode {
  return (
    <div className={clsx(styles.notice, styles[tone])} role={tone === 'alarm' ? 'alert' : 'status'}>
      <div className={styles.words}>{children}</div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
