import type { ReactNode } from 'react';
import type { Snapshot } from '../../sim/lab/snapshot.ts';
import { layOut } from './layout.ts';
import { PictureDrawing } from './PictureDrawing.tsx';
import { PictureText } from './PictureText.tsx';
import styles from './StillPicture.module.css';

const WIDTH = 520;
const NO_PLACES = new Map();

/** A picture that only shows: no lab runs behind it. */
export function StillPicture({ snapshot }: { readonly snapshot: Snapshot }): ReactNode {
  return (
    <>
      <div aria-hidden inert>
        <PictureDrawing drawing={layOut(snapshot, WIDTH)} places={NO_PLACES} scale={1} chosen={undefined} onChoose={() => {}} />
      </div>
      <div className={styles.text}>
        <PictureText snapshot={snapshot} />
      </div>
    </>
  );
}
