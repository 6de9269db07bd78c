import { NS_PER_MS, NS_PER_S } from '../../../base/time.ts';
import type { Engine } from '../../../docker/engine.ts';
import { DockerError, failed, notFound } from '../../../docker/error.ts';
import { layersOf } from '../../../docker/image/layers.ts';
import { canonical, parseReference, type Reference, registryOf, withTag } from '../../../docker/image/reference.ts';
import type { Sys } from '../../../machine/process.ts';
import { GoError } from '../registry/go-net.ts';
import { type Descriptor, type Manifest, unpacked } from '../registry/manifest.ts';
import type { RegistryClient } from '../registry/registry-client.ts';
import { type Client, ClientError } from './client.ts';
import type { Flags } from './flags.ts';
import { ProgressDisplay } from './progress.ts';
import { registryClient } from './registry.ts';

/** A registry's line, and what unpacking takes; bytes per second. */
const DOWNLOAD_RATE = 12_000_000;
const EXTRACT_RATE = 60_000_000;
/** How often the daemon tells how far it is. */
const REPORT_NS = 100 * NS_PER_MS;
const AT_ONCE = 3;

/** docker pull. */
export function* pull(client: Client, flags: Flags, [name = '']: readonly string[]): Sys<number> {
  let reference: Reference;
  try {
    reference = parseReference(name);
  } catch (thrown) {
    if (thrown instanceof DockerError) throw new ClientError(thrown.message);
    throw thrown;
  }
  const quiet = flags.bool('quiet');
  const all = flags.bool('all-tags');
  if (all && (reference.tag !== undefined || reference.digest !== undefined)) throw new ClientError("tag can't be used with --all-tags/-a");
  if (!all && reference.tag === undefined && reference.digest === undefined && !quiet) yield* client.line('Using default tag: latest');
  const display = quiet ? undefined : new ProgressDisplay((text) => show(client, text), client.p.terminal(1)?.columns);
  if (all) yield* pullAll(client, reference.name, display);
  else yield* pullImage(client, reference, display);
  yield* client.line(canonical(all ? reference.name : withTag(reference)));
  return 0;
}

function* show(client: Client, text: string): Sys<void> {
  yield* client.c.print(text);
  yield* client.c.flush();
}

/** The image that a container is to be made of, fetched if this host has not got it. */
export function* ensureImage(client: Client, engine: Engine, name: string, policy: string): Sys<void> {
  if (engine.images.lookUp(name) !== undefined && policy !== 'always') return;
  let reference: Reference;
  try {
    reference = parseReference(name);
  } catch (thrown) {
    if (thrown instanceof DockerError) throw new ClientError(thrown.message, 125);
    throw thrown;
  }
  const full = withTag(reference);
  if (policy === 'never') throw notFound(`No such image: ${full}`);
  if (policy !== 'always') yield* client.warn(`Unable to find image '${full}' locally`);
  yield* client.c.flush();
  yield* pullImage(client, reference, new ProgressDisplay((text) => client.c.error(text), client.p.terminal(2)?.columns));
}

/** Asks the registry for an image, and shows on standard output how it comes; throws what the registry says. */
export function* fetchImage(client: Client, name: string): Sys<void> {
  const display = new ProgressDisplay((text) => show(client, text), client.p.terminal(1)?.columns);
  yield* pullImage(client, parseReference(name), display);
}

function* pullAll(client: Client, name: string, display: ProgressDisplay | undefined): Sys<void> {
  const registry = yield* connect(client, name);
  const tags = yield* registry.tags();
  if (tags instanceof GoError) throw refusal(name, `${name}:latest`, tags.text);
  let changed = false;
  for (const tag of tags) changed = (yield* pullTag(client.engine, registry, { name, tag, digest: undefined }, display)) || changed;
  yield* say(display, status(changed, name));
}

/** Fetches an image as the daemon does (distribution/pull_v2.go): throws what its answer says when it cannot be had. */
function* pullImage(client: Client, reference: Reference, display: ProgressDisplay | undefined): Sys<void> {
  const registry = yield* connect(client, reference.name);
  const changed = yield* pullTag(client.engine, registry, reference, display);
  yield* say(display, status(changed, withTag(reference)));
}

const status = (changed: boolean, name: string): string =>
  changed ? `Status: Downloaded newer image for ${name}` : `Status: Image is up to date for ${name}`;

function* say(display: ProgressDisplay | undefined, text: string): Sys<void> {
  if (display !== undefined) yield* display.show({ status: text, progress: false });
}

function* connect(client: Client, name: string): Sys<RegistryClient> {
  const { host, path } = registryOf(name);
  const registry = registryClient(client, host, path);
  const refused = yield* registry.open('pull');
  if (refused !== undefined) throw failed(refused.text);
  return registry;
}

