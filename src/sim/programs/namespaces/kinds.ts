import type { NamespaceKind } from '../../machine/process.ts';

/** One kind of namespace in the words of unshare(1) and nsenter(1), in the order in which nsenter enters them. */
export interface KindOption {
  readonly kind: NamespaceKind;
  readonly letter: string;
  readonly long: string;
}

export const KIND_OPTIONS: readonly KindOption[] = [
  { kind: 'user', letter: 'U', long: 'user' },
  { kind: 'cgroup', letter: 'C', long: 'cgroup' },
  { kind: 'ipc', letter: 'i', long: 'ipc' },
  { kind: 'uts', letter: 'u', long: 'uts' },
  { kind: 'net', letter: 'n', long: 'net' },
  { kind: 'pid', letter: 'p', long: 'pid' },
  { kind: 'mnt', letter: 'm', long: 'mount' },
  { kind: 'time', letter: 'T', long: 'time' },
];

/** Their letters for getopt; nsenter's may have a file right behind them, unshare's may not. */
export const KIND_LETTERS = KIND_OPTIONS.map(({ letter }) => letter).join('');
export const KIND_LETTERS_WITH_FILES = KIND_OPTIONS.map(({ letter }) => `${letter}::`).join('');

/** Their long options, each perhaps with a file behind `=`. */
export const KIND_LONG: Readonly<Record<string, string>> = Object.fromEntries(
  KIND_OPTIONS.map(({ letter, long }) => [`${long}=?`, letter]),
);

export function kindOf(letter: string): KindOption | undefined {
  return KIND_OPTIONS.find((option) => option.letter === letter);
}
