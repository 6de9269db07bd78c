/** A step of a recording in which vethlab prints something else than Linux did, and why that is right or tolerable. */
export interface Divergence {
  readonly recording: string;
  /** Counted from 1. */
  readonly step: number;
  readonly reason: string;
}

export const DIVERGENCES: readonly Divergence[] = [
  {
    recording: 'ip-route-show',
    step: 147,
    reason: 'IPv6 lookup with an output device prefers an address that is still tentative as source; Linux leaves the source out.',
  },
  { recording: 'ip-route-show', step: 149, reason: 'As in step 147, for a multicast group.' },
  {
    recording: 'ip-route-show',
    step: 190,
    reason: 'An IPv6 multipath route is reported by its first hop when the route itself is asked for (fibmatch).',
  },
  { recording: 'namespace-tools', step: 38, reason: "The shell's $$ is its number in the machine's first pid namespace, not in its own." },
  { recording: 'namespace-tools', step: 39, reason: 'As in step 38.' },
];
