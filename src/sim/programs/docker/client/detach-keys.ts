import { DockerError } from '../../../docker/error.ts';

const CONTROL = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/** The bytes of `ctrl-p,ctrl-q` (moby's term.ToBytes), which is also what '' means. */
export function detachKeys(given: string): readonly number[] {
  return (given === '' ? 'ctrl-p,ctrl-q' : given).split(',').map((key) => {
    if (key.length === 1) return key.charCodeAt(0);
    const control = key.startsWith('ctrl-') && key.length === 6 ? CONTROL.indexOf(key.slice(5).toLowerCase()) : -1;
    if (control < 0) throw new DockerError(400, `Invalid escape keys (${given}) provided`);
    return control;
  });
}

/** Looks for the keys in what is typed: held back until it is clear that they are none (moby's escapeProxy). */
export class EscapeKeys {
  readonly #keys: readonly number[];
  #seen = 0;

  constructor(keys: readonly number[]) {
    this.#keys = keys;
  }

  /** What of the typed bytes goes on; undefined when the keys are complete. */
  pass(data: Uint8Array): Uint8Array | undefined {
    const out: number[] = [];
    for (const byte of data) {
      if (byte === this.#keys[this.#seen]) {
        this.#seen++;
        if (this.#seen === this.#keys.length) return undefined;
        continue;
      }
      out.push(...this.#keys.slice(0, this.#seen));
      this.#seen = byte === this.#keys[0] ? 1 : 0;
      if (this.#seen === 0) out.push(byte);
    }
    return Uint8Array.from(out);
  }
}
