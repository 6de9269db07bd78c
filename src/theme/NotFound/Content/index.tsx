import Link from '@docusaurus/Link';
import type { ReactNode } from 'react';
import styles from './styles.module.css';

/** What stands where no page is. */
export default function NotFoundContent(): ReactNode {
  return (
    <main className={styles.page}>
      <p className={styles.said}>From vethlab: icmp_seq=1 Destination Page Unreachable</p>
      <h1>There is no page at this address</h1>
      <p>
        A link may be old, or a letter wrong. <Link to="/">The front page</Link> lists all chapters, and the search above looks through
        them.
      </p>
    </main>
  );
}
