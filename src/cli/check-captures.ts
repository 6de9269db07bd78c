/** `npm run test:captures`: what tcpdump -w writes in the simulator, tshark reads: nothing malformed, every checksum right. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isError } from '../sim/base/result.ts';
import { runCommand } from '../sim/lab/run-command.ts';
import { LabSession } from '../sim/lab/session.ts';
import { solo } from '../sim/lab/standard.ts';
import { decodePcap, LINKTYPE_ETHERNET, PCAP_SNAPLEN } from '../sim/wire/pcap.ts';
import { type CaptureScenario, SCENARIOS } from './capture-scenarios.ts';
import { ensureTshark } from './ensure-tshark.ts';

const CHECKSUMS = ['ip', 'tcp', 'udp'].flatMap((protocol) => ['-o', `${protocol}.check_checksum:TRUE`]);
const WRONG = [
  '_ws.malformed',
  ...['ip', 'tcp', 'udp', 'icmp', 'icmpv6', 'igmp'].map((protocol) => `${protocol}.checksum.status == 0`),
].join(' || ');
/** 1 January 2020: captures are of our time. */
const EPOCH_S = 1_577_836_800;
const LIMIT_S = 120;

function capture({ script }: CaptureScenario): Uint8Array {
  const { world } = new LabSession(solo, 'captures');
  const host = world.machines.get('host1');
  if (!host) throw new Error('no host1');
  const { output } = runCommand(world, host, script, LIMIT_S);
  const bytes = host.files.readFile(host.init, '/root/capture.pcap');
  if (isError(bytes)) throw new Error(`no capture was written: ${output}`);
  return bytes;
}

function tshark(file: string, ...args: string[]): string[] {
  const { stdout, stderr, status } = spawnSync('tshark', ['-n', '-r', file, ...CHECKSUMS, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`tshark: ${stderr}`);
  return stdout.split('\n').filter((line) => line !== '');
}

/** What is wrong with a scenario's capture; nothing, one hopes. */
function faults(scenario: CaptureScenario, file: string): string[] {
  const bytes = capture(scenario);
  writeFileSync(file, bytes);
  const out: string[] = [];
  const pcap = decodePcap(bytes);
  const linkType = scenario.linkType ?? LINKTYPE_ETHERNET;
  const snaplen = scenario.snaplen ?? PCAP_SNAPLEN;
  if (pcap?.linkType !== linkType) out.push(`link type ${pcap?.linkType}, not ${linkType}`);
  if (pcap?.snaplen !== snaplen) out.push(`snaplen ${pcap?.snaplen}, not ${snaplen}`);
  out.push(...tshark(file, '-Y', WRONG, '-V').slice(0, 60));
  const frames = tshark(file, '-T', 'fields', '-e', 'frame.time_epoch', '-e', 'frame.protocols').map((line) => line.split('\t'));
  const seen = new Set(frames.map(([, protocols]) => protocols));
  for (const wanted of scenario.protocols) if (!seen.has(wanted)) out.push(`no ${wanted} among ${[...seen].join(' ')}`);
  let before = EPOCH_S;
  for (const [time] of frames) {
    if (Number(time) < before) out.push(`time ${time} is before ${before}`);
    before = Number(time);
  }
  return out;
}

ensureTshark();
const folder = mkdtempSync(join(tmpdir(), 'vethlab-captures-'));
let failed = 0;
for (const [i, scenario] of SCENARIOS.entries()) {
  const wrong = faults(scenario, join(folder, `${i}.pcap`));
  console.log(`${wrong.length === 0 ? '✓' : '✗'} ${scenario.name}`);
  if (wrong.length === 0) continue;
  failed++;
  console.log(wrong.map((line) => `  ${line}`).join('\n'));
}
rmSync(folder, { recursive: true });
console.log(`${failed === 0 ? '' : `${failed} failed, `}${SCENARIOS.length - failed} passed`);
process.exitCode = failed === 0 ? 0 : 1;
