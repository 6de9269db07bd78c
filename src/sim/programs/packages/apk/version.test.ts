import { expect, it } from 'vitest';
import { compareVersions } from './version.ts';

it('versions are in the order that Alpine gives them', () => {
  const inOrder = [
    '0.9',
    '1.0_alpha2',
    '1.0_beta',
    '1.0_rc1',
    '1.0',
    '1.0-r1',
    '1.0-r10',
    '1.0_p1',
    '1.0a',
    '1.0.1',
    '1.0.10',
    '1.2.13-r1',
    '20230506-r0',
  ];
  expect([...inOrder].reverse().sort(compareVersions)).toEqual(inOrder);
  expect(compareVersions('6.4_p20230506-r0', '6.4_p20230506-r0')).toBe(0);
});
