import type { ReactNode } from 'react';
import { Button } from '../Button/Button.tsx';
import { filesOf } from '../Files/files-store.ts';
import { useLabPage } from '../Lab/LabContext.tsx';
import { useExercise } from './ExerciseContext.tsx';
import styles from './Script.module.css';

export interface ScriptProps {
  readonly path: string;
  /** Whose file it is. */
  readonly machine?: string;
}

/** Opens the script that an exercise is about in the editor, a new one where there is none yet. */
export function Script({ path, machine = 'host1' }: ScriptProps): ReactNode {
  const { exercise, title } = useExercise();
  const page = useLabPage();
  if (!page) return <code>{path}</code>;
  const open = () => {
    const handle = page.show(exercise, title);
    page.reveal('files');
    if (!handle) return;
    const files = filesOf(handle);
    files.setRoot(machine);
    void files.open({ root: machine, path }, { orNew: true });
  };
  return (
    <Button className={styles.script} onClick={open}>
      Open <code>{path}</code> in the editor
    </Button>
  );
}
