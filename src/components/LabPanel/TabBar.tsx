import clsx from 'clsx';
import { Plus, X } from 'lucide-react';
import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useId } from 'react';
import type { LabHandle } from '../../worker/client-lab.ts';
import type { LabTab } from '../../worker/client-lab-state.ts';
import { IconButton } from '../IconButton/IconButton.tsx';
import { useLab } from '../Lab/LabContext.tsx';
import styles from './TabBar.module.css';

export interface TabBarProps {
  readonly handle: LabHandle | undefined;
  readonly active: RefObject<HTMLButtonElement | null>;
  /** A tab was clicked: whoever does that wants to type there. */
  readonly onEnter: (already: boolean) => void;
}

/** A tab for every machine, and for every further terminal on one. */
export function TabBar({ handle, active: activeButton, onEnter }: TabBarProps): ReactNode {
  const tabs = useLab(handle, (state) => state.tabs) ?? [];
  const active = useLab(handle, (state) => state.active);
  const list = useId();
  const isActive = (tab: LabTab) => tab.machine === active?.machine && tab.terminal === active.terminal;
  const several = (machine: string) => tabs.filter((tab) => tab.machine === machine);

  // Where tabs have no room, the list scrolls: the active one is never out of sight.
  // biome-ignore lint/correctness/useExhaustiveDependencies: when another is active
  useEffect(() => {
    const tab = activeButton.current;
    const row = tab?.parentElement;
    if (!tab || !row) return;
    const { left, right } = tab.getBoundingClientRect();
    const seen = row.getBoundingClientRect();
    if (left < seen.left) row.scrollLeft -= seen.left - left;
    else if (right > seen.right) row.scrollLeft += right - seen.right;
  }, [active]);

  const press = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined || !handle) return;
    const next = tabs[(tabs.findIndex(isActive) + step + tabs.length) % tabs.length];
    if (next) handle.activate(next);
    requestAnimationFrame(() => activeButton.current?.focus());
  };

  return (
    <div className={styles.bar}>
      <div role="tablist" aria-label="Terminals" id={list} className={styles.tabs} onKeyDown={press}>
        {tabs.map((tab) => {
          const siblings = several(tab.machine);
          const name = siblings.length > 1 ? `${tab.machine} (${siblings.indexOf(tab) + 1})` : tab.machine;
          return (
            <button
              key={`${tab.machine} ${tab.terminal}`}
              ref={isActive(tab) ? activeButton : undefined}
              type="button"
              role="tab"
              aria-selected={isActive(tab)}
              tabIndex={isActive(tab) ? 0 : -1}
              className={clsx(styles.tab, isActive(tab) && styles.active)}
              onClick={() => {
                onEnter(isActive(tab));
                handle?.activate(tab);
              }}
            >
              {name}
            </button>
          );
        })}
      </div>
      {active && (
        <IconButton
          label={`Another terminal on ${active.machine}`}
          icon={Plus}
          onClick={() => {
            onEnter(false);
            void handle?.openAnother(active.machine);
          }}
        />
      )}
      {active?.terminal !== undefined && several(active.machine).length > 1 && (
        <IconButton
          label="Close this terminal"
          icon={X}
          onClick={() => active.terminal !== undefined && handle?.closeTerminal(active.terminal)}
        />
      )}
    </div>
  );
}
