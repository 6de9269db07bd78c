import { NS_PER_MS } from '../../../base/time.ts';
import type { Engine } from '../../../docker/engine.ts';
import { DockerError } from '../../../docker/error.ts';
import { parseReference, withTag } from '../../../docker/image/reference.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, ClientError } from './client.ts';

const LOOKUP_NS = 30 * NS_PER_MS;

/** The image that a container is to be made of, fetched if this host has not got it. */
export function* ensureImage(client: Client, engine: Engine, name: string, policy: string): Sys<void> {
  if (engine.images.lookUp(name) !== undefined && policy !== 'always') return;
  let full: string;
  try {
    full = withTag(parseReference(name));
  } catch (thrown) {
    if (thrown instanceof DockerError) throw new ClientError(thrown.message, 125);
    throw thrown;
  }
  if (policy === 'never') throw new DockerError(404, `No such image: ${full}`);
  yield* client.warn(`Unable to find image '${full}' locally`);
  yield* fetchImage(client, name);
}

/** Asks the registry for an image; throws what it says. */
export function* fetchImage(client: Client, name: string): Sys<void> {
  parseReference(name);
  yield* client.takes(LOOKUP_NS);
  throw new DockerError(
    500,
    'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io on 203.0.113.53:53: no such host',
  );
}
