// Docker Hub's search (index.docker.io/v1/search), which `docker search` asks.

import { utf8 } from '../../../base/utf8.ts';
import { LIBRARY } from '../../../docker/image/library/library.ts';
import { isHub, registryOf } from '../../../docker/image/reference.ts';
import type { RegistryAnswer } from './registry-api.ts';

/** One line of the answer (registrytypes.SearchResult). */
export interface SearchResult {
  readonly name: string;
  readonly description: string;
  readonly star_count: number;
  readonly is_official: boolean;
  readonly is_automated: boolean;
}

/** What people write of their images, and how many like them. */
const ABOUT: Readonly<Record<string, readonly [description: string, stars: number]>> = {
  alpine: ['A minimal Docker image based on Alpine Linux with a complete package index and only 5 MB in size!', 10_432],
  busybox: ['Busybox base image.', 3_127],
  centos: ['DEPRECATED; The official build of CentOS.', 7_652],
  debian: ['Debian is a Linux distribution that’s composed entirely of free and open-source software.', 4_891],
  httpd: ['The Apache HTTP Server Project', 4_673],
  nginx: ['Official build of Nginx.', 19_514],
  'nicolaka/netshoot': ['a Docker + Kubernetes network trouble-shooting swiss-army container', 218],
  python: ['Python is an interpreted, interactive, object-oriented, open-source programming language.', 9_307],
  redis: ['Redis is an open source key-value store that functions as a data structure server.', 12_606],
  ubuntu: ['Ubuntu is a Debian-based Linux operating system based on free software.', 16_612],
};

/** `/v1/search?q=TERM&n=LIMIT`: the images whose name or description has the term, those that most like first. */
export function searchAnswer(path: string): RegistryAnswer {
  const query = new Map((path.split('?')[1] ?? '').split('&').map((pair) => pair.split('=') as [string, string]));
  if (!path.startsWith('/v1/search?')) return { status: 404, fields: { 'Content-Type': 'text/plain' }, body: utf8('404 page not found\n') };
  const term = decodeURIComponent(query.get('q') ?? '').toLowerCase();
  const results = LIBRARY.filter(({ name }) => isHub(registryOf(name).host))
    .map(({ name }): SearchResult => {
      const [description = '', star_count = 0] = ABOUT[name] ?? [];
      return { name, description, star_count, is_official: !name.includes('/') && name in ABOUT, is_automated: false };
    })
    .filter(({ name, description }) => name.includes(term) || description.toLowerCase().includes(term))
    .sort((a, b) => b.star_count - a.star_count);
  const page = results.slice(0, Number(query.get('n') ?? 25));
  const body = { num_pages: 1, num_results: results.length, results: page, page_size: page.length, query: term };
  return { status: 200, fields: { 'Content-Type': 'application/json' }, body: utf8(`${JSON.stringify(body)}\n`) };
}
