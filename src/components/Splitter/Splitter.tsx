import clsx from 'clsx';
import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef } from 'react';
import styles from './Splitter.module.css';

export interface SplitterProps {
  /** Which way the line goes: `vertical` stands between left and right. */
  readonly direction: 'vertical' | 'horizontal';
  /** Share of the part after the line, in per cent. */
  readonly share: number;
  readonly min: number;
  readonly max: number;
  readonly label: string;
  readonly onShare: (share: number) => void;
}

const STEP = 2;

/** A line between two parts that mouse, finger and arrow keys move. Measures the element it stands in. */
export function Splitter({ direction, share, min, max, label, onShare }: SplitterProps): ReactNode {
  const line = useRef<HTMLDivElement>(null);
  const move = (next: number) => onShare(Math.round(Math.min(max, Math.max(min, next)) * 10) / 10);

  const drag = (event: PointerEvent<HTMLDivElement>) => {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const box = line.current?.parentElement?.getBoundingClientRect();
    if (!box) return;
    const before = direction === 'vertical' ? (event.clientX - box.left) / box.width : (event.clientY - box.top) / box.height;
    move((1 - before) * 100);
  };
  const press = (event: KeyboardEvent<HTMLDivElement>) => {
    const [more, less] = direction === 'vertical' ? ['ArrowLeft', 'ArrowRight'] : ['ArrowUp', 'ArrowDown'];
    const target = { [more]: share + STEP, [less]: share - STEP, Home: max, End: min }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    move(target);
  };

  return (
    // biome-ignore lint/a11y/useSemanticElements: a separator that can be moved is a control; <hr> is not
    <div
      ref={line}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={direction}
      aria-valuenow={Math.round(share)}
      aria-valuemin={min}
      aria-valuemax={max}
      className={clsx(styles.splitter, styles[direction])}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={drag}
      onKeyDown={press}
    />
  );
}
