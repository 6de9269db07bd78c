import clsx from 'clsx';
import { ChevronsRight, Maximize2, Minimize2, Redo2, RotateCcw, Undo2 } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from 'react';
import { Button } from '../Button/Button.tsx';
import { IconButton } from '../IconButton/IconButton.tsx';
import { useLab, useLabPage } from '../Lab/LabContext.tsx';
import { Picture } from '../Picture/Picture.tsx';
import { Splitter } from '../Splitter/Splitter.tsx';
import { TerminalDeck } from '../Terminal/TerminalDeck.tsx';
import type { TerminalView } from '../Terminal/terminal-view.ts';
import { useKept } from '../use-kept.ts';
import { type BelowPart, BelowTabs } from './BelowTabs.tsx';
import { CaptureFiles } from './CaptureFiles.tsx';
import { LabNotices } from './LabNotices.tsx';
import styles from './LabPanel.module.css';
import { PanelMenu } from './PanelMenu.tsx';
import { ResetButton } from './ResetButton.tsx';
import { TabBar } from './TabBar.tsx';

const FilesPane = lazy(() => import('../Files/FilesPane.tsx'));

export type PanelView = 'terminal' | BelowPart;

export interface LabPanelProps {
  /** It fills the screen: terminal and picture side by side where there is room. */
  readonly full: boolean;
  /** The panel lies in a drawer: one thing at a time. */
  readonly view: PanelView | undefined;
  /** Fills the screen or not any more; none where it cannot. */
  readonly onFull?: (full: boolean) => void;
  /** Folds the panel away; none where it cannot be. */
  readonly onFold?: () => void;
}

/** Terminal above, picture or files below, and what can be done with the lab. */
export function LabPanel({ full, view, onFull, onFold }: LabPanelProps): ReactNode {
  const page = useLabPage();
  const handle = page?.shown;
  const history = useLab(handle, (state) => state.history);
  const waiting = useLab(handle, (state) => state.waiting) ?? 0;
  const [settings, setSettings] = useKept('terminal', { fontSize: 13, screenReader: false });
  const [share, setShare] = useKept('picture-share', 42);
  const [kept, setBelow] = useKept<BelowPart>('below', 'picture');
  const below = view === undefined || view === 'terminal' ? kept : view;
  const [searching, setSearching] = useState(false);
  const current = useRef<TerminalView>(undefined);
  const wide = full && view === undefined;
  const tab = useRef<HTMLButtonElement>(null);
  /** Somebody leaves this view for another, which gets the keyboard when it comes to the front. */
  const entering = useRef<{ readonly from: TerminalView | undefined }>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: when somebody asks to see the files
  useEffect(() => {
    if (page?.revealed.part === 'files') setBelow('files');
  }, [page?.revealed]);
  const tabs = view === undefined ? <BelowTabs part={below} onPart={setBelow} /> : undefined;

  return (
    <div className={styles.panel} data-view={view}>
      {page?.exercise !== undefined && (
        <div className={styles.exercise}>
          <span>
            Lab of the exercise <b>{page.title}</b>
          </span>
          <Button look="link" onClick={() => page.show(undefined)}>
            Back to the page’s lab
          </Button>
        </div>
      )}
      <div className={styles.bar}>
        <div className={styles.tabs}>
          <TabBar
            handle={handle}
            active={tab}
            onEnter={(already) => {
              if (already) current.current?.focus();
              else entering.current = { from: current.current };
            }}
          />
        </div>
        <IconButton label="Undo the last command" icon={Undo2} disabled={!history?.canUndo} onClick={() => handle?.undo()} />
        {/* In a drawer the tabs need its room. */}
        {(view === undefined || history?.canRedo) && (
          <IconButton label="Redo" icon={Redo2} disabled={!history?.canRedo} onClick={() => handle?.redo()} />
        )}
        <ResetButton icon={RotateCcw} onReset={() => handle?.reset()} />
        <PanelMenu
          settings={settings}
          onSettings={setSettings}
          onSearch={() => setSearching(true)}
          onCopyAll={() => void navigator.clipboard?.writeText(current.current?.text() ?? '')}
        >
          {handle && <CaptureFiles handle={handle} />}
        </PanelMenu>
        {(onFull || onFold) && (
          <span className={styles.window}>
            {onFull && (
              <IconButton
                label={full ? 'Beside the text again' : 'Fill the screen'}
                icon={full ? Minimize2 : Maximize2}
                onClick={() => onFull(!full)}
              />
            )}
            {onFold && <IconButton label="Fold the lab away" icon={ChevronsRight} onClick={onFold} />}
          </span>
        )}
      </div>
      {handle && <LabNotices handle={handle} />}
      <div className={clsx(styles.parts, wide && styles.wide)} style={{ '--share': share }}>
        <div className={styles.terminal}>
          <TerminalDeck
            handle={handle}
            settings={settings}
            searching={searching}
            onSearching={setSearching}
            onLeave={() => tab.current?.focus()}
            onView={(next) => {
              current.current = next;
              if (!entering.current || next === undefined || next === entering.current.from) return;
              entering.current = undefined;
              next.focus();
            }}
          />
          {waiting > 0 && (
            <div className={styles.queue} role="status">
              {waiting === 1 ? 'A command waits' : `${waiting} commands wait`} for the prompt. Ctrl-C ends what runs.
              <Button look="link" onClick={() => handle?.cancelRun()}>
                Forget
              </Button>
            </div>
          )}
        </div>
        <Splitter
          direction={wide ? 'vertical' : 'horizontal'}
          share={share}
          min={0}
          max={85}
          label={`${wide ? 'Width' : 'Height'} of the ${below}`}
          onShare={setShare}
        />
        <div className={styles.below}>
          {below === 'picture' ? (
            <Picture handle={handle} tabs={tabs} />
          ) : (
            <Suspense fallback={tabs}>
              <FilesPane handle={handle} settings={settings} tabs={tabs} onRun={() => page?.reveal()} />
            </Suspense>
          )}
        </div>
      </div>
    </div>
  );
}
