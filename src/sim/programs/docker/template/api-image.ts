// The engine's description of an image as the client's Go types have it (docker/docker 20.10, api/types).

import { CONTAINER_CONFIG } from './api-container.ts';
import { TIME } from './api-network.ts';
import { field, INT64, mapOf, omitted, pointerTo, STRING, sliceOf, structOf } from './value.ts';

const STRINGS = sliceOf(STRING);

/** What `docker image inspect IMAGE` shows. */
export const IMAGE_INSPECT = structOf('types.ImageInspect', {
  ID: field(STRING, 'Id'),
  RepoTags: STRINGS,
  RepoDigests: STRINGS,
  Parent: STRING,
  Comment: STRING,
  Created: STRING,
  Container: STRING,
  ContainerConfig: pointerTo(CONTAINER_CONFIG),
  DockerVersion: STRING,
  Author: STRING,
  Config: pointerTo(CONTAINER_CONFIG),
  Architecture: STRING,
  Variant: omitted(STRING),
  Os: STRING,
  OsVersion: omitted(STRING),
  Size: INT64,
  VirtualSize: INT64,
  GraphDriver: structOf('types.GraphDriverData', { Data: mapOf(STRING), Name: STRING }),
  RootFS: structOf('types.RootFS', { Type: STRING, Layers: omitted(STRINGS), BaseLayer: omitted(STRING) }),
  Metadata: structOf('types.ImageMetadata', { LastTagTime: TIME }),
});
