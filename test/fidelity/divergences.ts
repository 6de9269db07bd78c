/** A step of a recording in which vethlab prints something else than Linux did, and why that is right or tolerable. */
export interface Divergence {
  readonly recording: string;
  /** Counted from 1. */
  readonly step: number;
  readonly reason: string;
}

export const DIVERGENCES: readonly Divergence[] = [
  {
    recording: 'session-02',
    step: 26,
    reason:
      "The recorded host's card is a tap that came up after the gateway's: it dropped the gateway's first multicast report. Here all cards come up at once.",
  },
  {
    recording: 'session-05',
    step: 24,
    reason: 'The recorded card is a tap (pfifo_fast, operstate UNKNOWN); JSON shows it, where plain listings were made those of a card.',
  },
];
