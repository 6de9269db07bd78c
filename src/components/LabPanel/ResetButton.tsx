import type { LucideIcon } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import { Button } from '../Button/Button.tsx';
import { IconButton } from '../IconButton/IconButton.tsx';
import styles from './ResetButton.module.css';

const ASK_MS = 5_000;

/** Reset, asked once more: everything in the lab goes, until undo brings it back. */
export function ResetButton({ icon, onReset }: { readonly icon: LucideIcon; readonly onReset: () => void }): ReactNode {
  const [asking, setAsking] = useState(false);
  useEffect(() => {
    if (!asking) return;
    const timer = setTimeout(() => setAsking(false), ASK_MS);
    return () => clearTimeout(timer);
  }, [asking]);
  if (!asking) return <IconButton label="Reset the lab" icon={icon} onClick={() => setAsking(true)} />;
  return (
    <Button
      autoFocus
      className={styles.sure}
      onClick={() => {
        setAsking(false);
        onReset();
      }}
      onBlur={() => setAsking(false)}
    >
      Reset?
    </Button>
  );
}
