import { digestOf } from '../image/digest.ts';
import type { HealthConfig, Image, ImageConfig } from '../image/image.ts';
import { type Layer, layersOf } from '../image/layers.ts';
import type { ImageStore } from '../image/store.ts';
import { goTime, type Json, listOrNull, stringMap } from './json.ts';

/** An image as `docker image inspect` shows it (types.ImageInspect). */
export function inspectImage(images: ImageStore, image: Image): Json {
  const { config } = image;
  return {
    Id: `sha256:${image.id}`,
    RepoTags: images.tagsOf(image),
    RepoDigests: images.digestsOf(image),
    Parent: image.parent === undefined ? '' : `sha256:${image.parent}`,
    Comment: image.comment,
    Created: goTime(image.createdMs),
    Container: image.container,
    ContainerConfig: imageConfigJson(image.containerConfig ?? config, ''),
    DockerVersion: '20.10.24+dfsg1',
    Author: image.author,
    Config: imageConfigJson(config, image.parent === undefined ? '' : `sha256:${image.parent}`),
    Architecture: 'amd64',
    Os: 'linux',
    Size: image.sizeBytes,
    VirtualSize: image.sizeBytes,
    GraphDriver: graphDriver(layersOf(images, image)),
    RootFS: {
      Type: 'layers',
      Layers: layersOf(images, image).map(({ diffId }) => `sha256:${diffId}`),
    },
    Metadata: { LastTagTime: goTime(images.lastTaggedMs(image) ?? Number.NaN) },
  };
}

/** Where overlay2 has the top layer, and those below it. */
function graphDriver(layers: readonly Layer[]): Json {
  const directories = layers.map(({ chainId }) => `/var/lib/docker/overlay2/${digestOf(`overlay2 ${chainId}`)}`).reverse();
  const [top, ...lower] = directories;
  if (top === undefined) return { Data: null, Name: 'overlay2' };
  return {
    Data: {
      ...(lower.length > 0 && { LowerDir: lower.map((directory) => `${directory}/diff`).join(':') }),
      MergedDir: `${top}/merged`,
      UpperDir: `${top}/diff`,
      WorkDir: `${top}/work`,
    },
    Name: 'overlay2',
  };
}

/** container.Config. */
export function imageConfigJson(config: ImageConfig, image: string): Json {
  return {
    Hostname: '',
    Domainname: '',
    User: config.user,
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    ...(config.exposedPorts.length > 0 && { ExposedPorts: setJson(config.exposedPorts) }),
    Tty: false,
    OpenStdin: false,
    StdinOnce: false,
    Env: listOrNull(config.env),
    Cmd: config.cmd === undefined ? null : [...config.cmd],
    ...(config.healthcheck !== undefined && { Healthcheck: healthJson(config.healthcheck) }),
    Image: image,
    Volumes: config.volumes.length === 0 ? null : setJson(config.volumes),
    WorkingDir: config.workingDir,
    Entrypoint: config.entrypoint === undefined ? null : [...config.entrypoint],
    OnBuild: listOrNull(config.onBuild),
    Labels: config.labels.size === 0 ? null : stringMap(config.labels),
    ...(config.stopSignal !== undefined && { StopSignal: config.stopSignal }),
    ...(config.shell !== undefined && { Shell: [...config.shell] }),
  };
}

export const setJson = (names: readonly string[]): Json => Object.fromEntries([...names].sort().map((name) => [name, {}]));

export function healthJson({ test, intervalNs, timeoutNs, startPeriodNs, retries }: HealthConfig): Json {
  return {
    ...(test.length > 0 && { Test: [...test] }),
    ...(intervalNs > 0 && { Interval: intervalNs }),
    ...(timeoutNs > 0 && { Timeout: timeoutNs }),
    ...(startPeriodNs > 0 && { StartPeriod: startPeriodNs }),
    ...(retries > 0 && { Retries: retries }),
  };
}
