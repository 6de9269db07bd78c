import clsx from 'clsx';
import { type ButtonHTMLAttributes, type KeyboardEvent, type ReactNode, type RefObject, useRef } from 'react';
import styles from './Tabs.module.css';

export interface TabsProps<T> {
  /** What screen readers call the row; no other on the page is called so. */
  readonly label: string;
  readonly tabs: readonly T[];
  readonly keyOf: (tab: T) => string;
  /** Key of the tab in front. */
  readonly active: string | undefined;
  /** By a click or by an arrow key. */
  readonly onChoose: (tab: T, clicked: boolean) => void;
  /** Delete was pressed on the tab in front. */
  readonly onDelete?: (tab: T) => void;
  /** The button of the tab in front. */
  readonly activeTab?: RefObject<HTMLButtonElement | null>;
  readonly className?: string | undefined;
  readonly attributes?: (tab: T) => ButtonHTMLAttributes<HTMLButtonElement>;
  readonly children: (tab: T) => ReactNode;
}

/** A row of tabs, of which one is in front: clicked, or gone through with the arrow keys. */
export function Tabs<T>({
  label,
  tabs,
  keyOf,
  active,
  onChoose,
  onDelete,
  activeTab,
  className,
  attributes,
  children,
}: TabsProps<T>): ReactNode {
  const own = useRef<HTMLButtonElement>(null);
  const front = activeTab ?? own;
  const press = (event: KeyboardEvent) => {
    const at = tabs.findIndex((tab) => keyOf(tab) === active);
    const tab = tabs[at];
    if (event.key === 'Delete' && tab !== undefined) return onDelete?.(tab);
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step === undefined ? undefined : tabs[(at + step + tabs.length) % tabs.length];
    if (next === undefined) return;
    onChoose(next, false);
    // The row may be another one by then: what is in front has its own.
    requestAnimationFrame(() =>
      document.querySelector<HTMLElement>(`[role="tablist"][aria-label="${label}"] [aria-selected="true"]`)?.focus(),
    );
  };
  return (
    <div role="tablist" aria-label={label} className={clsx(styles.tabs, className)} onKeyDown={press}>
      {tabs.map((tab) => {
        const { className: marks, ...rest } = attributes?.(tab) ?? {};
        const key = keyOf(tab);
        return (
          <button
            key={key}
            ref={key === active ? front : undefined}
            type="button"
            role="tab"
            aria-selected={key === active}
            tabIndex={key === active ? 0 : -1}
            className={clsx(styles.tab, key === active && styles.active, marks)}
            onClick={() => onChoose(tab, true)}
            {...rest}
          >
            {children(tab)}
          </button>
        );
      })}
    </div>
  );
}
