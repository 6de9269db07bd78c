import { type CheckWorld, defineExercise, expected, notOf, pick } from '../../../src/course/exercise.ts';
import { docker } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ port: number }>;

const VAULT = '10.255.0.2';
const OUTSIDE = '203.0.113.80';
const signerOpens = (w: World) => w.from('host1@signer').tcp(VAULT, w.vars.port);
/** Any address of vault's that is not its own 127.0.0.1. */
const doors = (w: World): readonly string[] =>
  [VAULT, ...w.ipv4('host1@vault').map((cidr) => cidr.split('/')[0] as string)].filter((ip) => !ip.startsWith('127.'));

export default defineExercise({
  vars: { port: pick(7000, 7070) },
  lab: docker,
  setup: ({ port }) => [
    `docker run -d --name vault --network none busybox sh -c 'mkdir /www; echo signed > /www/index.html; httpd -f -p ${port} -h /www'`,
    'docker run -d --name signer centos sleep 36000',
  ],
  checks: {
    cable: { points: 2, test: signerOpens },
    self: { points: 1, kind: 'guard', test: (w) => w.from('host1@vault').tcp('127.0.0.1', w.vars.port) },
    host: {
      points: 1,
      kind: 'guard',
      test: (w) => {
        const open = doors(w).find((ip) => w.from('host1').tcp(ip, w.vars.port).open);
        return expected(open === undefined, `host1 cannot open vault's port ${w.vars.port}`, `it can, at ${open}`);
      },
    },
    out: { points: 1, kind: 'guard', test: (w) => notOf(w.from('host1@vault').ping(OUTSIDE)) },
    signer: { points: 1, kind: 'guard', test: (w) => w.from('host1@signer').ping(OUTSIDE) },
  },
  feedback: {
    internal: { when: (w) => w.networks('host1').some(({ internal, containers }) => internal && containers.includes('vault')) },
    flatmates: { when: (w) => w.container('host1', 'vault')?.networkMode.startsWith('container:') === true },
    'no-default': { when: (w) => w.routes('host1@signer').some(({ dst, via }) => dst === 'default' && via === VAULT) },
    asleep: {
      when: (w) => {
        const ends = [...w.links('host1@vault'), ...w.links('host1@signer')].filter(({ name, kind }) => kind === 'veth' && name !== 'eth0');
        return ends.some(({ up }) => up) && ends.some(({ up }) => !up);
      },
    },
    island: { when: (w) => w.link('host1@vault', 'lo')?.up === false },
  },
});
