import type { ReactNode } from 'react';

import styles from './Unbroken.module.css';

/** Code whose lines break between words, and not behind the hyphens of an option: `-br` is no `-` and `br`. */
export function Unbroken({ code }: { readonly code: string }): ReactNode {
  return code.split(/(\S*-\S*)/).map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: the words of a command never change
      <span key={index} className={styles.word}>
        {part}
      </span>
    ),
  );
}
