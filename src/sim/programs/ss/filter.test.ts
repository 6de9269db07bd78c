import { expect, test } from 'vitest';
import { parseIpv4 } from '../../base/address.ts';
import type { Process } from '../../machine/process.ts';
import { type Filter, FilterError, parseFilter, type Subject } from './filter.ts';

/** Numbers and addresses need nothing of a process. */
const p = { machine: { files: { readFile: () => new Uint8Array(0) } }, netns: { devices: new Map(), deviceByName: () => undefined } };

function filter(text: string): Filter | FilterError | undefined {
  const reading = parseFilter(p as unknown as Process, [text], undefined);
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
  }
}

function socket(local: string, port: number, remote: string, remotePort: number): Subject {
  return { family: 'inet', local: parseIpv4(local) ?? 0, port, remote: parseIpv4(remote) ?? 0, remotePort, ifindex: 0, mark: 0 };
}

const WEB = socket('10.0.0.1', 80, '10.0.9.2', 40000);
const SSH = socket('10.0.0.1', 22, '192.168.1.7', 40001);
const HIGH = socket('127.0.0.1', 8080, '0.0.0.0', 0);

/** Which of the three a filter takes. */
function taken(text: string): string {
  const parsed = filter(text);
  if (parsed instanceof FilterError) return parsed.message;
  return Object.entries({ WEB, SSH, HIGH })
    .filter(([, subject]) => parsed?.(subject))
    .map(([name]) => name)
    .join(' ');
}

test('ports are compared, with and without their colon', () => {
  expect(['sport = :80', 'sport = 80', 'sport != :80', 'sport >= :80', 'dport > :40000'].map(taken)).toEqual([
    'WEB',
    'WEB',
    'SSH HIGH',
    'WEB HIGH',
    'SSH',
  ]);
});

test('addresses are those of a network, or an address with a port', () => {
  expect(['dst 10.0.0.0/8', 'src 10.0.0.1', 'src 10.0.0.1:22', 'dst = 192.168.1.7', 'dst != 192.168.1.7'].map(taken)).toEqual([
    'WEB',
    'WEB SSH',
    'SSH',
    'SSH',
    'WEB HIGH',
  ]);
});

test('terms side by side must all hold; "or" binds less than "and", "not" most; parentheses group', () => {
  expect(
    [
      'src 10.0.0.1 sport = :80',
      'sport = :22 or sport = :80 and dst 10.0.0.0/8',
      'not sport = :80',
      '( sport = :22 or sport = :80 ) and dst 10.0.0.0/8',
    ].map(taken),
  ).toEqual(['WEB', 'WEB SSH', 'SSH HIGH', 'WEB']);
});

test('what is no filter is a syntax error', () => {
  expect(
    [filter('( sport = :80'), filter('sport'), filter('sport = :80 )')].map((parsed) => parsed instanceof FilterError && parsed.syntax),
  ).toEqual([true, true, true]);
});
