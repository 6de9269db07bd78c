import { fail, type KernelError } from '../../base/result.ts';
import type { FileStat } from '../file-system.ts';
import { OpenBase } from '../open-file.ts';
import { type Place, pathOf } from './place.ts';

/** An open directory: it can be asked what it is, not read. */
export class OpenDirectory extends OpenBase {
  override readonly kind = 'directory';
  readonly place: Place;
  readonly access = 'r';
  readonly #directory: { stat(): FileStat };

  constructor(directory: { stat(): FileStat }, place: Place) {
    super();
    this.#directory = directory;
    this.place = place;
    place.mount.openFiles++;
  }

  override get description(): string {
    return pathOf(this.place);
  }

  override read(): KernelError {
    return fail('EISDIR');
  }

  override stat(): FileStat {
    return this.#directory.stat();
  }

  protected override closed(): void {
    this.place.mount.openFiles--;
  }
}
