import { expect, test } from 'vitest';
import { buildLab } from '../../lab/build.ts';
import { solo } from '../../lab/standard.ts';
import { tcpdump } from './tcpdump.ts';

test('Tab after -i offers what can be captured on, and elsewhere leaves it to files', () => {
  const p = buildLab(solo, 'test').machines.get('host1')?.init;
  const after = (line: string) => (p ? tcpdump.complete?.(p, line.split(' ')).slice(0, 3) : undefined);
  expect([after('tcpdump -ni '), after('tcpdump -w ')]).toEqual([['eth0', 'any', 'lo'], []]);
});