/** How the daemon words a registry's refusal. */
function refusal(name: string, full: string, text: string): DockerError {
  if (text.startsWith('denied')) {
    return notFound(`pull access denied for ${name}, repository does not exist or may require 'docker login': ${text}`);
  }
  return text.startsWith('manifest unknown') || text.startsWith('name unknown')
    ? notFound(`manifest for ${full} not found: ${text}`)
    : failed(text);
}

/** True if it was not here. */
function* pullTag(engine: Engine, registry: RegistryClient, reference: Reference, display: ProgressDisplay | undefined): Sys<boolean> {
  const { name } = reference;
  const full = withTag(reference);
  const { path } = registryOf(name);
  const found = yield* registry.manifest(reference.digest ?? reference.tag ?? 'latest');
  if (found instanceof GoError) throw refusal(name, full, found.text);
  const { manifest, digest } = found;
  if (display !== undefined) {
    const id = reference.digest === undefined ? (reference.tag ?? 'latest') : full;
    yield* display.show({ id, status: `Pulling from ${path}`, progress: false });
  }
  const { images } = engine;
  const digestName = `${name}@sha256:${digest}`;
  let image = images.get(manifest.config.digest);
  const changed = images.lookUp(full) !== image || image === undefined;
  if (image === undefined) {
    const missing = yield* registry.blob(manifest.config.digest);
    if (missing !== undefined) throw failed(missing.text);
    image = unpacked(engine.host.machine, manifest.config.digest);
    if (image === undefined) throw failed('unexpected end of JSON input');
    yield* fetchLayers(
      engine,
      registry,
      manifest,
      display,
      layersOf(images, image).map(({ chainId, sizeBytes }) => ({ chainId, sizeBytes })),
    );
    images.add(image);
  }
  yield* say(display, `Digest: sha256:${digest}`);
  if (reference.digest === undefined) images.tag(full, image);
  images.tag(digestName, image);
  for (const { diffId } of layersOf(images, image)) images.noteSource(diffId, name);
  engine.events.noteImage(image.id, full, 'pull');
  return changed;
}

interface Wanted {
  readonly chainId: string;
  readonly sizeBytes: number;
}

/** The layers that are not here: three at a time come down, then each is unpacked on the one below it. */
function* fetchLayers(
  engine: Engine,
  registry: RegistryClient,
  { layers }: Manifest,
  display: ProgressDisplay | undefined,
  wanted: readonly Wanted[],
): Sys<void> {
  const p = engine.host.daemon;
  const { images } = engine;
  const here = new Set(images.all.flatMap((image) => layersOf(images, image).map(({ chainId }) => chainId)));
  const tell = function* (layer: Descriptor, text: string, current = 0, total = 0): Sys<void> {
    if (display === undefined) return;
    yield* display.show({ id: layer.digest.slice(0, 12), status: text, progress: true, current, total });
  };
  const missing: { layer: Descriptor; loaded: number }[] = [];
  for (const [i, layer] of layers.entries()) {
    const have = here.has(wanted[i]?.chainId ?? '');
    yield* tell(layer, have ? 'Already exists' : 'Pulling fs layer');
    if (!have) missing.push({ layer, loaded: 0 });
  }
  for (const { layer } of missing.slice(AT_ONCE)) yield* tell(layer, 'Waiting');
  const coming = new Set(missing.slice(0, AT_ONCE));
  let next = AT_ONCE;
  for (const { layer } of coming) {
    const broken = yield* registry.blob(layer.digest);
    if (broken !== undefined) throw failed(broken.text);
  }
  while (coming.size > 0) {
    yield* p.wait([], p.nowNs + REPORT_NS, 'download');
    const share = (DOWNLOAD_RATE * REPORT_NS) / NS_PER_S / coming.size;
    for (const one of [...coming]) {
      one.loaded = Math.min(one.layer.size, one.loaded + share);
      if (one.loaded < one.layer.size) {
        yield* tell(one.layer, 'Downloading', Math.round(one.loaded), one.layer.size);
        continue;
      }
      yield* tell(one.layer, 'Verifying Checksum');
      yield* tell(one.layer, 'Download complete');
      coming.delete(one);
      const following = missing[next++];
      if (following === undefined) continue;
      const broken = yield* registry.blob(following.layer.digest);
      if (broken !== undefined) throw failed(broken.text);
      coming.add(following);
    }
  }
  for (const { layer } of missing) {
    const total = layer.size;
    for (let done = 0; done < total; ) {
      done = Math.min(total, done + (EXTRACT_RATE * REPORT_NS) / NS_PER_S);
      yield* tell(layer, 'Extracting', Math.round(done), total);
      yield* p.wait([], p.nowNs + REPORT_NS * Math.min(1, total / ((EXTRACT_RATE * REPORT_NS) / NS_PER_S)), 'unpacking');
    }
    yield* tell(layer, 'Pull complete');
  }
}
