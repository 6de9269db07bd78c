import { List, Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { type ReactNode, useEffect, useMemo, useRef, useState } from 'react';
import type { LabHandle } from '../../worker/client-lab.ts';
import { IconButton } from '../IconButton/IconButton.tsx';
import { useLab } from '../Lab/LabContext.tsx';
import { PaneTools } from '../PaneTools/PaneTools.tsx';
import { saveFile } from '../save-file.ts';
import { BadgeDetails } from './BadgeDetails.tsx';
import { findBadge } from './badges.ts';
import { DeviceDetails } from './DeviceDetails.tsx';
import { type Place, placesOf } from './describe.ts';
import { layOut } from './layout.ts';
import styles from './Picture.module.css';
import { PictureDrawing } from './PictureDrawing.tsx';
import { PictureText } from './PictureText.tsx';

const ZOOMS = [0.5, 0.65, 0.8, 1, 1.25, 1.5, 2];
const NORMAL = ZOOMS.indexOf(1);
const USUAL_WIDTH = 600;

export interface PictureProps {
  readonly handle: LabHandle | undefined;
  /** Stands where the pane's name would. */
  readonly tabs?: ReactNode;
}

/** The lab as it is now, drawn: machines, namespaces, devices, cables. Or the same as text. */
export function Picture({ handle, tabs }: PictureProps): ReactNode {
  const snapshot = useLab(handle, (state) => state.snapshot);
  const capturing = useLab(handle, (state) => state.capturing);
  const [chosen, setChosen] = useState<string>();
  const [text, setText] = useState(false);
  const [zoom, setZoom] = useState(NORMAL);
  const [width, setWidth] = useState(USUAL_WIDTH);
  const pane = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = pane.current;
    if (!element) return;
    const sizes = new ResizeObserver(() => element.clientWidth > 0 && setWidth(element.clientWidth));
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);

  const scale = ZOOMS[zoom] as number;
  const drawing = useMemo(() => snapshot && layOut(snapshot, width / scale), [snapshot, width, scale]);
  const places = useMemo(() => snapshot && placesOf(snapshot), [snapshot]);
  const place = chosen === undefined ? undefined : places?.get(chosen);
  const badge = chosen === undefined || place || !snapshot ? undefined : findBadge(snapshot, chosen);

  const capture = async ({ device }: Place): Promise<void> => {
    if (!handle) return;
    if (capturing?.includes(device.id) !== true) return handle.startCapture(device.id);
    const bytes = await handle.stopCapture(device.id);
    if (bytes !== undefined) saveFile(`${device.name}.pcap`, bytes);
  };

  return (
    <div className={styles.picture}>
      <PaneTools name="Picture" tabs={tabs}>
        <IconButton label="Smaller" icon={ZoomOut} disabled={zoom === 0} onClick={() => setZoom(zoom - 1)} />
        <IconButton label="Natural size" icon={Maximize} disabled={zoom === NORMAL} onClick={() => setZoom(NORMAL)} />
        <IconButton label="Larger" icon={ZoomIn} disabled={zoom === ZOOMS.length - 1} onClick={() => setZoom(zoom + 1)} />
        <IconButton label="The picture as text" icon={List} aria-pressed={text} onClick={() => setText(!text)} />
      </PaneTools>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section ref={pane} className={styles.pane} aria-label="Picture of the lab" tabIndex={0}>
        {snapshot && text && <PictureText snapshot={snapshot} />}
        {drawing && places && !text && (
          <PictureDrawing
            drawing={drawing}
            places={places}
            scale={scale}
            chosen={chosen}
            onChoose={(id) => setChosen(id === chosen ? undefined : id)}
          />
        )}
      </section>
      {place && places && (
        <DeviceDetails
          place={place}
          places={places}
          onClose={() => setChosen(undefined)}
          capturing={capturing?.includes(place.device.id) === true}
          onCapture={() => void capture(place)}
          onRun={(command) => void handle?.run(place.machine.name, [command])}
        />
      )}
      {badge && (
        <BadgeDetails badge={badge} onClose={() => setChosen(undefined)} onRun={(command) => void handle?.run(badge.machine, [command])} />
      )}
    </div>
  );
}
