import { allOf, between, type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { docker, GATEWAY, LAN, NAME_SERVER } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ n: number; a: string; b: string }>;

const VPN = '192.168.56.20';
const HEADQUARTERS = '172.18.0.0/16';

const wiki = (w: World) => `http://172.18.5.${w.vars.n}/`;
const inside = (w: World) => allOf(...[w.vars.a, w.vars.b].map((name) => w.from(`host1@${name}`).http(wiki(w))));

/** Routes of the host's own into headquarters' range. */
const taken = (w: World) => w.routes('host1').filter(({ dst }) => dst.startsWith('172.18.'));

const onlyOnDocker0 = (w: World, name: string) => {
  const networks = w.container('host1', name)?.networks ?? [];
  return networks.length === 1 && networks[0]?.name === 'bridge';
};

export default defineExercise({
  vars: { n: between(21, 24), a: pick('till', 'page'), b: pick('store', 'ledger') },
  //   host1 .11 ─ lan 192.168.56.0/24 ─ .20 vpn 172.18.0.1 ─ hq ─ wiki 172.18.5.n
  //                  └ .1 gateway, which knows the way by vpn
  lab: ({ n }) => ({
    ...docker,
    id: 'headquarters',
    machines: [
      ...docker.machines,
      {
        name: 'vpn',
        terminal: false,
        nics: [
          { name: 'eth0', mac: '52:54:00:00:00:14', addresses: [`${VPN}/24`], network: LAN },
          { name: 'eth1', mac: '52:54:00:00:01:14', addresses: ['172.18.0.1/16'], network: 'hq' },
        ],
        gateway: GATEWAY,
        nameservers: [NAME_SERVER],
      },
      {
        name: 'wiki',
        terminal: false,
        nics: [{ name: 'eth0', mac: '52:54:00:00:01:05', addresses: [`172.18.5.${n}/16`], network: 'hq' }],
        gateway: '172.18.0.1',
        servers: ['webd 80'],
      },
    ],
    inside: [`${HEADQUARTERS} via ${VPN}`],
  }),
  setup: ({ a, b }) => [
    { host: 'vpn', run: 'sysctl -qw net.ipv4.ip_forward=1' },
    'docker network create shop',
    `docker run -d --name ${a} --network shop busybox sleep 1d`,
    `docker run -d --name ${b} --network shop busybox sleep 1d`,
  ],
  checks: {
    host: { points: 1, test: (w) => w.from('host1').http(wiki(w)) },
    inside: { points: 2, test: inside },
    taken: {
      points: 1,
      live: true,
      test: (w) => expected(taken(w).length === 0, `host1 has no route of its own into ${HEADQUARTERS}`, `there is ${taken(w)[0]?.dst}`),
    },
    names: {
      points: 1,
      kind: 'guard',
      test: (w) => allOf(w.from(`host1@${w.vars.a}`).ping(w.vars.b), w.from(`host1@${w.vars.b}`).ping(w.vars.a)),
    },
  },
  feedback: {
    'host-only': { when: (w) => w.from('host1').http(wiki(w)).ok && !inside(w).ok },
    smaller: { when: (w) => w.networks('host1').some(({ subnet }) => /^172\.18\.\d+\.\d+\/(1[7-9]|2\d)$/.test(subnet ?? '')) },
    docker0: { when: (w) => onlyOnDocker0(w, w.vars.a) && onlyOnDocker0(w, w.vars.b) },
  },
});
