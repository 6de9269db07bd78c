import { usePluginData } from '@docusaurus/useGlobalData';
import { Play } from 'lucide-react';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import type { Snapshot } from '../../sim/lab/snapshot.ts';
import { Button } from '../Button/Button.tsx';
import { StillPicture } from '../Picture/StillPicture.tsx';
import styles from './Taste.module.css';

const TasteLab = lazy(() => import('./TasteLab.tsx'));

const FIRST = 'ip netns add red';

/** A small real lab on the front page; nothing of it is loaded before it is asked for. */
export function Taste(): ReactNode {
  const [started, setStarted] = useState(false);
  const { snapshot } = (usePluginData('vethlab-front-picture') ?? {}) as { readonly snapshot?: Snapshot };
  return (
    <section className={styles.taste} aria-label="A lab to try">
      {started ? (
        <Suspense fallback={<p className={styles.waiting}>Starting the lab…</p>}>
          <TasteLab first={FIRST} />
        </Suspense>
      ) : (
        <div className={styles.closed}>
          <div className={styles.command}>
            <pre>
              <span>root@host1:~# </span>
              {FIRST}
            </pre>
            <Button look="main" onClick={() => setStarted(true)}>
              <Play size={15} aria-hidden /> Run it
            </Button>
          </div>
          <div className={styles.picture}>{snapshot && <StillPicture snapshot={snapshot} />}</div>
          <p>One machine on a network. Make a room inside it, and see it appear.</p>
        </div>
      )}
    </section>
  );
}
