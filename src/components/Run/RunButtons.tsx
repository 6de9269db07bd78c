import { Check, Copy, Hourglass, Play } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from 'react';
import styles from './RunButtons.module.css';

const SHOWN_MS = 1_400;
/** A command that is typed sooner did not wait. */
const WAIT_MS = 150;

type Stage = 'ready' | 'waiting' | 'done';

function useStage(): readonly [Stage, (work: () => Promise<boolean>) => void] {
  const [stage, setStage] = useState<Stage>('ready');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const start = (work: () => Promise<boolean>) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setStage('waiting'), WAIT_MS);
    void work().then((ok) => {
      clearTimeout(timer.current);
      setStage(ok ? 'done' : 'ready');
      timer.current = setTimeout(() => setStage('ready'), SHOWN_MS);
    });
  };
  return [stage, start];
}

const nothingChanges = () => () => {};

/** Whether the page's script has taken over: a press before that would be lost without a word. */
function useAlive(): boolean {
  return useSyncExternalStore(
    nothingChanges,
    () => true,
    () => false,
  );
}

export interface RunButtonProps {
  readonly label: string;
  /** Beside the sign. */
  readonly words?: string;
  /** Whether it was typed. */
  readonly onRun: () => Promise<boolean>;
}

/** Types in the lab; shows for a moment that it did, or that it waits for the prompt. Leaves the focus where it is. */
export function RunButton({ label, words, onRun }: RunButtonProps): ReactNode {
  const [stage, start] = useStage();
  const alive = useAlive();
  const Sign = { ready: Play, waiting: Hourglass, done: Check }[stage];
  const said = { ready: '', waiting: 'waits for the prompt', done: 'typed in the terminal' }[stage];
  return (
    <>
      <button
        type="button"
        className={styles.run}
        data-stage={stage}
        aria-label={label}
        title={label}
        disabled={!alive}
        onClick={() => start(onRun)}
      >
        {words}
        <Sign size={15} strokeWidth={2} aria-hidden />
      </button>
      <span className={styles.said} role="status">
        {said}
      </span>
    </>
  );
}

export function CopyButton({ label, text }: { readonly label: string; readonly text: string }): ReactNode {
  const [stage, start] = useStage();
  const Sign = stage === 'done' ? Check : Copy;
  const copy = async (): Promise<boolean> => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return false;
    }
  };
  return (
    <button type="button" className={styles.copy} aria-label={label} title={label} onClick={() => start(copy)}>
      <Sign size={14} strokeWidth={1.75} aria-hidden />
    </button>
  );
}
