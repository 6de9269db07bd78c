/** dnf 4.14 on a repository made for it. */
import { expect, it } from 'vitest';
import { columnWidths, downloaded, formatNumber, inColumns, row, rule, step } from './columns.ts';

const NAMES = ['bind-utils', 'tcpdump', 'bind-libs-lite', 'bind-license', 'libpcap'];
const VERSIONS = ['9.11.36-3.el8', '4.9.3-2.el8', '9.11.36-3.el8', '9.11.36-3.el8', '1.9.1-5.el8'];

function table(names: readonly string[], versions: readonly string[], repository: string): string {
  const widths = columnWidths([names, [], versions, names.map(() => repository), []], [1, 6, 1, 1, 5], 2, 2);
  const [n = 0, a = 0, v = 0, r = 0, s = 0] = widths;
  const title = row(['Package', a >= 12 ? 'Architecture' : 'Arch', 'Version', 'Repository', 'Size'], [n, a, v, r, -s], ' ');
  return title + row([names[0] as string, 'x86_64', versions[0] as string, repository, '456 k'], [n, a, v, r, -s], ' ');
}

it('the room of a line goes where it helps most rows, and the rest is shared', () => {
  expect(table(NAMES, VERSIONS, 'baseos')).toBe(
    ' Package               Architecture  Version                Repository     Size\n bind-utils            x86_64        9.11.36-3.el8          baseos        456 k\n',
  );
  expect(table(['net-tools'], ['2.0-0.52.20160912git.el8'], 'baseos')).toBe(
    ' Package         Architecture Version                        Repository    Size\n net-tools       x86_64       2.0-0.52.20160912git.el8       baseos       456 k\n',
  );
  expect(table(['iproute', 'libmnl'], ['5.18.0-1.el8', '1.0.4-6.el8'], '@baseos')).toBe(
    ' Package          Architecture    Version                Repository        Size\n iproute          x86_64          5.18.0-1.el8           @baseos          456 k\n',
  );
});

it('numbers, downloads, steps, lists and titles are as dnf has them', () => {
  expect([8397, 825_344, 1_258_291, 300].map(formatNumber)).toEqual(['8.2 k', '806 k', '1.2 M', '300  ']);
  expect(downloaded('(1/3): filesystem-3.8-6.el8.x86_64.rpm', 8397, 0.01698)).toBe(
    '(1/3): filesystem-3.8-6.el8.x86_64.rpm          483 kB/s | 8.2 kB     00:00    \n',
  );
  expect(step('Installing', 'libmnl-1.0.4-6.el8.x86_64', 1, 3)).toBe(
    '  Installing       : libmnl-1.0.4-6.el8.x86_64                              1/3 \n',
  );
  expect(inColumns(['filesystem-3.8-6.el8.x86_64', 'iproute-5.18.0-1.el8.x86_64', 'libmnl-1.0.4-6.el8.x86_64'])).toBe(
    '  filesystem-3.8-6.el8.x86_64            iproute-5.18.0-1.el8.x86_64           \n  libmnl-1.0.4-6.el8.x86_64             \n',
  );
  expect(inColumns(['tcpdump-4.9.3-2.el8.x86_64'])).toBe(
    '  tcpdump-4.9.3-2.el8.x86_64                                                    \n',
  );
  expect(rule('Name Exactly Matched: iproute')).toBe('======================== Name Exactly Matched: iproute =========================\n');
});

it('a list is as wide as a line', () => {
  const listed = (rows: readonly (readonly string[])[]): string => {
    const columns = [0, 1, 2].map((i) => rows.map((one) => one[i] as string));
    const widths = columnWidths(columns, [1, 1, 0], 1, 0);
    return rows.map((one) => row(one, widths)).join('');
  };
  expect(
    listed([
      ['iproute.x86_64', '5.18.0-1.el8', '@baseos'],
      ['tcpdump.x86_64', '4.9.3-2.el8', 'baseos'],
    ]),
  ).toBe(
    'iproute.x86_64                       5.18.0-1.el8                        @baseos\ntcpdump.x86_64                       4.9.3-2.el8                         baseos \n',
  );
  expect(
    listed([
      ['filesystem.x86_64', '3.8-6.el8', '@baseos'],
      ['iproute.x86_64', '5.18.0-1.el8', '@baseos'],
      ['libmnl.x86_64', '1.0.4-6.el8', '@baseos'],
      ['net-tools.x86_64', '2.0-0.52.20160912git.el8', '@baseos'],
    ]).split('\n')[0],
  ).toBe('filesystem.x86_64                3.8-6.el8                               @baseos');
});
