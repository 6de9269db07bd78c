import { X } from 'lucide-react';
import { type ReactNode, useState, useSyncExternalStore } from 'react';
import { learnerStorage } from '../../worker/client-storage.ts';
import { IconButton } from '../IconButton/IconButton.tsx';
import styles from './StorageNotice.module.css';

const WORDS = {
  blocked: 'This browser lets vethlab keep nothing: your progress is there until you close the page.',
  full: 'This browser’s storage is full: what you do from now on is there until you close the page. Progress can be exported.',
};

/** Says that progress will not be kept, where that is so. */
export function StorageNotice(): ReactNode {
  const trouble = useSyncExternalStore(
    learnerStorage.subscribe,
    () => learnerStorage.trouble,
    () => undefined,
  );
  const [read, setRead] = useState<string>();
  if (trouble === undefined || trouble === read) return null;
  return (
    <div className={styles.notice} role="status">
      <span>{WORDS[trouble]}</span>
      <IconButton label="Close this notice" icon={X} onClick={() => setRead(trouble)} />
    </div>
  );
}
