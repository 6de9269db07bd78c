import { ArrowDown, ArrowUp, X } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { IconButton } from '../IconButton/IconButton.tsx';
import styles from './SearchBar.module.css';

export interface SearchBarProps {
  /** Whether there is such a text. */
  readonly onFind: (text: string, back: boolean) => boolean;
  readonly onClose: () => void;
}

/** Looks for text in what the terminal has printed. */
export function SearchBar({ onFind, onClose }: SearchBarProps): ReactNode {
  const [text, setText] = useState('');
  const [found, setFound] = useState(true);
  const find = (wanted: string, back: boolean) => setFound(wanted === '' || onFind(wanted, back));
  return (
    <search className={styles.bar}>
      <input
        // biome-ignore lint/a11y/noAutofocus: the learner has just asked for it
        autoFocus
        aria-label="Search in the terminal"
        placeholder="Search"
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          find(event.target.value, false);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') find(text, !event.shiftKey);
          if (event.key === 'Escape') onClose();
        }}
      />
      <span className={styles.found} role="status">
        {found ? '' : 'not found'}
      </span>
      <IconButton label="Previous" icon={ArrowUp} onClick={() => find(text, true)} />
      <IconButton label="Next" icon={ArrowDown} onClick={() => find(text, false)} />
      <IconButton label="Close search" icon={X} onClick={onClose} />
    </search>
  );
}
