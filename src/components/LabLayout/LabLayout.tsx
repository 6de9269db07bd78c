import clsx from 'clsx';
import { PanelRightOpen } from 'lucide-react';
import { type ReactNode, useEffect, useState, useSyncExternalStore } from 'react';
import { Button } from '../Button/Button.tsx';
import { useLabPage } from '../Lab/LabContext.tsx';
import { LabPanel, type PanelView } from '../LabPanel/LabPanel.tsx';
import { Splitter } from '../Splitter/Splitter.tsx';
import { useKept } from '../use-kept.ts';
import styles from './LabLayout.module.css';

const NARROW = '(max-width: 996px)';

function useNarrow(): boolean {
  return useSyncExternalStore(
    (changed) => {
      const query = matchMedia(NARROW);
      query.addEventListener('change', changed);
      return () => query.removeEventListener('change', changed);
    },
    () => matchMedia(NARROW).matches,
    () => false,
  );
}

const VIEW_NAMES: Readonly<Record<PanelView, string>> = { terminal: 'Terminal', picture: 'Picture', files: 'Files' };

type Fold = 'open' | 'folded' | 'full';

/** Prose with the lab beside it; on a narrow screen the lab is a drawer from below. */
export function LabLayout({ children }: { readonly children: ReactNode }): ReactNode {
  const page = useLabPage();
  const narrow = useNarrow();
  const [share, setShare] = useKept('panel-share', 55);
  const [kept, setKept] = useKept<Fold>('panel', 'open');
  const [drawer, setDrawer] = useState<Fold>('folded');
  const [view, setView] = useState<PanelView>('terminal');
  const fold = narrow ? drawer : kept;
  const setFold = narrow ? setDrawer : setKept;
  const revealed = page?.revealed;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only when somebody asks to see the lab
  useEffect(() => {
    if (!revealed?.times) return;
    if (fold === 'folded') setFold('open');
    setView(revealed.part);
  }, [revealed]);

  const choose = (next: PanelView) => {
    setDrawer(drawer !== 'folded' && view === next ? 'folded' : drawer === 'folded' ? 'open' : drawer);
    setView(next);
  };

  return (
    <div className={clsx(styles.layout, styles[fold], narrow && styles.narrow)} style={{ '--panel-share': `${share}%` }}>
      <div className={clsx('lab-prose', styles.prose)} inert={fold === 'full'}>
        <div className={styles.column}>{children}</div>
      </div>
      {!narrow && fold === 'open' && (
        <Splitter direction="vertical" share={share} min={25} max={75} label="Width of the lab" onShare={setShare} />
      )}
      <aside className={styles.panel} aria-label="Lab">
        <div className={styles.sticky}>
          {narrow && (
            <div className={styles.handle} role="toolbar" aria-label="Lab">
              {(['terminal', 'picture', 'files'] as const).map((name) => (
                <button
                  key={name}
                  type="button"
                  aria-expanded={drawer !== 'folded' && view === name}
                  className={clsx(styles.choice, drawer !== 'folded' && view === name && styles.chosen)}
                  onClick={() => choose(name)}
                >
                  {VIEW_NAMES[name]}
                </button>
              ))}
            </div>
          )}
          {!narrow && fold === 'folded' && (
            <Button className={styles.unfold} onClick={() => setFold('open')}>
              <PanelRightOpen size={16} aria-hidden /> Lab
            </Button>
          )}
          <div className={styles.content}>
            <LabPanel
              full={fold === 'full'}
              view={narrow ? view : undefined}
              onFull={(full) => setFold(full ? 'full' : 'open')}
              {...(narrow ? {} : { onFold: () => setFold('folded') })}
            />
          </div>
        </div>
      </aside>
    </div>
  );
}
