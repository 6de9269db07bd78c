import { expect, test } from 'vitest';
import { buildLab } from '../../lab/build.ts';
import { runCommand } from '../../lab/run-command.ts';
import { solo } from '../../lab/standard.ts';
import { twoDigits, unitBytes, unitRate, unitText } from './units.ts';

/**
 *   a ── va ═══ vb ── b       va sends 10 Mbit/s at most (tbf)
 *   10.0.0.1      10.0.0.2    b runs the server
 */
function limitedLink(): (command: string) => string {
  const world = buildLab(solo, 'iperf3');
  const host = world.machines.get('host1');
  if (!host) throw new Error('no host1');
  const run = (command: string): string => runCommand(world, host, command).output;
  run(`ip netns add a; ip netns add b
    ip link add va netns a type veth peer name vb netns b
    ip -n a addr add 10.0.0.1/24 dev va; ip -n b addr add 10.0.0.2/24 dev vb
    ip -n a link set va up; ip -n b link set vb up
    ip netns exec a tc qdisc add dev va root tbf rate 10mbit burst 32kbit latency 50ms
    ip netns exec b iperf3 -s -D; sleep 0.1`);
  return run;
}

/** What the last line of the receiver says, in Mbit/s. */
function received(output: string): number {
  return Number(/ ([\d.]+) Mbits\/sec .*receiver/.exec(output)?.[1]);
}

test('what arrives over a link of 10 Mbit/s is what the link lets through, and what UDP sends beyond that is lost', () => {
  const run = limitedLink();
  const tcp = run('ip netns exec a iperf3 -c 10.0.0.2 -t 2');
  const udp = run('ip netns exec a iperf3 -c 10.0.0.2 -u -b 20M -t 1');
  // 1448 bytes of data in frames of 1514 and 1490; of the 20 Mbit/s of UDP about half are too many.
  const lost = Number(/\((\d+)%\) +receiver/.exec(udp)?.[1]);
  expect([received(tcp).toFixed(1), received(udp).toFixed(1), lost > 45 && lost < 55]).toEqual(['9.6', '9.7', true]);
});

test('what comes the other way is not limited, and what the server says reaches the client', () => {
  const output = limitedLink()('ip netns exec a iperf3 -c 10.0.0.2 -R -n 1M --get-server-output');
  const shape = output
    .replace(/port \d{5}/g, 'port N')
    .replace(/-\d.*\/sec */g, '- ')
    .replace(/\d+ KBytes/, 'N KBytes');
  expect(shape.split('\n')).toEqual([
    'Connecting to host 10.0.0.2, port 5201',
    'Reverse mode, remote host 10.0.0.2 is sending',
    '[  5] local 10.0.0.1 port N connected to 10.0.0.2 port 5201',
    '[ ID] Interval           Transfer     Bitrate         Retr  Cwnd',
    '[  5]   0.00- ',
    '- - - - - - - - - - - - - - - - - - - - - - - - -',
    '[ ID] Interval           Transfer     Bitrate         Retr',
    '[  5]   0.00- 0             sender',
    '[  5]   0.00- receiver',
    '',
    'Server output:',
    'Accepted connection from 10.0.0.1, port N',
    '[  5] local 10.0.0.2 port 5201 connected to 10.0.0.1 port N',
    '[ ID] Interval           Transfer     Bitrate         Retr  Cwnd',
    '[  5]   0.00- 0    N KBytes       ',
    '- - - - - - - - - - - - - - - - - - - - - - - - -',
    '[ ID] Interval           Transfer     Bitrate         Retr',
    '[  5]   0.00- 0             sender',
    '',
    '',
    'iperf Done.',
    '',
  ]);
});

test('numbers are read and written with their units', () => {
  expect([unitBytes('128K'), unitBytes('1.5m'), unitRate('10M'), unitRate('2k'), unitBytes('x')]).toEqual([
    131_072, 1_572_864, 10_000_000, 2000, 0,
  ]);
  expect([unitText(0, 'A'), unitText(1_042_432, 'A'), unitText(131_072, 'a'), unitText(131_072, 'M'), unitText(4_096_000, 'A')]).toEqual([
    '0.00 Byte',
    '1018 KByte',
    '1.05 Mbit',
    '0.12 MByte',
    '3.91 MByte',
  ]);
  expect([0, 0.123, 51.2, 100].map(twoDigits)).toEqual(['0', '0.12', '51', '1e+02']);
});
