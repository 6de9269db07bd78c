import { expect, test } from 'vitest';
import { buildLab } from '../../sim/lab/build.ts';
import { runCommand } from '../../sim/lab/run-command.ts';
import { docker, solo, twoSites } from '../../sim/lab/standard.ts';
import { takeSnapshot } from '../../sim/lab/take-snapshot.ts';
import { badgesOf } from './badges.ts';

/** The badges of a lab after commands on host1: label, sentence, command. */
function badgesAfter(lab: typeof solo, ...commands: string[]): (readonly [string, string, string | undefined])[] {
  const world = buildLab(lab, 'test');
  const host1 = world.machines.get('host1');
  if (!host1) throw new Error('no host1');
  for (const command of commands) runCommand(world, host1, command);
  return takeSnapshot(world, lab).machines.flatMap((machine) =>
    machine.namespaces.flatMap((namespace) =>
      badgesOf(machine, namespace).map(({ label, sentence, command }) => [label, sentence, command] as const),
    ),
  );
}

//  lan ── host1 ── d0      [red]
test('a router with rules and a namespace with servers tell so, with the command that shows it', () => {
  const badges = badgesAfter(
    solo,
    'sysctl -qw net.ipv4.ip_forward=1',
    'ip link add d0 type dummy; ip netns add red',
    'iptables -t nat -A POSTROUTING -o eth0 -j MASQUERADE',
    'iptables -P FORWARD DROP; iptables -A FORWARD -i eth0 -j ACCEPT; iptables -A FORWARD -o eth0 -j ACCEPT',
    'ip6tables -N empty',
    `ip netns exec red sh -c 'trap "" HUP; nc -lk 8080 & nc -lk 80 & nc -luk 53 & sleep 1'`,
  );
  expect(badges).toEqual([
    ['forwards', 'host1 passes on packets that are not for itself: it is a router.', 'sysctl net.ipv4.ip_forward'],
    ['nat 1', 'One rule in host1.', 'iptables -t nat -S'],
    ['filter 2 DROP', '2 rules and policy DROP of FORWARD in host1.', 'iptables -t filter -S'],
    [':80 :8080 :53/udp', 'Servers in red on host1 listen on tcp 80, tcp 8080, udp 53.', 'ip netns exec red ss -lntup'],
  ]);
});

//  host1 host2 ── router ── host3
test('a machine that nobody logs in to has badges without a command', () => {
  expect(badgesAfter(twoSites)).toEqual([['forwards', 'router passes on packets that are not for itself: it is a router.', undefined]]);
});

//  host1:8080 → web:80 on shop
test('a published port, and names that Docker answers for, tell so', () => {
  const run = 'docker run -d --network shop -p 8080:80 --name web nginx; docker run -d --network host --name probe busybox sleep 1000';
  const badges = badgesAfter(docker, 'docker network create shop', run);
  expect(badges.filter(([label]) => !/^(forwards|nat|filter)/.test(label))).toEqual([
    ['▣ probe', 'probe of image busybox uses the network of host1 itself.', "docker inspect --format '{{.HostConfig.NetworkMode}}' probe"],
    [
      ':8080 → web:80',
      'What comes for tcp port 8080 of host1 goes to port 80 of web: by a rule of table nat, else by docker-proxy.',
      'docker port web',
    ],
    [
      'names',
      'In web on host1 Docker answers for names, at 127.0.0.11.',
      expect.stringMatching(/^nsenter --net --target \d+ iptables -t nat -S$/),
    ],
    [':80', 'Servers in web on host1 listen on tcp 80.', expect.stringMatching(/^nsenter --net --target \d+ ss -lntup$/)],
  ]);
});
