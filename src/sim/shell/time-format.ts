import { NS_PER_MS } from '../base/time.ts';
import type { Shell } from './shell.ts';

/** What `time` prints. Programs use no processor time of their own here, so user and sys are 0. */
export function formatTimes(shell: Shell, realNs: number, posix: boolean): string {
  const ms = Math.floor(realNs / NS_PER_MS);
  if (posix) return `real ${(ms / 1000).toFixed(2)}\nuser 0.00\nsys 0.00\n`;
  const format = shell.vars.get('TIMEFORMAT');
  if (format === undefined) return `\nreal\t${minutes(ms)}\nuser\t${minutes(0)}\nsys\t${minutes(0)}\n`;
  if (format === '') return '';
  const text = format.replace(/%(%|P|(\d?)(l?)([RUS]))/g, (_, all: string, digits: string, long: string, which: string) => {
    if (all === '%') return '%';
    if (all === 'P') return '0.00';
    const places = digits === '' || digits === undefined ? 3 : Math.min(3, Number(digits));
    const value = which === 'R' ? ms : 0;
    return long === 'l' ? minutes(value, places) : (Math.floor(value / 10 ** (3 - places)) / 10 ** places).toFixed(places);
  });
  return `${text}\n`;
}

export function minutes(ms: number, places = 3): string {
  const seconds = ((ms % 60_000) / 1000).toFixed(3);
  return `${Math.floor(ms / 60_000)}m${places === 0 ? seconds.slice(0, -4) : seconds.slice(0, seconds.length - 3 + places)}s`;
}
