import { DEBIAN_PROGRAMS } from '#programs';
import { utf8 } from '../base/bytes.ts';
import { isError } from '../base/result.ts';
import { NS_PER_S } from '../base/time.ts';
import type { Machine } from '../machine/machine.ts';
import { isOnHosts } from '../programs/on-hosts.ts';
import { DOCKER_FILES, DOCKER_SCRIPTS } from '../programs/systemd/debian-units.ts';
import { bootSystemd } from '../programs/systemd/manager.ts';
import { World } from '../world/world.ts';
import type { LabDescription, MachineDescription } from './description.ts';
import { LabError } from './lab-error.ts';
import { plugIn } from './nics.ts';
import { buildOutside } from './outside.ts';
import { runCommand } from './run-command.ts';

/** How long the machines have been up when the learner arrives: duplicate address detection is over. */
const BOOT_NS = 3 * NS_PER_S;

/** Turns a lab's description into a running world: cables in, addresses set, set-up commands done. */
export function buildLab(lab: LabDescription, seed: string): World {
  const world = new World(seed);
  if (lab.outside !== undefined && lab.outside !== 'none') buildOutside(world, lab);
  for (const description of lab.machines) boot(world, description);
  world.run(BOOT_NS);
  for (const step of lab.setup ?? []) {
    if (typeof step === 'object' && 'sleepSeconds' in step) {
      world.run(world.clock.now + step.sleepSeconds * NS_PER_S);
      continue;
    }
    const host = typeof step === 'string' ? lab.machines[0]?.name : step.host;
    const command = typeof step === 'string' ? step : step.run;
    const machine = world.machines.get(host ?? '');
    if (!machine) throw new LabError(`lab ${lab.id}: set-up names the unknown machine ${host}`);
    const result = runCommand(world, machine, command);
    if (result.exit !== 0)
      throw new LabError(`lab ${lab.id}: set-up command failed with ${result.exit} on ${host}: ${command}\n${result.output}`);
  }
  return world;
}

function boot(world: World, description: MachineDescription): void {
  const machine = world.addMachine(description.name);
  for (const program of DEBIAN_PROGRAMS) {
    if (isOnHosts(program.path)) machine.install(program);
    else machine.addProgram(program);
  }
  for (const [thing, values] of Object.entries(description.settled ?? {})) machine.random.settle(thing, values);
  const hostname = description.hostname ?? description.name;
  const systemd = description.systemd ?? true;
  machine.init.namespaces.uts.hostname = hostname;
  writeFiles(machine, {
    '/etc/hostname': `${hostname}\n`,
    '/etc/hosts': `127.0.0.1\tlocalhost\n127.0.1.1\t${hostname}\n`,
    '/etc/resolv.conf': (description.nameservers ?? []).map((address) => `nameserver ${address}\n`).join(''),
    ...(description.docker && { '/var/lib/docker/image/repositories': description.docker.images.map((name) => `${name}\n`).join('') }),
    ...(systemd && description.docker && DOCKER_FILES),
    ...description.files,
  });
  if (systemd) bootSystemd(machine);
  const commands = ['ip link set lo up'];
  for (const nic of description.nics) commands.push(...plugIn(world, machine, nic));
  if (description.gateway !== undefined) commands.push(`ip route add default via ${description.gateway} dev ${description.nics[0]?.name}`);
  if (description.docker !== undefined) {
    if (systemd) writeFiles(machine, DOCKER_SCRIPTS, 0o755);
    commands.push('mkdir -p /etc/docker');
    commands.push(systemd ? 'systemctl -q enable docker docker.socket 2>/dev/null && systemctl start docker' : DOCKERD_BY_HAND);
  }
  // Nobody hangs up on a server when the terminal it was started from goes.
  for (const server of description.servers ?? []) commands.push(`trap "" HUP; ${server} &`);
  for (const command of commands) {
    const result = runCommand(world, machine, command);
    if (result.exit !== 0) throw new LabError(`${description.name} does not boot: ${command}: ${result.output}`);
  }
}

/** Where no service manager starts it. */
const DOCKERD_BY_HAND = 'trap "" HUP; dockerd > /var/log/docker.log 2>&1 &';

function writeFiles(machine: Machine, files: Readonly<Record<string, string>>, mode = 0o644): void {
  for (const [path, contents] of Object.entries(files)) {
    for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      machine.files.makeDirectory(machine.init, path.slice(0, slash), 0o755);
    }
    const error = machine.files.writeFile(machine.init, path, utf8(contents), { mode });
    if (isError(error)) throw new LabError(`${machine.name}: cannot write ${path}: ${error.errno}`);
  }
}
