import type { HealthConfig, Image, ImageConfig } from '../image/image.ts';
import { withoutTag } from '../image/reference.ts';
import type { ImageStore } from '../image/store.ts';
import { goTime, type Json, listOrNull, stringMap } from './json.ts';

/** An image as `docker image inspect` shows it (types.ImageInspect). */
export function inspectImage(images: ImageStore, image: Image): Json {
  const { config } = image;
  return {
    Id: `sha256:${image.id}`,
    RepoTags: images.tagsOf(image),
    RepoDigests: image.digest === undefined ? [] : images.tagsOf(image).map((name) => `${withoutTag(name)}@sha256:${image.digest}`),
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
    GraphDriver: { Data: null, Name: 'overlay2' },
    RootFS: {
      Type: 'layers',
      Layers: image.history.filter(({ sizeBytes }) => sizeBytes > 0).map((_, i) => `sha256:${layerId(image.id, i)}`),
    },
    Metadata: { LastTagTime: goTime(image.createdMs) },
  };
}

/** Layers have names of their own; ours follow from the image's. */
const layerId = (id: string, index: number): string => id.slice(index + 1) + id.slice(0, index + 1);

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
