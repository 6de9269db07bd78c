import type { Props } from '@theme/DocSidebarItem/Link';
import Link from '@theme-original/DocSidebarItem/Link';
import type { ReactNode } from 'react';
import { Dots } from '../../../components/Progress/Dots.tsx';
import styles from './styles.module.css';

/** A chapter in the sidebar, with the progress of its exercises. */
export default function DocSidebarItemLink(props: Props): ReactNode {
  const { item } = props;
  if (item.docId === undefined) return <Link {...props} />;
  const label = (
    <span className={styles.item}>
      <span>{item.label}</span>
      <Dots chapter={item.docId} />
    </span>
  );
  // The theme only draws the label, but calls it a string.
  return <Link {...props} item={{ ...item, label: label as unknown as string }} />;
}
