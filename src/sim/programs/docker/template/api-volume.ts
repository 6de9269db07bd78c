// The engine's description of a volume as the client's Go types have it (docker/docker 20.10, api/types).

import { type GoType, INT64, mapOf, omitted, pointerTo, STRING, structOf } from './value.ts';

/** What `docker volume inspect VOLUME` shows. */
export const VOLUME: GoType = structOf('types.Volume', {
  CreatedAt: omitted(STRING),
  Driver: STRING,
  Labels: mapOf(STRING),
  Mountpoint: STRING,
  Name: STRING,
  Options: mapOf(STRING),
  Scope: STRING,
  UsageData: omitted(pointerTo(structOf('types.VolumeUsageData', { RefCount: INT64, Size: INT64 }))),
});
