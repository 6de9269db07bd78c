// docker push (moby, distribution/push.go and push_v2.go).

import { NS_PER_MS, NS_PER_S } from '../../../base/time.ts';
import { utf8 } from '../../../base/utf8.ts';
import type { Engine } from '../../../docker/engine.ts';
import { DockerError } from '../../../docker/error.ts';
import type { Image } from '../../../docker/image/image.ts';
import { type Layer, layersOf } from '../../../docker/image/layers.ts';
import { parseReference, type Reference, registryOf, tagOf, withTag } from '../../../docker/image/reference.ts';
import type { Sys } from '../../../machine/process.ts';
import { GoError } from '../registry/go-net.ts';
import { compressed, configText, manifestOf, publish } from '../registry/manifest.ts';
import { MOST_SENT, type RegistryClient } from '../registry/registry-client.ts';
import { type Client, ClientError } from './client.ts';
import type { Flags } from './flags.ts';
import { ProgressDisplay } from './progress.ts';
import { registryClient } from './registry.ts';

/** The line to a registry, bytes per second. */
const UPLOAD_RATE = 12_000_000;
/** How often the daemon tells how far it is. */
const REPORT_NS = 100 * NS_PER_MS;
/** More layers than these wait (max-concurrent-uploads). */
const AT_ONCE = 5;

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
  if (engine.images.tagsIn(name).length === 0) throw new ClientError(`An image does not exist locally with the tag: ${name}`);
  const registry = registryClient(client, host, path);
  const refused = yield* registry.open('pull,push');
  if (refused !== undefined) throw new ClientError(refused.text);
  const display = quiet ? undefined : new ProgressDisplay((text) => client.c.print(text), client.p.terminal(1)?.columns);
  for (const full of all ? engine.images.tagsIn(name) : [withTag(reference)]) {
    const image = engine.images.lookUp(full);
    if (image === undefined) throw new ClientError(`tag does not exist: ${full}`);
    yield* new Push(engine, registry, name, display).image(image, tagOf(full));
  }
  if (quiet) yield* client.line(all ? name : withTag(reference));
  return 0;
}

/** What a step gave; throws what went wrong in it, without the request that it went wrong in (retryOnError). */
function certain<T>(result: T | GoError): T {
  if (result instanceof GoError) throw new ClientError(result.cause);
  return result;
}

/** Images on their way into one repository. */
class Push {
  readonly #engine: Engine;
  readonly #registry: RegistryClient;
  readonly #repository: string;
  readonly #display: ProgressDisplay | undefined;

  constructor(engine: Engine, registry: RegistryClient, repository: string, display: ProgressDisplay | undefined) {
    this.#engine = engine;
    this.#registry = registry;
    this.#repository = repository;
    this.#display = display;
  }

  *image(image: Image, tag: string): Sys<void> {
    const { images, host, events } = this.#engine;
    const layers = layersOf(images, image).reverse();
    for (const layer of layers) yield* this.#tell(layer, 'Preparing');
    for (const layer of layers.slice(AT_ONCE)) yield* this.#tell(layer, 'Waiting');
    for (const layer of layers) yield* this.#layer(layer);
    const manifest = manifestOf(images, image);
    if (!certain(yield* this.#registry.hasBlob(manifest.config.digest))) {
      const location = certain(yield* this.#registry.startUpload());
      certain(yield* this.#registry.upload(location, manifest.config, utf8(configText(images, image))));
    }
    const { digest, size } = certain(yield* this.#registry.putManifest(tag, manifest));
    publish(host.machine, images, image);
    images.tag(`${this.#repository}@sha256:${digest}`, image);
    events.noteImage(image.id, `${this.#repository}:${tag}`, 'push');
    yield* this.#say(`${tag}: digest: sha256:${digest} size: ${size}`);
  }

  /** Only what the registry has not got is sent; what is in another of its repositories it takes from there. */
  *#layer(layer: Layer): Sys<void> {
    const { images, host } = this.#engine;
    const blob = compressed(layer);
    const registry = registryOf(this.#repository).host;
    const sources = images.sourcesOf(layer.diffId);
    if (sources.length > 0 && certain(yield* this.#registry.hasBlob(blob.digest))) return yield* this.#tell(layer, 'Layer already exists');
    for (const source of sources.map(registryOf)) {
      if (source.host !== registry || !certain(yield* this.#registry.mount(blob.digest, source.path))) continue;
      images.noteSource(layer.diffId, this.#repository);
      return yield* this.#tell(layer, `Mounted from ${source.path}`);
    }
    const location = certain(yield* this.#registry.startUpload());
    // What is counted is the layer as it lies here.
    for (let sent = 0; sent < layer.sizeBytes; ) {
      sent = Math.min(layer.sizeBytes, sent + ((UPLOAD_RATE * REPORT_NS) / NS_PER_S) * (layer.sizeBytes / blob.size));
      yield* host.daemon.wait([], host.daemon.nowNs + REPORT_NS, 'upload');
      yield* this.#tell(layer, 'Pushing', Math.round(sent), layer.sizeBytes);
    }
    certain(yield* this.#registry.upload(location, blob, new Uint8Array(Math.min(blob.size, MOST_SENT)).fill(0x1f)));
    images.noteSource(layer.diffId, this.#repository);
    yield* this.#tell(layer, 'Pushed');
  }

  *#tell({ diffId }: Layer, status: string, current = 0, total = 0): Sys<void> {
    yield* this.#display?.show({ id: diffId.slice(0, 12), status, progress: true, current, total }) ?? [];
  }

  *#say(status: string): Sys<void> {
    yield* this.#display?.show({ status, progress: false }) ?? [];
  }
}
