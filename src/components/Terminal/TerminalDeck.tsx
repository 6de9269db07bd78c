import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import type { LabHandle } from '../../worker/client-lab.ts';
import { Button } from '../Button/Button.tsx';
import { useLab } from '../Lab/LabContext.tsx';
import { KeyBar } from './KeyBar.tsx';
import { SearchBar } from './SearchBar.tsx';
import { preloadTerminals, Terminal } from './Terminal.tsx';
import styles from './TerminalDeck.module.css';
import type { TerminalView, ViewSettings } from './terminal-view.ts';

export interface TerminalDeckProps {
  readonly handle: LabHandle | undefined;
  readonly settings: ViewSettings;
  readonly searching: boolean;
  readonly onSearching: (on: boolean) => void;
  /** The keyboard wants out of the terminal. */
  readonly onLeave: () => void;
  /** Which view commands go to: for copying all. */
  readonly onView?: (view: TerminalView | undefined) => void;
}

const SLOW_MS = 400;

/** All terminals of a lab, the active one in front. */
export function TerminalDeck({ handle, settings, searching, onSearching, onLeave, onView }: TerminalDeckProps): ReactNode {
  const tabs = useLab(handle, (state) => state.tabs) ?? [];
  const active = useLab(handle, (state) => state.active);
  const views = useRef(new Map<number, TerminalView>());
  const [current, setCurrent] = useState<TerminalView>();
  const [slow, setSlow] = useState(false);
  const terminal = active?.terminal;

  const pick = useCallback(() => {
    const view = terminal === undefined ? undefined : views.current.get(terminal);
    setCurrent(view);
    onView?.(view);
  }, [terminal, onView]);
  useEffect(pick, [pick]);
  useEffect(preloadTerminals, []);

  useEffect(() => {
    if (current) return setSlow(false);
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, [current]);

  return (
    <div className={styles.deck}>
      <div className={styles.screens}>
        {handle &&
          tabs.map((tab) =>
            tab.terminal === undefined ? null : (
              <Terminal
                key={`${handle.key} ${tab.terminal}`}
                handle={handle}
                terminal={tab.terminal}
                machine={tab.machine}
                active={tab.terminal === terminal}
                settings={settings}
                events={{ onSearch: () => onSearching(true), onLeave }}
                onView={(id, view) => {
                  if (view) views.current.set(id, view);
                  else views.current.delete(id);
                  pick();
                }}
              />
            ),
          )}
        {searching && current && (
          <SearchBar
            onFind={current.find}
            onClose={() => {
              onSearching(false);
              current.endSearch();
            }}
          />
        )}
        {active?.ended ? (
          <p className={styles.waiting}>
            The shell on {active.machine} has ended. <Button onClick={() => handle?.activate(active)}>Start another</Button>
          </p>
        ) : (
          !current &&
          slow && (
            <p className={styles.waiting} role="status">
              Starting the lab…
            </p>
          )
        )}
      </div>
      <KeyBar view={current} />
    </div>
  );
}
