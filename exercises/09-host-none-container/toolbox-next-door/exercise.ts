import { type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { dockerHost } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ port: number }>;

const PAGE = 'admin of shop';
const page = (port: number) => `http://127.0.0.1:${port}/`;
const card = (w: World, place: string) => w.links(place).find(({ name }) => name === 'eth0')?.uid;

export default defineExercise({
  vars: { port: pick(9000, 9100, 8500) },
  lab: {
    id: 'toolbox',
    machines: [dockerHost(1, ['busybox:latest', 'centos:latest', 'nginx:latest', 'shopfront:latest'])],
    outside: 'internet',
  },
  setup: ({ port }) => [
    'mkdir -p /srv/shop/admin',
    `echo '${PAGE}' > /srv/shop/admin/index.html; echo shop > /srv/shop/index.html`,
    `printf 'daemon off; events {} http { access_log off; server { listen 80; root /srv; } server { listen 127.0.0.1:${port}; root /srv/admin; } }\\n' > /srv/shop.conf`,
    'docker run -d --name shop -v /srv/shop.conf:/etc/nginx/nginx.conf -v /srv/shop:/srv shopfront',
    'docker run -d --name helper centos sleep 36000',
  ],
  checks: {
    inside: {
      points: 2,
      test: (w) =>
        w.container('host1', 'debug') === undefined
          ? expected(false, 'there is a container called debug', 'there is none')
          : w.from('host1@debug').http(page(w.vars.port), PAGE),
    },
    sees: {
      points: 1,
      live: true,
      test: (w) => {
        const own = card(w, 'host1@debug');
        return expected(own !== undefined && own === card(w, 'host1@shop'), "debug's eth0 is shop's eth0", 'it has another one, or none');
      },
    },
    outside: {
      points: 1,
      kind: 'guard',
      test: (w) => {
        const ip = w.container('host1', 'shop')?.networks[0]?.ip;
        const { open } = w.from('host1@helper').tcp(ip ?? '172.17.0.2', w.vars.port);
        return expected(!open, `helper cannot open port ${w.vars.port} of shop`, 'it can');
      },
    },
    same: { points: 1, kind: 'guard', live: true, test: (w) => w.same('host1', 'shop') },
  },
  feedback: {
    'same-bridge': {
      when: (w) => {
        const mine = card(w, 'host1@debug');
        return w.container('host1', 'debug')?.networkMode !== 'host' && mine !== undefined && mine !== card(w, 'host1@shop');
      },
    },
    hostnet: { when: (w) => w.container('host1', 'debug')?.networkMode === 'host' },
    rebuild: {
      when: (w) => {
        const ip = w.container('host1', 'shop')?.networks[0]?.ip;
        return ip !== undefined && w.from('host1@helper').tcp(ip, w.vars.port).open;
      },
    },
  },
});
