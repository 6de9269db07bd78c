import { DockerError } from '../../../docker/error.ts';
import { layersOf } from '../../../docker/image/layers.ts';
import { parseReference, type Reference, registryOf, withTag } from '../../../docker/image/reference.ts';
import type { Sys } from '../../../machine/process.ts';
import { RegistryClient } from '../registry/registry-client.ts';
import { type Client, ClientError } from './client.ts';
import type { Flags } from './flags.ts';
import { ProgressDisplay } from './progress.ts';

/** docker push. The registries of the labs' internet let nobody in who has no account there, and there are none to be had. */
export function* push(client: Client, flags: Flags, [given = '']: readonly string[]): Sys<number> {
  let reference: Reference;
  try {
    reference = parseReference(given);
  } catch (thrown) {
    if (thrown instanceof DockerError) throw new ClientError(thrown.message);
    throw thrown;
  }
  const { engine } = client;
  const { name } = reference;
  const quiet = flags.bool('quiet');
  const all = flags.bool('all-tags');
  if (all && reference.tag !== undefined) throw new ClientError("tag can't be used with --all-tags/-a");
  if (!all && reference.tag === undefined && !quiet) yield* client.line('Using default tag: latest');
  const { host, path } = registryOf(name);
  if (!quiet) yield* client.line(`The push refers to repository [${host}/${path}]`);
  const names = all ? engine.images.tagsIn(name) : [withTag(reference)];
  const image = engine.images.lookUp(names[0] ?? '');
  if (image === undefined) {
    throw new ClientError(`An image does not exist locally with the tag: ${name}`);
  }
  const registry = new RegistryClient(engine.host.daemon, host, path);
  const refused = yield* registry.open('pull,push');
  if (refused !== undefined) throw new ClientError(refused.text);
  const display = quiet ? undefined : new ProgressDisplay((text) => client.c.print(text), client.p.terminal(1)?.columns);
  for (const { diffId } of layersOf(engine.images, image).reverse()) {
    if (display !== undefined) yield* display.show({ id: diffId.slice(0, 12), status: 'Preparing', progress: true });
  }
  const denied = yield* registry.upload();
  throw new ClientError(denied?.text ?? 'denied: requested access to the resource is denied');
}
