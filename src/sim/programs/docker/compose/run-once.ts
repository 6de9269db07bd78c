import type { ContainerSpec } from '../../../docker/container/spec.ts';
import type { Sys } from '../../../machine/process.ts';
import { parsePortSpecs } from '../client/port-spec.ts';
import { runAttached, startDetached } from '../client/run.ts';
import type { Call } from './commands.ts';
import { containerSpec, endpointOf, imageName, labelOf, networksOf } from './container-spec.ts';
import { Progress } from './progress.ts';
import { chosen, createAll, prepare, startAll } from './up.ts';

/** docker compose run: one more container of a service, for one command, without its ports and its name (run.go). */
export function* runOnce({ client, project, flags, args: [name = '', ...cmd] }: Call): Sys<number> {
  const { engine, p } = client;
  const [service] = chosen(project, [name], false);
  if (service === undefined) return 1;
  const progress = new Progress(client);
  const others = flags.bool('no-deps') ? [] : chosen(project, [name], true).filter((one) => one !== service);
  const options = { forceRecreate: false, noRecreate: true, removeOrphans: false, build: false, noDeps: false, scale: new Map() };
  yield* prepare(client, project, [service], progress, false);
  yield* createAll(client, project, others, progress, options);
  yield* startAll(client, project, others, progress);
  const detached = flags.bool('detach');
  const tty = !detached && !flags.bool('no-TTY') && p.terminal(0) !== undefined && p.terminal(1) !== undefined;
  const base = containerSpec(engine, project, service, engine.images.find(imageName(project, service)), 1);
  const ports = parsePortSpecs([...flags.list('publish'), ...(flags.bool('service-ports') ? service.ports : [])], service.expose);
  const [first, ...rest] = networksOf(project, service);
  const slug = p.machine.random.hex(12);
  const spec: ContainerSpec = {
    ...base,
    name: flags.string('name') || `${project.name}-${service.name}-run-${slug}`,
    attachStdin: !detached,
    tty,
    openStdin: true,
    stdinOnce: !detached,
    env: [...base.env, ...flags.list('env')],
    cmd: cmd.length > 0 ? cmd : base.cmd,
    entrypoint: flags.changed('entrypoint') ? [flags.string('entrypoint')] : base.entrypoint,
    user: flags.string('user') || base.user,
    workingDir: flags.string('workdir') || base.workingDir,
    labels: new Map([...base.labels, [labelOf('oneoff'), 'True'], [labelOf('slug'), slug]]),
    exposedPorts: ports.exposed,
    host: { ...base.host, portBindings: ports.bindings, autoRemove: flags.bool('rm'), restartPolicy: { name: 'no', maximumRetryCount: 0 } },
    networks: first === undefined ? base.networks : new Map([[first.name, endpointOf(project, service, first.key, 1, true)]]),
  };
  const container = engine.containers.create(spec);
  for (const { key, name: network } of rest) engine.connect(network, container, endpointOf(project, service, key, 1, true));
  if (!detached) return yield* runAttached(client, engine, container, flags);
  yield* client.line(container.name);
  return yield* startDetached(client, engine, container);
}
