import clsx from 'clsx';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './Button.module.css';

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'type'> {
  /** `plain`: a frame; `main`: the one thing to do here; `link`: a word among words. */
  readonly look?: 'plain' | 'main' | 'link';
}

export function Button({ look = 'plain', className, ...rest }: ButtonProps): ReactNode {
  return <button type="button" className={clsx(styles.button, styles[look], className)} {...rest} />;
}
