/** Does something at most once in a while: at once if it was not done lately, else when the while is over. */
export class Throttle {
  readonly #ms: number;
  readonly #action: () => void;
  #lastAt = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ms: number, action: () => void) {
    this.#ms = ms;
    this.#action = action;
  }

  request(): void {
    if (this.#timer !== undefined) return;
    const wait = this.#lastAt + this.#ms - performance.now();
    if (wait <= 0) this.#act();
    else this.#timer = setTimeout(() => this.#act(), wait);
  }

  /** Does now what was requested for later. */
  settle(): void {
    if (this.#timer !== undefined) this.#act();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #act(): void {
    this.cancel();
    this.#lastAt = performance.now();
    this.#action();
  }
}
