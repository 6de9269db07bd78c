import type { Learner } from './learner.ts';
import { background } from './topologies.ts';

/** Starts a web server with a page that tells where it is; it is stopped when the session ends. */
export function serve(learner: Learner, netns: string, port: number, host = 'host1'): string[] {
  const name = `srv${++learner.captures}`;
  const root = `/root/www-${netns || 'host'}`;
  learner.ending.push(`${host}&${name}$ ^C`);
  return [
    `${host}$ mkdir -p ${root}; echo hello from ${netns || host} > ${root}/index.html`,
    background(name, learner.run(netns, `timeout 300 busybox httpd -f -p ${port} -h ${root}`), host),
  ];
}
