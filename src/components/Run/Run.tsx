import { type ReactNode, useState } from 'react';
import { useLab, useLabPage } from '../Lab/LabContext.tsx';
import { Unbroken } from '../Unbroken/Unbroken.tsx';
import { Output } from './Output.tsx';
import styles from './Run.module.css';
import { CopyButton, RunButton } from './RunButtons.tsx';

/** One command of a chapter as it went when the site was built. */
export interface RunLine {
  readonly cmd: string;
  readonly output: string;
  readonly exit: number;
}

export interface RunProps {
  /** The machine; the lab's first where none is given. */
  readonly host?: string;
  readonly lines: readonly RunLine[];
  /** Lines of output with this text are marked… */
  readonly mark?: string;
  /** …with these words. */
  readonly why?: string;
  /** Only the commands are shown. */
  readonly quiet?: boolean;
}

/** Command lines of the prose: what they print, and buttons that type them in the lab. The site's build makes these from `sh run` fences. */
export function Run({ host, lines, mark, why }: RunProps): ReactNode {
  const page = useLabPage();
  const machines = useLab(page?.shown, (state) => state.info?.machines);
  const [ran, setRan] = useState(0);
  const many = lines.length > 1;
  const several = (machines?.filter(({ terminal }) => terminal).length ?? 0) > 1;

  const run = async (commands: readonly string[]): Promise<boolean> => {
    const lab = page?.show(undefined);
    if (!page || !lab) return false;
    page.reveal();
    const typed = await lab.run(host, commands);
    setRan((count) => count + 1);
    return typed;
  };
  const all = lines.map(({ cmd }) => cmd);
  const last = lines.at(-1);

  return (
    <figure className={styles.run} data-ran={ran}>
      {(many || (host !== undefined && several)) && (
        <div className={styles.head}>
          <span className={styles.host}>{host !== undefined && several ? `on ${host}` : ''}</span>
          {many && (
            <>
              <CopyButton label="Copy all" text={all.join('\n')} />
              {page && <RunButton label="Run all" words="Run all" onRun={() => run(all)} />}
            </>
          )}
        </div>
      )}
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a page never change
        <div key={index}>
          <div className={styles.line}>
            <pre className={styles.command}>
              <code>
                <Unbroken code={line.cmd} />
              </code>
            </pre>
            <CopyButton label={`Copy ${line.cmd}`} text={line.cmd} />
            {page && <RunButton label={`Run ${line.cmd}`} onRun={() => run([line.cmd])} />}
          </div>
          {line.output !== '' && (
            <Output
              text={line.output}
              last={line === last}
              {...(mark === undefined ? {} : { mark })}
              {...(why === undefined ? {} : { why })}
            />
          )}
        </div>
      ))}
    </figure>
  );
}
