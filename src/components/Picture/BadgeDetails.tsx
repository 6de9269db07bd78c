import { Play, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../Button/Button.tsx';
import { IconButton } from '../IconButton/IconButton.tsx';
import type { Badge } from './badges.ts';
import styles from './DeviceDetails.module.css';

export interface BadgeDetailsProps {
  readonly badge: Badge;
  readonly onRun: (command: string) => void;
  readonly onClose: () => void;
}

/** What a badge stands for, and the command that shows all of it. */
export function BadgeDetails({ badge: { title, sentence, command }, onRun, onClose }: BadgeDetailsProps): ReactNode {
  return (
    <section className={styles.details} aria-label={title}>
      <header>
        <h3>{title}</h3>
        <IconButton label="Close" icon={X} onClick={onClose} />
      </header>
      {sentence}
      {command && (
        <p>
          <code>{command}</code>
          <Button onClick={() => onRun(command)}>
            <Play size={14} aria-hidden /> Run
          </Button>
        </p>
      )}
    </section>
  );
}
