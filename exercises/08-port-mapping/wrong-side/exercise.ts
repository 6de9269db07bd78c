import { type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { dockerAndClient } from '../../../src/sim/lab/standard.ts';

type World = CheckWorld<{ port: number }>;

/** How api is started, as learners find it in /root/api.sh. */
const start = (port: number) =>
  [
    `docker run -d --name api -p ${port}:5000 -e BIND=127.0.0.1 busybox \\`,
    "  sh -c 'mkdir /w; echo api > /w/index.html; exec httpd -f -p $BIND:5000 -h /w'",
  ].join('\n');

const client = (w: World) => w.from('host2').http(`http://192.168.56.11:${w.vars.port}/`, 'api');

export default defineExercise({
  vars: { port: pick(8080, 8088) },
  lab: dockerAndClient,
  setup: ({ port }) => [`cat > /root/api.sh <<'END'\n${start(port)}\nEND`, 'bash /root/api.sh'],
  checks: {
    client: { points: 2, test: client },
    own: {
      points: 1,
      kind: 'guard',
      test: (w) => {
        const ip = w.container('host1', 'api')?.networks.find((network) => network.ip !== undefined)?.ip;
        return expected(ip !== undefined, 'api runs with an address of its own', 'it has none');
      },
    },
  },
  feedback: {
    republished: {
      when: (w) =>
        (w.container('host1', 'api')?.ports ?? []).some(({ port, hostPort }) => port !== 5000 || hostPort !== w.vars.port) && !client(w).ok,
    },
    hostnet: { when: (w) => w.container('host1', 'api')?.networkMode === 'host' },
    'loopback-door': { when: (w) => w.container('host1', 'api')?.ports.some(({ hostIp }) => hostIp === '127.0.0.1') === true },
  },
});
