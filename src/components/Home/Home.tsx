import Link from '@docusaurus/Link';
import type { ReactNode } from 'react';
import { isSolved } from '../../course/progress.ts';
import { useChapterPath, useOutline } from '../outline.ts';
import { Dots } from '../Progress/Dots.tsx';
import { useProgress } from '../Progress/ProgressContext.tsx';
import styles from './Home.module.css';
import { Taste } from './Taste.tsx';

/** What this is, in one screen. */
export function Home(): ReactNode {
  const chapters = useOutline();
  const pathOf = useChapterPath();
  const { of } = useProgress();
  const begun = chapters.some(({ exercises }) => exercises.some((exercise) => of(exercise).attempts > 0));
  // Where something is left to do.
  const next = (begun && chapters.find(({ exercises }) => exercises.some((exercise) => !isSolved(of(exercise))))) || chapters[0];
  return (
    <div className={styles.home}>
      <section className={styles.intro}>
        <h1>What happens to your packets?</h1>
        <p className={styles.lead}>
          A course on container networking, for those who use Docker or Kubernetes and want to see the machinery: namespaces, cables,
          bridges, routes, rules. Each chapter has a terminal beside it, and the terminal is a Linux machine on a network.
        </p>
        <p>It all runs in this tab. Nothing to install, no account, no server: undo a command, break the network, start over.</p>
        {next && (
          <p className={styles.start}>
            <Link className={styles.button ?? ''} to={pathOf(next.id)}>
              {begun ? `Go on with “${next.title}”` : 'Start the course'}
            </Link>
            <Link to="/labs/">or just play</Link>
          </p>
        )}
      </section>
      <Taste />
      <section className={styles.contents} aria-label="Chapters">
        <h2>Chapters</h2>
        <ol>
          {chapters.map(({ id, number, title, description }) => (
            <li key={id} value={number}>
              <span className={styles.number}>{number}</span>
              <span>
                <Link to={pathOf(id)}>{title}</Link>
                {description !== '' && <span className={styles.description}>{description}</span>}
              </span>
              <Dots chapter={id} />
            </li>
          ))}
        </ol>
      </section>
    </div>
  );
}
