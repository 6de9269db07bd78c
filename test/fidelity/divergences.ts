/** A step of a recording in which vethlab prints something else than Linux did, and why that is right or tolerable. */
export interface Divergence {
  readonly recording: string;
  /** Counted from 1. */
  readonly step: number;
  readonly reason: string;
}

export const DIVERGENCES: readonly Divergence[] = [];
