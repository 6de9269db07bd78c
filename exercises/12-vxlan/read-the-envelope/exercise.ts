import { defineExercise, pick } from '../../../src/course/exercise.ts';
import type { LabDescription, MachineDescription } from '../../../src/sim/lab/description.ts';
import { GATEWAY, LAN, NAME_SERVER, solo, standardHost } from '../../../src/sim/lab/standard.ts';

const PORT = 4789;
/** Nobody chatters. */
const QUIET = 'sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1';
const OTHER_LAN = 'lan2';
const OUTER = { left: '192.168.56.21', right: '192.168.57.22' };
const SERVER = '10.0.0.2';
/** The busy network's only guest on the left. */
const BUSY = '10.0.0.1';

/**
 * host1 is the router between two sites that nobody can log in to:
 *
 *     left 192.168.56.21 ── lan ── eth0 host1 eth1 ── lan2 ── right 192.168.57.22
 */
const site = (name: 'left' | 'right', network: string, mac: string, gateway: string): MachineDescription => ({
  name,
  terminal: false,
  nics: [{ name: 'eth0', mac, addresses: [`${OUTER[name]}/24`], network }],
  gateway,
  nameservers: [NAME_SERVER],
});

const router = standardHost(1);
const lab: LabDescription = {
  ...solo,
  machines: [
    { ...router, nics: [...router.nics, { name: 'eth1', mac: '52:54:00:00:01:0b', addresses: ['192.168.57.1/24'], network: OTHER_LAN }] },
    site('left', LAN, '52:54:00:00:00:15', GATEWAY),
    site('right', OTHER_LAN, '52:54:00:00:01:16', '192.168.57.1'),
  ],
  setup: ['sysctl -qw net.ipv4.ip_forward=1', { host: 'left', run: 'ip route add 192.168.57.0/24 via 192.168.56.11' }],
};

/** A tenant's half of a network: a bridge, its VTEP and rooms. */
function half(host: 'left' | 'right', vni: number, addresses: readonly string[]) {
  const remote = host === 'left' ? OUTER.right : OUTER.left;
  return [
    `ip link add vx${vni} mtu 1450 type vxlan id ${vni} dstport ${PORT} remote ${remote}`,
    `ip link add br${vni} type bridge`,
    `ip link set br${vni} up`,
    `ip link set vx${vni} up master br${vni}`,
    ...addresses.flatMap((address) => {
      const room = roomOf(vni, address);
      return [
        `ip netns add ${room}`,
        `ip netns exec ${room} ${QUIET}`,
        `ip link add v${room} type veth peer name eth0 netns ${room}`,
        `ip link set v${room} up master br${vni}`,
        `ip -n ${room} link set eth0 mtu 1450 up`,
        `ip -n ${room} addr add ${address}/24 dev eth0`,
      ];
    }),
  ].map((run) => ({ host, run }));
}

const roomOf = (vni: number, address: string): string => `r${vni}x${address.split('.')[3]}`;

/** A guest that asks for a page again and again. */
const asks = (vni: number, address: string, page: string, everyS: number) => ({
  host: 'left',
  run: `nohup ip netns exec ${roomOf(vni, address)} bash -c 'while true; do curl -s -m 2 http://${SERVER}/${page} > /dev/null; sleep ${everyS}; done' > /dev/null 2>&1 & sleep 0.2`,
});

export default defineExercise({
  vars: { calm: pick(310, 57, 9001), busy: pick(311, 75), n: pick(3, 7, 12), word: pick('plum', 'quince') },
  lab,
  setup: ({ calm, busy, n, word }) => [
    ...['left', 'right'].map((host) => ({ host, run: QUIET })),
    ...half('right', calm, [SERVER]),
    ...half('right', busy, [SERVER]),
    ...half('left', calm, [`10.0.0.${n}`, '10.0.0.5']),
    ...half('left', busy, [BUSY]),
    ...[calm, busy].flatMap((vni) => [
      { host: 'right', run: `mkdir -p /srv/${vni} && echo welcome > /srv/${vni}/index.html && echo sold > /srv/${vni}/${word}` },
      { host: 'right', run: `ip netns exec ${roomOf(vni, SERVER)} busybox httpd -p 80 -h /srv/${vni}` },
    ]),
    asks(busy, BUSY, '', 1),
    asks(calm, '10.0.0.5', '', 4),
    asks(calm, `10.0.0.${n}`, word, 3),
  ],
  checks: {
    secret: { points: 1, test: (w) => w.answered('secret', w.vars.word) },
    vni: { points: 2, test: (w) => w.answered('vni', String(w.vars.calm)) },
    who: { points: 2, test: (w) => w.answered('who', `10.0.0.${w.vars.n}`) },
  },
  feedback: {
    outer: { when: (w) => Object.values(OUTER).includes(w.answer('who') ?? '') },
    loudest: { when: (w) => w.answer('vni') === String(w.vars.busy) },
    server: { when: (w) => w.answer('who') === SERVER },
  },
});
