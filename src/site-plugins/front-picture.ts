import type { Plugin } from '@docusaurus/types';

/** Gives the front page the picture of a lab as it is when it has booted: taken from the simulator when the site is built. */
export default function frontPicture(): Plugin {
  return {
    name: 'vethlab-front-picture',
    loadContent: async () => {
      // Loaded here, so that commands like `docusaurus clear` do not pay for the simulator.
      const [{ LabSession }, { takeSnapshot }, { solo }] = await Promise.all([
        import('../sim/lab/session.ts'),
        import('../sim/lab/take-snapshot.ts'),
        import('../sim/lab/standard.ts'),
      ]);
      return takeSnapshot(new LabSession(solo, 'front').world, solo);
    },
    contentLoaded: async ({ content, actions }) => actions.setGlobalData({ snapshot: content }),
  };
}
