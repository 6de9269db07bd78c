import Link from '@docusaurus/Link';
import { type ReactNode, useRef, useState } from 'react';
import { Button } from '../Button/Button.tsx';
import { useChapterPath, useOutline } from '../outline.ts';
import { Dots } from '../Progress/Dots.tsx';
import { useProgress } from '../Progress/ProgressContext.tsx';
import { progressStore } from '../Progress/progress-store.ts';
import styles from './ProgressPage.module.css';

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** What the learner has achieved, chapter by chapter; taking it elsewhere, and starting over. */
export function ProgressPage(): ReactNode {
  const chapters = useOutline();
  const pathOf = useChapterPath();
  const { of } = useProgress();
  const [said, setSaid] = useState('');
  const [asking, setAsking] = useState(false);
  const file = useRef<HTMLInputElement>(null);

  const read = async (chosen: File | undefined) => {
    if (chosen) setSaid(progressStore.import(await chosen.text()) ?? `${chosen.name} was added to your progress.`);
  };
  return (
    <div className={styles.page}>
      <h1>Progress</h1>
      <p>It is kept in this browser and nowhere else. A file takes it to another one, or to your teacher.</p>
      <ul className={styles.chapters}>
        {chapters.map(({ id, title, exercises }) => {
          const earned = exercises.reduce((sum, exercise) => sum + of(exercise).earned, 0);
          return (
            <li key={id}>
              <Link to={pathOf(id)}>{title}</Link>
              <Dots chapter={id} />
              <span className={styles.points}>{earned === 0 ? '' : `${earned} ${earned === 1 ? 'point' : 'points'}`}</span>
            </li>
          );
        })}
      </ul>
      <div className={styles.actions}>
        <Button onClick={() => download(progressStore.export(), 'vethlab-progress.json')}>Export</Button>
        <Button onClick={() => file.current?.click()}>Import…</Button>
        <input
          ref={file}
          type="file"
          accept=".json,application/json"
          hidden
          aria-label="File with progress"
          onChange={(event) => {
            void read(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        <Button onClick={() => setAsking(true)}>Reset…</Button>
      </div>
      {asking && (
        <div className={styles.question} role="alertdialog" aria-label="Reset progress">
          <p>All points, hints and labs in this browser will be forgotten. There is no way back except a file you have exported.</p>
          <Button
            className={styles.sure}
            onClick={() => {
              progressStore.reset();
              setAsking(false);
              setSaid('Everything is forgotten. Good luck.');
            }}
          >
            Forget everything
          </Button>
          <Button autoFocus onClick={() => setAsking(false)}>
            Keep it
          </Button>
        </div>
      )}
      <p className={styles.said} role="status">
        {said}
      </p>
    </div>
  );
}
