import { type ReactNode, useEffect, useRef, useState } from 'react';
import styles from './FileTree.module.css';

export interface NameFieldProps {
  readonly level: number;
  readonly label: string;
  readonly initial: string;
  /** Undefined: the learner has thought better of it. */
  readonly onDone: (name: string | undefined) => void;
}

/** A field in the tree for the name of a file. */
export function NameField({ level, label, initial, onDone }: NameFieldProps): ReactNode {
  const [name, setName] = useState(initial);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const dot = initial.lastIndexOf('.');
    input.current?.focus();
    input.current?.setSelectionRange(0, dot > 0 ? dot : initial.length);
  }, [initial]);
  return (
    <div className={styles.row} style={{ '--level': level }}>
      <span className={styles.chevron} />
      <input
        ref={input}
        className={styles.name}
        aria-label={label}
        value={name}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        // A name has no slash: what is typed in one place lies in that place.
        onChange={(event) => setName(event.target.value.replaceAll('/', ''))}
        onKeyDown={(event) => {
          if (event.key === 'Enter') onDone(name);
          if (event.key === 'Escape') onDone(undefined);
        }}
        onBlur={() => onDone(undefined)}
      />
    </div>
  );
}
