import { type ReactNode, useEffect, useState } from 'react';
import type { LabHandle } from '../../worker/client-lab.ts';
import type { CaptureFile } from '../../worker/protocol.ts';
import { saveFile } from '../save-file.ts';
import styles from './PanelMenu.module.css';

/** Captures that the learner's commands have written, each a download; or how to make one. */
export function CaptureFiles({ handle }: { readonly handle: LabHandle }): ReactNode {
  const [files, setFiles] = useState<readonly CaptureFile[]>();
  useEffect(() => {
    let wanted = true;
    void handle.captureFiles().then((found) => wanted && setFiles(found));
    return () => {
      wanted = false;
    };
  }, [handle]);
  const save = async ({ machine, path }: CaptureFile): Promise<void> => {
    const bytes = await handle.readFile(machine, path);
    if (bytes !== undefined) saveFile(path.slice(path.lastIndexOf('/') + 1), bytes);
  };

  if (files === undefined) return null;
  if (files.length === 0) {
    return (
      <p className={styles.hint}>
        What <code>tcpdump -w FILE.pcap</code> writes can be saved here, for Wireshark.
      </p>
    );
  }
  return files.map((file) => (
    <button key={`${file.machine}:${file.path}`} type="button" className={styles.item} onClick={() => void save(file)}>
      <span>
        Save <code>{file.path}</code> of {file.machine}
      </span>
      <small>{size(file.size)}</small>
    </button>
  ));
}

const size = (bytes: number): string => (bytes < 1000 ? `${bytes} B` : `${Math.round(bytes / 1000).toLocaleString('en')} kB`);
