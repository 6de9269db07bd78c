import type { Engine } from '../../../docker/engine.ts';
import { DockerError, notFound } from '../../../docker/error.ts';
import { inspectContainer } from '../../../docker/inspect/container.ts';
import { inspectImage } from '../../../docker/inspect/image.ts';
import type { Json } from '../../../docker/inspect/json.ts';
import { inspectNetwork } from '../../../docker/inspect/network.ts';
import { inspectVolume } from '../../../docker/inspect/volume.ts';
import type { Sys } from '../../../machine/process.ts';
import { CONTAINER_JSON } from '../template/api-container.ts';
import { IMAGE_INSPECT } from '../template/api-image.ts';
import { NETWORK_RESOURCE } from '../template/api-network.ts';
import { VOLUME } from '../template/api-volume.ts';
import { inspectWithTemplate, parseDockerTemplate } from '../template/inspect.ts';
import type { Json as TemplateJson } from '../template/json.ts';
import { TemplateError } from '../template/template-error.ts';
import type { GoType } from '../template/value.ts';
import { type Client, ClientError, explain } from './client.ts';
import type { Flags } from './flags.ts';

/** A thing that can be inspected: its document, and the client's type for it. */
interface Found {
  readonly document: Json;
  readonly type: GoType;
}

type Finder = (engine: Engine, name: string, size: boolean) => Found;

const FINDERS: Readonly<Record<string, Finder>> = {
  container: (engine, name, size) => ({ document: containerDocument(engine, name, size), type: CONTAINER_JSON }),
  network: (engine, name) => ({ document: inspectNetwork(engine, engine.networks.find(name)), type: NETWORK_RESOURCE }),
  volume: (engine, name) => ({ document: inspectVolume(engine.volumes.find(name)), type: VOLUME }),
  image: (engine, name) => ({ document: inspectImage(engine.images, engine.images.find(name)), type: IMAGE_INSPECT }),
};

/** docker inspect: a container, an image, a network, whatever bears the name. */
export const inspectAny = (client: Client, flags: Flags, names: readonly string[]): Sys<number> => {
  const wanted = flags.string('type');
  if (wanted !== '' && FINDERS[wanted] === undefined) throw new ClientError(`"${wanted}" is not a valid value for --type`);
  const kinds = wanted === '' ? ['container', 'image', 'network', 'volume'] : [wanted];
  return inspect(client, flags, names, wanted === '' ? 'object' : wanted, (engine, name, size) => {
    for (const kind of kinds) {
      try {
        return (FINDERS[kind] as Finder)(engine, name, size);
      } catch (thrown) {
        if (!(thrown instanceof DockerError) || thrown.status !== 404) throw thrown;
      }
    }
    throw notFound(name);
  });
};

/** With -s its size too: of what it has changed, and with the image below. */
function containerDocument(engine: Engine, name: string, size: boolean): Json {
  const container = engine.containers.find(name);
  const document = inspectContainer(engine, container);
  if (!size) return document;
  const { changedBytes, image } = container;
  return { ...(document as object), SizeRw: changedBytes, SizeRootFs: image.sizeBytes + changedBytes };
}

export const inspectContainers = (client: Client, flags: Flags, names: readonly string[]): Sys<number> =>
  inspect(client, flags, names, 'container', FINDERS.container as Finder);

export const inspectNetworks = (client: Client, flags: Flags, names: readonly string[]): Sys<number> =>
  inspect(client, flags, names, 'network', FINDERS.network as Finder);

export const inspectVolumes = (client: Client, flags: Flags, names: readonly string[]): Sys<number> =>
  inspect(client, flags, names, 'volume', FINDERS.volume as Finder);

export const inspectImages = (client: Client, flags: Flags, names: readonly string[]): Sys<number> =>
  inspect(client, flags, names, 'image', FINDERS.image as Finder);

function* inspect(client: Client, flags: Flags, names: readonly string[], kind: string, find: Finder): Sys<number> {
  const format = flags.string('format');
  const template = format === '' ? undefined : parseDockerTemplate(format);
  if (template instanceof TemplateError) throw new ClientError(`template parsing error: ${template.message}`, 64);
  const errors: string[] = [];
  const documents: Json[] = [];
  let output = '';
  for (const name of names) {
    let found: Found;
    try {
      found = find(client.engine, name, flags.bool('size'));
    } catch (thrown) {
      errors.push(explain(thrown, kind, name));
      continue;
    }
    if (template === undefined) {
      documents.push(found.document);
      continue;
    }
    const text = inspectWithTemplate(template, found.type, found.document as TemplateJson);
    if (text instanceof TemplateError) errors.push(text.message);
    else output += text;
  }
  if (template === undefined) output = documents.length === 0 ? '[]\n' : `${indented(documents)}\n`;
  yield* client.c.print(output === '' ? '\n' : output);
  for (const error of errors) yield* client.warn(error);
  return errors.length > 0 ? 1 : 0;
}

/** As Go's json.Indent: four blanks, and nothing between the brackets of what is empty. */
function indented(json: Json): string {
  return JSON.stringify(json, undefined, 4);
}
