import type { ReactNode } from 'react';
import type { Snapshot } from '../../sim/lab/snapshot.ts';
import { badgesOf } from './badges.ts';
import { deviceSentence, namespaceWords, placesOf } from './describe.ts';
import styles from './PictureText.module.css';

/** What the picture shows, as a tree of words. */
export function PictureText({ snapshot }: { readonly snapshot: Snapshot }): ReactNode {
  const places = placesOf(snapshot);
  return (
    <ul className={styles.tree}>
      {snapshot.machines.map((machine) => (
        <li key={machine.name}>
          <b>{machine.name}</b>
          <ul>
            {machine.namespaces.map((namespace) => (
              <li key={namespace.inode}>
                {namespaceWords(namespace)}
                <ul>
                  {namespace.devices.map((device) => {
                    const place = places.get(device.id);
                    return <li key={device.id}>{place && deviceSentence(place, places)}</li>;
                  })}
                  {namespace.processes.map(({ pid, command }) => (
                    <li key={pid}>
                      runs <code>{command}</code>
                    </li>
                  ))}
                  {badgesOf(machine, namespace).map(({ id, sentence }) => (
                    <li key={id}>{sentence}</li>
                  ))}
                </ul>
              </li>
            ))}
          </ul>
        </li>
      ))}
      {snapshot.switches.map(({ name, ports }) => (
        <li key={name}>
          <b>switch {name}</b>:{' '}
          {ports
            .filter(({ plugged }) => plugged)
            .map(({ device }) => device.replace('/', '’s '))
            .join(', ') || 'nothing plugged in'}
        </li>
      ))}
    </ul>
  );
}
