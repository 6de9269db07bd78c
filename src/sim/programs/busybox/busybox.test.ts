import { expect, test } from 'vitest';
import { runCommand } from '../../lab/run-command.ts';
import { LabSession } from '../../lab/session.ts';
import { STANDARD_LABS } from '../../lab/standard.ts';

function host1(): (command: string) => string {
  const lab = STANDARD_LABS.get('solo');
  if (!lab) throw new Error('no lab');
  const { world } = new LabSession(lab, 'busybox');
  const host = world.machines.get('host1');
  if (!host) throw new Error('no host1');
  return (command) => runCommand(world, host, command).output;
}

test('a link to busybox is the applet of its name', () => {
  const run = host1();
  run('mkdir /img; for a in route brctl nosuch; do ln -s /usr/bin/busybox /img/$a; done');
  expect(run('/img/route -n | head -2; /img/brctl foo; /img/nosuch')).toBe(
    "Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\nbrctl: invalid argument 'foo' to 'brctl'\nnosuch: applet not found\n",
  );
});

test("BusyBox's shell runs its own applets whatever PATH says", () => {
  const run = host1();
  expect(run("busybox sh -c 'PATH=/none; ip route; nosuch'")).toMatch(
    /^default via [\d.]+ dev eth0 \n.* scope link {2}src [\d.]+ \nsh: nosuch: not found\n$/,
  );
});
