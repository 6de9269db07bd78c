import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react';
import { labClient } from '../../worker/client.ts';
import type { LabHandle } from '../../worker/client-lab.ts';
import type { LabState } from '../../worker/client-lab-state.ts';

/** What of the panel somebody asks to see. */
export type PanelPart = 'terminal' | 'files';

/** What the pieces of a page with a lab share. */
interface LabPage {
  /** The lab in the panel; undefined until the page has come alive in a browser. */
  readonly shown: LabHandle | undefined;
  /** The exercise whose lab that is; undefined for the page's own. */
  readonly exercise: string | undefined;
  /** The lab of an exercise that was started on this page. */
  labOf(exercise: string): LabHandle | undefined;
  /** Shows an exercise's lab, starting it if need be, or the page's own. */
  show(exercise: string | undefined, title?: string): LabHandle | undefined;
  /** What the shown exercise is called. */
  readonly title: string;
  /** What somebody asked to see, counted: the panel unfolds each time. */
  readonly revealed: { readonly part: PanelPart; readonly times: number };
  reveal(part?: PanelPart): void;
}

const Context = createContext<LabPage | undefined>(undefined);

export interface LabProviderProps {
  /** Names the page's lab among all that the learner has: its log is kept under this. */
  readonly name: string;
  /** A standard lab's id. */
  readonly lab: string;
  readonly children: ReactNode;
}

/** Gives a page its lab, and the exercises on it theirs. */
export function LabProvider({ name, lab, children }: LabProviderProps): ReactNode {
  const [own, setOwn] = useState<LabHandle>();
  const [exercises, setExercises] = useState<ReadonlyMap<string, LabHandle>>(new Map());
  const started = useRef(new Map<string, LabHandle>());
  const [choice, setChoice] = useState<{ exercise: string; title: string }>();
  const [revealed, setRevealed] = useState<LabPage['revealed']>({ part: 'terminal', times: 0 });

  useEffect(() => {
    const handle = labClient.acquire(name, { lab });
    const own = started.current;
    setOwn(handle);
    return () => {
      labClient.release(handle);
      for (const exercise of own.values()) labClient.release(exercise);
      own.clear();
      setExercises(new Map());
      setChoice(undefined);
      setOwn(undefined);
    };
  }, [name, lab]);

  const shown = choice ? exercises.get(choice.exercise) : own;
  useEffect(() => {
    if (!shown) return;
    labClient.setSeen(shown, true);
    return () => labClient.setSeen(shown, false);
  }, [shown]);

  const show = useCallback(
    (exercise: string | undefined, title = '') => {
      if (exercise === undefined) {
        setChoice(undefined);
        return own;
      }
      let handle = started.current.get(exercise);
      if (!handle) {
        handle = labClient.acquire(exercise, { exercise });
        started.current.set(exercise, handle);
        setExercises(new Map(started.current));
      }
      setChoice({ exercise, title });
      return handle;
    },
    [own],
  );
  const reveal = useCallback((part: PanelPart = 'terminal') => setRevealed(({ times }) => ({ part, times: times + 1 })), []);

  const page = useMemo(
    (): LabPage => ({
      shown,
      exercise: choice?.exercise,
      title: choice?.title ?? '',
      labOf: (id) => exercises.get(id),
      show,
      revealed,
      reveal,
    }),
    [shown, choice, exercises, show, revealed, reveal],
  );
  return <Context value={page}>{children}</Context>;
}

/** The page's labs, or undefined on a page without. */
export function useLabPage(): LabPage | undefined {
  return useContext(Context);
}

const nothing = (): (() => void) => () => {};

/** A part of a lab's state; `select` returns parts as they are, makes nothing new. */
export function useLab<T>(handle: LabHandle | undefined, select: (state: LabState) => T): T | undefined {
  const get = () => (handle ? select(handle.getState()) : undefined);
  return useSyncExternalStore(handle?.subscribe ?? nothing, get, () => undefined);
}
