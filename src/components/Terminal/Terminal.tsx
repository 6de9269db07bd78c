import clsx from 'clsx';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { LabHandle } from '../../worker/client-lab.ts';
import styles from './Terminal.module.css';
import type { TerminalView, ViewEvents, ViewSettings } from './terminal-view.ts';

export interface TerminalProps {
  readonly handle: LabHandle;
  readonly terminal: number;
  readonly machine: string;
  readonly active: boolean;
  readonly settings: ViewSettings;
  readonly events: ViewEvents;
  /** Hands over the view when it can be spoken to, and undefined when it is gone. */
  readonly onView: (terminal: number, view: TerminalView | undefined) => void;
}

const loadView = () => import('./terminal-view.ts');

/** Loads xterm.js ahead of the first terminal. */
export function preloadTerminals(): void {
  void loadView();
}

/** One terminal. Those that are not active stay in place, unseen, and keep what they show. */
export function Terminal({ handle, terminal, machine, active, settings, events, onView }: TerminalProps): ReactNode {
  const container = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<TerminalView>();
  const latest = useRef({ settings, events, onView });
  latest.current = { settings, events, onView };

  useEffect(() => {
    let opened: TerminalView | undefined;
    let gone = false;
    const element = container.current;
    void loadView().then(async ({ openView }) => {
      if (gone || !element) return;
      const made = await openView(element, handle, terminal, latest.current.settings, {
        onSearch: () => latest.current.events.onSearch(),
        onLeave: () => latest.current.events.onLeave(),
      });
      if (gone) return made.dispose();
      opened = made;
      setView(made);
      latest.current.onView(terminal, made);
    });
    return () => {
      gone = true;
      opened?.dispose();
      latest.current.onView(terminal, undefined);
    };
  }, [handle, terminal]);

  useEffect(() => view?.apply(settings), [view, settings]);

  return (
    <section className={clsx(styles.terminal, !active && styles.away)} aria-label={`Terminal on ${machine}`} inert={!active}>
      <div ref={container} className={styles.screen} />
    </section>
  );
}
