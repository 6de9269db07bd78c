import { Ellipsis } from 'lucide-react';
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { IconButton } from '../IconButton/IconButton.tsx';
import type { ViewSettings } from '../Terminal/terminal-view.ts';
import styles from './PanelMenu.module.css';

export interface PanelMenuProps {
  readonly settings: ViewSettings;
  readonly onSettings: (settings: ViewSettings) => void;
  readonly onSearch: () => void;
  readonly onCopyAll: () => void;
  /** What the menu says of the lab itself. */
  readonly children?: ReactNode;
}

const SMALLEST = 10;
const LARGEST = 22;

/** What is wanted seldom: size of the type, screen reader, search, copy, files. */
export function PanelMenu({ settings, onSettings, onSearch, onCopyAll, children }: PanelMenuProps): ReactNode {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const id = useId();
  useEffect(() => {
    if (!open) return;
    const away = (event: Event) => {
      if (event instanceof KeyboardEvent ? event.key === 'Escape' : !box.current?.contains(event.target as Node)) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    document.addEventListener('keydown', away);
    return () => {
      document.removeEventListener('pointerdown', away);
      document.removeEventListener('keydown', away);
    };
  }, [open]);
  const size = (fontSize: number) => onSettings({ ...settings, fontSize: Math.min(LARGEST, Math.max(SMALLEST, fontSize)) });
  const once = (action: () => void) => () => {
    setOpen(false);
    action();
  };

  return (
    <div ref={box} className={styles.menu}>
      <IconButton label="Terminal settings" icon={Ellipsis} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)} />
      {open && (
        <fieldset id={id} className={styles.list} aria-label="Terminal settings">
          <div className={styles.row}>
            <span>Type size</span>
            <button type="button" aria-label="Smaller" onClick={() => size(settings.fontSize - 1)}>
              A−
            </button>
            <output>{settings.fontSize}</output>
            <button type="button" aria-label="Larger" onClick={() => size(settings.fontSize + 1)}>
              A+
            </button>
          </div>
          <label className={styles.row}>
            <span>Screen reader mode</span>
            <input
              type="checkbox"
              checked={settings.screenReader}
              onChange={(event) => onSettings({ ...settings, screenReader: event.target.checked })}
            />
          </label>
          <button type="button" className={styles.item} onClick={once(onSearch)}>
            <span>Search…</span>
            <kbd>Ctrl Shift F</kbd>
          </button>
          <button type="button" className={styles.item} onClick={once(onCopyAll)}>
            Copy everything printed
          </button>
          {children}
          <p className={styles.hint}>
            Select and <kbd>Ctrl Shift C</kbd> to copy, <kbd>Ctrl Shift V</kbd> to paste. <kbd>Esc Esc</kbd> leaves the terminal.
          </p>
        </fieldset>
      )}
    </div>
  );
}
