import { useCallback, useEffect, useState } from 'react';
import { learnerStorage } from '../worker/client-storage.ts';

/** A setting of the learner's that the browser keeps. The first rendering, as on the server, has the initial value. */
export function useKept<T>(key: string, initial: T): readonly [T, (value: T) => void] {
  const [value, setValue] = useState(initial);
  useEffect(() => {
    const kept = learnerStorage.read(key);
    if (kept === undefined) return;
    try {
      setValue(JSON.parse(kept) as T);
    } catch {
      learnerStorage.remove(key);
    }
  }, [key]);
  const keep = useCallback(
    (next: T) => {
      setValue(next);
      learnerStorage.write(key, JSON.stringify(next));
    },
    [key],
  );
  return [value, keep];
}
