import type { Props } from '@theme/DocSidebarItem/Link';
import Link from '@theme-original/DocSidebarItem/Link';
import type { ReactNode } from 'react';
import { useOutline } from '../../../components/outline.ts';
import { Dots } from '../../../components/Progress/Dots.tsx';
import styles from './styles.module.css';

/** A chapter in the sidebar, with its number and the progress of its exercises. */
export default function DocSidebarItemLink(props: Props): ReactNode {
  const { item } = props;
  const number = useOutline().find(({ id }) => id === item.docId)?.number;
  if (item.docId === undefined) return <Link {...props} />;
  const label = (
    <span className={styles.item}>
      {number !== undefined && <span className={styles.number}>{number}</span>}
      <span className={styles.label}>{item.label}</span>
      <Dots chapter={item.docId} />
    </span>
  );
  // The theme only draws the label, but calls it a string.
  return <Link {...props} item={{ ...item, label: label as unknown as string }} />;
}
