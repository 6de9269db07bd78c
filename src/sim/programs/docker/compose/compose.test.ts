import { describe, expect, it } from 'vitest';
import { text } from '../../../base/utf8.ts';
import { buildLab } from '../../../lab/build.ts';
import { runCommand } from '../../../lab/run-command.ts';
import { LabSession } from '../../../lab/session.ts';
import { standardHost } from '../../../lab/standard.ts';
import type { Machine } from '../../../machine/machine.ts';
import { interpolate } from './interpolate.ts';

function lab() {
  const host = { ...standardHost(1), docker: { images: ['busybox:latest', 'nginx:latest'] } };
  const world = buildLab({ id: 'compose', machines: [host], outside: 'next-door' }, 'compose');
  const machine = world.machines.get('host1') as Machine;
  const run = (command: string): string => runCommand(world, machine, command).output;
  return {
    run,
    /** Writes /root/shop/compose.yaml. */
    file: (text: string): string => run(`mkdir -p ~/shop && cat > ~/shop/compose.yaml <<'EOF'\n${text}EOF\n`),
    compose: (args: string): string => run(`cd ~/shop && docker compose ${args} 2>&1 | cat`),
  };
}

const SHOP = `services:
  web:
    image: nginx
    ports: ["8080:80"]
    depends_on:
      db: { condition: service_healthy }
    networks: [front, back]
  db:
    image: busybox
    command: sh -c "echo ready to serve; touch /ok; sleep 1000"
    healthcheck: { test: test -e /ok, interval: 1s }
    networks:
      back: { aliases: [store], ipv4_address: 10.9.0.7 }
networks:
  front:
  back:
    internal: true
    ipam: { config: [{ subnet: 10.9.0.0/24 }] }
`;

