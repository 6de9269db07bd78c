import { type ReactNode, useState } from 'react';
import { Button } from '../Button/Button.tsx';
import { LabProvider } from '../Lab/LabContext.tsx';
import { LabLayout } from '../LabLayout/LabLayout.tsx';
import styles from './FreePlay.module.css';

const LABS = [
  { id: 'solo', title: 'One machine', words: 'host1 on a network with a router, a name server and the internet behind it.' },
  { id: 'duo', title: 'Two machines', words: 'host1 and host2 on one switch: the first place where a frame crosses a real cable.' },
  { id: 'trio', title: 'Three machines', words: 'host1, host2 and host3: enough for a router of your own, or for an overlay.' },
  {
    id: 'twoSites',
    title: 'Two sites',
    words: 'host1 and host2 on one network, host3 on another, and a router between them that is not yours.',
  },
  { id: 'docker', title: 'Docker', words: 'host1 runs Docker, with images of busybox, centos, nginx and redis.' },
  {
    id: 'dockerAndClient',
    title: 'Docker and a client',
    words: 'host1 runs Docker; host2 on the same network knows nothing of containers, and sees what is published.',
  },
  {
    id: 'walk',
    title: 'The way to a web server',
    words: 'host1, its gateway and a server behind it, with the addresses of the SNAT walk in chapter 4.',
  },
] as const;

/** Every lab without a lesson. */
export function FreePlay(): ReactNode {
  const [lab, setLab] = useState<string>(LABS[0].id);
  return (
    <LabProvider key={lab} name={`free.${lab}`} lab={lab}>
      <LabLayout>
        <h1 className={styles.title}>Labs</h1>
        <p>
          Machines without a lesson. Root has no password, nothing can be broken for good: undo takes back the last command, reset the whole
          lab. What you build is kept in this browser.
        </p>
        <ul className={styles.labs}>
          {LABS.map(({ id, title, words }) => (
            <li key={id} aria-current={id === lab}>
              <h2>{title}</h2>
              <p>{words}</p>
              <Button disabled={id === lab} onClick={() => setLab(id)}>
                {id === lab ? 'In the panel' : 'Open'}
              </Button>
            </li>
          ))}
        </ul>
        <h2 className={styles.ideas}>Something to try</h2>
        <ul>
          <li>Cut a machine off its network with one command, and find another that brings it back.</li>
          <li>Build a room that nobody can enter but a process you started in it.</li>
          <li>Give two rooms the same address. Who answers?</li>
          <li>Start two containers on docker0, and find the rule that lets one of them out.</li>
        </ul>
      </LabLayout>
    </LabProvider>
  );
}
