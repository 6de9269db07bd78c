import clsx from 'clsx';
import { type ReactNode, useId, useState } from 'react';
import { Button } from '../Button/Button.tsx';
import styles from './Output.module.css';

/** Longer output is folded, to this length less a little: folding must save something. */
const LONGEST = 12;
const FOLDED = 9;

export interface OutputProps {
  readonly text: string;
  readonly mark?: string;
  readonly why?: string;
  /** The last of its block. */
  readonly last: boolean;
}

/** What a command printed: quiet, folded when long, with the lines to notice marked. */
export function Output({ text, mark, why, last }: OutputProps): ReactNode {
  const [open, setOpen] = useState(false);
  const id = useId();
  const lines = text.replace(/\n$/, '').split('\n');
  const marked = (line: string) => mark !== undefined && line.includes(mark);
  // What is to be noticed is never folded away.
  const folds = lines.length > LONGEST;
  const shown = folds && !open ? Math.max(FOLDED, lines.findIndex(marked) + 2) : lines.length;
  const hidden = lines.length - shown;
  const firstMarked = lines.findIndex(marked);

  return (
    <div className={clsx(styles.output, last && styles.last)}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, also by keyboard */}
      <pre id={id} tabIndex={0}>
        {lines.slice(0, shown).map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an output never change
          <span key={index} className={clsx(styles.line, marked(line) && styles.marked)}>
            {marked(line) ? <Marked line={line} mark={mark ?? ''} /> : line}
            {why !== undefined && index === firstMarked && <span className={styles.why}>{why}</span>}
          </span>
        ))}
      </pre>
      {folds && (
        <Button look="link" className={styles.more} aria-expanded={open} aria-controls={id} onClick={() => setOpen(!open)}>
          {open ? 'Fold' : `${hidden} more ${hidden === 1 ? 'line' : 'lines'}`}
        </Button>
      )}
    </div>
  );
}

function Marked({ line, mark }: { readonly line: string; readonly mark: string }): ReactNode {
  const at = line.indexOf(mark);
  return (
    <>
      {line.slice(0, at)}
      <mark>{mark}</mark>
      {line.slice(at + mark.length)}
    </>
  );
}