describe('docker compose', () => {
  it('makes networks and containers, starts each when what it needs is well, and takes all away again', () => {
    const { run, file, compose } = lab();
    file(SHOP);
    expect(compose('up -d')).toBe(` Network shop_front  Creating
 Network shop_front  Created
 Network shop_back  Creating
 Network shop_back  Created
 Container shop-db-1  Creating
 Container shop-db-1  Created
 Container shop-web-1  Creating
 Container shop-web-1  Created
 Container shop-db-1  Starting
 Container shop-db-1  Started
 Container shop-db-1  Waiting
 Container shop-db-1  Healthy
 Container shop-web-1  Starting
 Container shop-web-1  Started
`);
    expect(compose('exec -T web getent hosts store | cut -c 1-8')).toBe('10.9.0.7\n');
    expect(run('curl -s http://127.0.0.1:8080/ | grep -c nginx')).not.toBe('0\n');
    expect(compose('logs db')).toBe('shop-db-1  | ready to serve\n');
    expect(compose('ps -a --services')).toBe('db\nweb\n');
    expect(run("docker network inspect -f '{{json .Labels}}' shop_back")).toContain('"com.docker.compose.network":"back"');
    expect(compose('up -d')).toBe(' Container shop-db-1  Running\n Container shop-web-1  Running\n');
    file(SHOP.replace('8080', '8081'));
    expect(compose('up -d')).toContain(' Container shop-web-1  Recreated\n');
    expect(compose('run --rm -T web getent hosts store')).toContain('10.9.0.7 ');
    expect(compose('down -t 0')).toContain(' Network shop_back  Removed\n');
    expect(run('docker ps -aq; docker network ls -q | wc -l')).toBe('3\n');
    expect(compose('down')).toBe('Warning: No resource found to remove for project "shop".\n');
  });

  it('builds what has no image yet, with the build context of the file', () => {
    const { run, file, compose } = lab();
    file('services:\n  app:\n    build: ./app\n    environment: { COLOUR: "${COLOUR:-blue}" }\n');
    run(
      "mkdir ~/shop/app; printf 'FROM busybox\\nCMD echo the colour is $COLOUR\\n' > ~/shop/app/Dockerfile; echo COLOUR=green > ~/shop/.env",
    );
    expect(compose('up')).toContain('shop-app-1  | the colour is green\nshop-app-1 exited with code 0\n');
    expect(run('docker images --format "{{.Repository}}" shop-app')).toBe('shop-app\n');
  });

  it('stops what it has started at Ctrl-C, and kills it at the second', () => {
    let shown = '';
    const output = (_: number, data: Uint8Array) => {
      shown += text(data).replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '');
    };
    const host = { ...standardHost(1), docker: { images: ['busybox:latest'] } };
    const session = new LabSession({ id: 'compose', machines: [host], outside: 'next-door' }, 'compose', { output, closed: () => {} });
    const terminal = session.perform({ do: 'open', machine: 'host1', columns: 80, rows: 24 });
    const typed = (keys: string, seconds: number): string => {
      shown = '';
      session.perform({ do: 'type', terminal, text: keys });
      session.world.run(session.world.clock.now + seconds * 1e9);
      return shown;
    };
    typed("printf 'services:\\n  a:\\n    image: busybox\\n    command: sleep 1000\\n' > compose.yaml\r", 1);
    typed('docker compose up\r', 3);
    // It does not heed SIGTERM, and has ten seconds.
    expect(typed('\x03', 5)).toMatch(
      /Gracefully stopping\.\.\. \(press Ctrl\+C again to force\)\r\n\[\+\] Running 0\/1\r\n . Container root-a-1 {2}Stopping/,
    );
    expect(typed('', 10)).toMatch(/Container root-a-1 {2}Stopped +10\.0s/);
    typed('docker compose up\r', 3);
    typed('\x03', 2);
    expect(typed('\x03', 1)).toMatch(/Container root-a-1 {2}Killed +2\.0s/);
    expect(typed('echo $?; docker ps -q\r', 1)).toContain('\r130\r\nroot@host1');
  });

  it('says what is wrong with a file, with statuses 14 and 15', () => {
    const { run, file, compose } = lab();
    expect(run('cd /tmp; docker compose up; echo $?')).toBe('no configuration file provided: not found\n14\n');
    const wrong = {
      'services:\n  web:\n    imag: nginx\n': 'services.web Additional property imag is not allowed',
      'services:\n  web: {}\n': 'service "web" has neither an image nor a build context specified: invalid compose project',
      'services:\n  web:\n    image: x\n    depends_on: [db]\n': 'service "web" depends on undefined service db: invalid compose project',
      'services:\n  web:\n    image: x\n    networks: [n]\n': 'service "web" refers to undefined network n: invalid compose project',
      'services:\n  web:\n    image: x\n    environment:\n      A=b\n': 'services.web.environment must be a mapping',
      'services:\n  web:\n    image: x\n    environment:\n      - A: b\n': 'services.web.environment.0 must be a string',
      'services:\n  web:\n    image: x\n    ports:\n': 'services.web.ports must be a list',
      'services:\n  web:\n    image: x\n    networks: n\nnetworks:\n  n\n': 'services.web.networks must be a list',
      'services:\n  web:\n    image: x\n    networks: { n: { alias: [y] } }\n':
        'services.web.networks.n Additional property alias is not allowed',
      'service:\n  web:\n    image: x\n': '(root) Additional property service is not allowed',
      'services:\n\tweb: x\n': 'yaml: line 2: found character that cannot start any token',
    };
    for (const [text, message] of Object.entries(wrong)) {
      file(text);
      expect(compose('config')).toBe(`${message}\n`);
    }
    expect(run('cd ~/shop; docker-compose config -q 2> /dev/null; echo $?')).toBe('15\n');
  });

  it('puts variables in their places', () => {
    const variables = new Map([
      ['A', 'x'],
      ['E', ''],
    ]);
    const unset: string[] = [];
    const value = (source: string): string => interpolate(source, variables, 'services.a.image', (name) => unset.push(name));
    expect(['$A-${A}', '${E:-d}${E-d}', '${N:-${A}y}', '$$A', '${A:+z}${N+z}', '$N'].map(value)).toEqual(['x-x', 'd', 'xy', '$A', 'z', '']);
    expect(unset).toEqual(['N']);
    expect(() => value('${')).toThrow();
  });
});
