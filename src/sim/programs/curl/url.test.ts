import { expect, it } from 'vitest';
import { expandGlob } from './glob.ts';
import { hostField, isUrlProblem, parseUrl, portOf, resolveReference, type Url, urlText } from './url.ts';

const parsed = (text: string): string => {
  const url = parseUrl(text);
  return isUrlProblem(url) ? url.kind : `${url.scheme} ${hostField(url)} ${portOf(url)} ${url.path}${url.query}`;
};

it('reads the URLs that curl reads, and refuses those it refuses', () => {
  expect(
    [
      'http://h:8080/a/../b/./c%20d?q#frag',
      'h',
      'http:/h/',
      'http://[fe80::1%25eth0]:81/',
      'http://user:pw@h:80/',
      'http://h?x',
      'http://h:99999/',
      'http://h/a b',
      'http://[::1',
      'gopher2://h/',
    ].map(parsed),
  ).toEqual([
    'http h:8080 8080 /b/c%20d?q',
    'http h 80 /',
    'http h 80 /',
    'http [fe80::1]:81 81 /',
    'http h 80 /',
    'http h 80 /?x',
    'malformed',
    'malformed',
    'malformed',
    'scheme',
  ]);
});

it('leads from a page to where its Location points', () => {
  const base = parseUrl('http://h:8080/a/b?q') as Url;
  expect(['/c', 'c', '?z', '//other/', 'http://x/'].map((reference) => resolveReference(base, reference))).toEqual([
    'http://h:8080/c',
    'http://h:8080/a/c',
    'http://h:8080/a/b?z',
    'http://other/',
    'http://x/',
  ]);
  expect(urlText(base)).toBe('http://h:8080/a/b?q');
});

it('makes many URLs of one pattern, the last part changing fastest, and says where a pattern is wrong', () => {
  const urls = (text: string): unknown => {
    const glob = expandGlob(text);
    return 'urls' in glob ? glob.urls.map(({ url }) => url) : glob;
  };
  expect([
    urls('{a,b}[1-2]'),
    urls('[08-10]'),
    urls('[a-e:2]'),
    urls('http://[::1]/x'),
    urls('http://h/[1-'),
    urls('http://h/{a,b'),
  ]).toEqual([
    ['a1', 'a2', 'b1', 'b2'],
    ['08', '09', '10'],
    ['a', 'c', 'e'],
    ['http://[::1]/x'],
    { message: 'bad range', position: 13 },
    { message: 'unmatched brace', position: 10 },
  ]);
});
