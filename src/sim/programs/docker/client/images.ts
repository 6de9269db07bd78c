import { NS_PER_MS } from '../../../base/time.ts';
import { tagOf, withoutTag } from '../../../docker/image/reference.ts';
import type { Sys } from '../../../machine/process.ts';
import type { Client } from './client.ts';
import type { Flags } from './flags.ts';
import { humanDuration, humanSize, printList, type Row } from './list.ts';

const HEADERS: Row = {
  Repository: 'REPOSITORY',
  Tag: 'TAG',
  Digest: 'DIGEST',
  ID: 'IMAGE ID',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  Size: 'SIZE',
};
const TABLE = 'table {{.Repository}}\\t{{.Tag}}\\t{{.ID}}\\t{{.CreatedSince}}\\t{{.Size}}';
const LIST_NS = 10 * NS_PER_MS;

/** docker images. */
export function* images(client: Client, flags: Flags, [wanted]: readonly string[]): Sys<number> {
  const { engine, p } = client;
  yield* client.takes(LIST_NS);
  const noTrunc = flags.bool('no-trunc');
  const rows: Row[] = [];
  for (const image of [...engine.images.all].reverse()) {
    const names = engine.images.tagsOf(image);
    for (const name of names.length > 0 ? names : ['<none>:<none>']) {
      if (wanted !== undefined && withoutTag(name) !== wanted && name !== wanted) continue;
      rows.push({
        Repository: withoutTag(name),
        Tag: tagOf(name),
        Digest: '<none>',
        ID: noTrunc ? `sha256:${image.id}` : image.id.slice(0, 12),
        CreatedSince: `${humanDuration(p.wallClockMs - image.createdMs)} ago`,
        CreatedAt: `${new Date(image.createdMs).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
        Size: humanSize(image.sizeBytes),
      });
    }
  }
  if (flags.bool('quiet') && !flags.changed('format')) {
    for (const { ID = '' } of rows) yield* client.line(ID);
    return 0;
  }
  yield* printList(client, flags.string('format') || TABLE, HEADERS, rows);
  return 0;
}
