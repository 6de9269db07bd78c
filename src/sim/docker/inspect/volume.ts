import type { Volume } from '../volumes.ts';
import { goTime, type Json, stringMap } from './json.ts';

/** What `docker volume inspect` shows: keys in the order that the client's generated type has. */
export function inspectVolume({ name, labels, options, createdMs, mountpoint, anonymous }: Volume): Json {
  return {
    CreatedAt: goTime(Math.floor(createdMs / 1000) * 1000),
    Driver: 'local',
    Labels: anonymous ? null : stringMap(labels),
    Mountpoint: mountpoint,
    Name: name,
    Options: anonymous ? null : stringMap(options),
    Scope: 'local',
  };
}
