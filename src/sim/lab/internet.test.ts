import { expect, test } from 'vitest';
import { buildLab } from './build.ts';
import { runCommand } from './run-command.ts';
import { solo } from './standard.ts';

//  host1 ─ 192.168.56.1 ─ hop1 ─ hop2 ─── hop3 ─ hop4 ────────── hop5 ─ hop6
//                         .1     .3       .5     203.0.113.80           14.215.177.38

test('sites are routers away: a probe meets them in order, and the answers come with fewer hops to live and at a distance', () => {
  const world = buildLab(solo, 'internet');
  const host = world.machines.get('host1');
  if (!host) throw new Error('no host1');
  const run = (command: string): string => runCommand(world, host, command).output;
  expect(run("traceroute -n -q 1 www.example.com | awk 'NR > 1 {print $2}'").split('\n')).toEqual([
    '192.168.56.1',
    '198.51.100.1',
    '198.51.100.3',
    '198.51.100.5',
    '203.0.113.80',
    '',
  ]);
  expect(run('ping -c 1 www.baidu.com')).toContain('ttl=58 time=167 ms');
  expect(run('curl -s http://www.example.com/ip')).toBe('192.168.56.11\n');
});
