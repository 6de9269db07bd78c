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
  {
    recording: 'session-filter-C-1',
    step: 35,
    reason: 'The recorded card is a tap (pfifo_fast, operstate UNKNOWN); JSON shows it, where plain listings were made those of a card.',
  },
  {
    recording: 'session-tools-B-4',
    step: 30,
    reason: "The recorded host's card is a tap that came up after the gateway's: it dropped the gateway's first multicast report.",
  },
  {
    recording: 'session-routers-A-2',
    step: 47,
    reason: "The shell of the recording machine had a file `var` to make of the word `v*`; root's home is empty here.",
  },
  {
    recording: 'session-routers-A-2',
    step: 39,
    reason:
      'Both ends of the pair have the number 2, so that the carrier of the second is noticed only with the next tick of link_watch.c, up to a second later by chance; with it begins the check of its link-local address.',
  },
  {
    recording: 'session-routers-C-1',
    step: 41,
    reason:
      'A neighbour is probed five seconds and up to a quarter after it was used. The commands until here took a fifth of a second longer on the recording machine, and it had been.',
  },
  {
    recording: 'session-tools-A-1',
    step: 29,
    reason: 'Offloads save a processor work, of which virtual time knows nothing: ethtool shows them and cannot switch them.',
  },
  {
    recording: 'ss-errors',
    step: 27,
    reason: "The column is as wide as ss's own process number, which has five digits on a machine that has been up for long.",
  },
  {
    recording: 'vxlan-monitor',
    step: 26,
    reason:
      'The entry was used a whole second ago by two hundredths; on the recording machine the commands before took a little longer, and the ping in between ended sooner.',
  },
  {
    recording: 'macvlan-modes',
    step: 17,
    reason:
      'A neighbour is asked again within 32 ms after the ping before gave up. The recording machine needed longer for the two commands since.',
  },
  {
    recording: 'docker-link-networks',
    step: 49,
    reason: 'docker start -a says by chance that it no longer waits (context canceled) instead of which containers failed to start.',
  },
  {
    recording: 'vxlan-three',
    step: 40,
    reason:
      "host2's second router solicitation, five seconds after its device came up, is heard on host3 if the commands before took as long as on the recording machine.",
  },
  {
    recording: 'docker-break-engine',
    step: 42,
    reason: 'A real engine needs a third of a second for each container that it starts again; here they are all there at once.',
  },
  {
    recording: 'docker-filters',
    step: 68,
    reason:
      'nginx and centos were made in the same second, and Docker lists such images as its map happens to hold them: one step before, it was the other way round.',
  },
];
