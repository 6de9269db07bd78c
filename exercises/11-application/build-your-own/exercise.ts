import { type CheckWorld, defineExercise, expected, pick } from '../../../src/course/exercise.ts';
import { dockerAndClient } from '../../../src/sim/lab/standard.ts';

const HOST1 = '192.168.56.11';
const PAGE = 'open all day';

type World = CheckWorld<{ port: number; tag: string }>;

const page = (w: World, port = w.vars.port) => w.from('host2').http(`http://${HOST1}:${port}/`, PAGE);

/** What an image of that name serves in a container that is made anew. */
function anew(w: World) {
  const other = w.fork();
  const { exit, output } = other.from('host1').run(`docker image inspect -f '{{.Config.Cmd}}' site:${w.vars.tag}`);
  if (exit !== 0) return expected(false, `there is an image site:${w.vars.tag}`, 'there is none');
  const inside = other
    .from('host1')
    .run(`docker run -d -p 18080:8000 site:${w.vars.tag} > /dev/null; sleep 1; curl -s -m 2 http://${HOST1}:18080/`);
  return expected(inside.output.includes(PAGE), `a new container of site:${w.vars.tag} serves the page`, `it does not: ${output.trim()}`);
}

export default defineExercise({
  vars: { port: pick(8081, 8090), tag: pick('1.0', 'new') },
  lab: dockerAndClient,
  setup: ({ port, tag }) => [
    'mkdir -p /root/site/www',
    `echo '${PAGE}' > /root/site/www/index.html`,
    'printf \'FROM busybox\\nCOPY www /www\\nEXPOSE 8000\\nCMD ["httpd", "-f", "-p", "127.0.0.1:8000", "-h", "/www"]\\n\' > /root/site/Dockerfile',
    `docker build -q -t site:${tag} /root/site`,
    `docker run -d --name site -p ${port}:8000 site:${tag}`,
  ],
  checks: {
    serves: { points: 2, test: (w) => page(w) },
    again: { points: 1, test: anew },
    exposed: {
      points: 1,
      kind: 'guard',
      test: (w) => expected(!w.from('host2').tcp(HOST1, 8000).open, 'host2 cannot open port 8000 of host1', 'it can'),
    },
  },
  feedback: {
    patched: { when: (w) => page(w).ok && !anew(w).ok },
    'no-build': {
      when: (w) => !(w.file('host1', '/root/site/Dockerfile') ?? '').includes('127.0.0.1:8000') && !anew(w).ok,
    },
    hostnet: { when: (w) => w.containers('host1').some(({ networkMode }) => networkMode === 'host') },
  },
});
