import { Plus, X } from 'lucide-react';
import { type ReactNode, type RefObject, useEffect } from 'react';
import type { LabHandle } from '../../worker/client-lab.ts';
import type { LabTab } from '../../worker/client-lab-state.ts';
import { IconButton } from '../IconButton/IconButton.tsx';
import { useLab } from '../Lab/LabContext.tsx';
import { Tabs } from '../Tabs/Tabs.tsx';
import styles from './TabBar.module.css';

export interface TabBarProps {
  readonly handle: LabHandle | undefined;
  readonly active: RefObject<HTMLButtonElement | null>;
  /** A tab was clicked: whoever does that wants to type there. */
  readonly onEnter: (already: boolean) => void;
}

const keyOf = ({ machine, terminal }: LabTab): string => `${machine} ${terminal}`;

/** A tab for every machine, and for every further terminal on one. */
export function TabBar({ handle, active: activeButton, onEnter }: TabBarProps): ReactNode {
  const tabs = useLab(handle, (state) => state.tabs) ?? [];
  const active = useLab(handle, (state) => state.active);
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

  const name = (tab: LabTab) => {
    const siblings = several(tab.machine);
    return siblings.length > 1 ? `${tab.machine} (${siblings.indexOf(tab) + 1})` : tab.machine;
  };

  return (
    <div className={styles.bar}>
      <Tabs
        label="Terminals"
        tabs={tabs}
        keyOf={keyOf}
        active={active && keyOf(active)}
        activeTab={activeButton}
        className={styles.tabs}
        onChoose={(tab, clicked) => {
          if (clicked) onEnter(active !== undefined && keyOf(tab) === keyOf(active));
          handle?.activate(tab);
        }}
      >
        {name}
      </Tabs>
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
