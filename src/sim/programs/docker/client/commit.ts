import { NS_PER_MS } from '../../../base/time.ts';
import { DockerError } from '../../../docker/error.ts';
import { parseReference, withTag } from '../../../docker/image/reference.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, ClientError } from './client.ts';
import type { Flags } from './flags.ts';

const COMMIT_NS = 100 * NS_PER_MS;

/** docker commit. */
export function* commit(client: Client, flags: Flags, [name = '', reference = '']: readonly string[]): Sys<number> {
  const { engine } = client;
  const tag = reference === '' ? undefined : tagOf(reference);
  yield* client.takes(COMMIT_NS);
  const container = engine.containers.find(name);
  const pauses = flags.bool('pause') && container.status === 'running';
  if (pauses) engine.containers.pause(container);
  try {
    const image = engine.commit(container, {
      author: flags.string('author'),
      comment: flags.string('message'),
      changes: flags.list('change'),
    });
    if (tag !== undefined) engine.images.tag(tag, image);
    yield* client.line(`sha256:${image.id}`);
  } finally {
    if (pauses) engine.containers.unpause(container);
  }
  return 0;
}

function tagOf(reference: string): string {
  try {
    return withTag(parseReference(reference));
  } catch (thrown) {
    throw thrown instanceof DockerError ? new ClientError(thrown.message) : thrown;
  }
}
