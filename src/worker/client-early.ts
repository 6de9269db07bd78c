/**
 * The worker of a page that has a lab, started while the page itself is still being loaded: this is part of the site's first script.
 * Undefined on other pages, on the server, and once it was taken.
 */
let early: Worker | undefined;

export const newWorker = (): Worker => new Worker(new URL('./worker.ts', import.meta.url));

if (typeof document !== 'undefined' && document.documentElement.classList.contains('lab-page')) early = newWorker();

/** The early worker, for the first who asks. */
export function takeEarlyWorker(): Worker | undefined {
  const taken = early;
  early = undefined;
  return taken;
}
