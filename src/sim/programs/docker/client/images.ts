import { NS_PER_MS } from '../../../base/time.ts';
import type { Image } from '../../../docker/image/image.ts';
import { isDigested, repositoryOf, tagOf } from '../../../docker/image/reference.ts';
import type { Sys } from '../../../machine/process.ts';
import type { Client } from './client.ts';
import type { Flags } from './flags.ts';
import { imageFilter } from './image-filter.ts';
import { humanDuration, humanSize, listFormat, printList, type Row } from './list.ts';

const HEADERS: Row = {
  Repository: 'REPOSITORY',
  Tag: 'TAG',
  Digest: 'DIGEST',
  ID: 'IMAGE ID',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  Size: 'SIZE',
  Containers: 'CONTAINERS',
  VirtualSize: 'SIZE',
  SharedSize: 'SHARED SIZE',
  UniqueSize: 'UNIQUE SIZE',
};
const TABLE = 'table {{.Repository}}\\t{{.Tag}}\\t{{.ID}}\\t{{.CreatedSince}}\\t{{.Size}}';
const TABLE_WITH_DIGESTS = 'table {{.Repository}}\\t{{.Tag}}\\t{{.Digest}}\\t{{.ID}}\\t{{.CreatedSince}}\\t{{.Size}}';
const RAW = 'repository: {{.Repository}}\ntag: {{.Tag}}\nimage_id: {{.ID}}\ncreated_at: {{.CreatedAt}}\nvirtual_size: {{.Size}}\n';
const RAW_WITH_DIGESTS = RAW.replace('tag: {{.Tag}}\n', '{{if .Tag}}tag: {{.Tag}}\n{{end}}{{if .Digest}}digest: {{.Digest}}\n{{end}}');
const NONE = '<none>';
const LIST_NS = 10 * NS_PER_MS;

/** docker images. */
export function* images(client: Client, flags: Flags, [wanted]: readonly string[]): Sys<number> {
  const { engine, p } = client;
  yield* client.takes(LIST_NS);
  const filter = imageFilter(engine, flags.list('filter'), wanted);
  const given = flags.string('format');
  const digests = flags.bool('digests') || /\.Digest\b/.test(given);
  const noTrunc = flags.bool('no-trunc');
  const rows: Row[] = [];
  // The newest first; of those from the same moment the last to arrive.
  const newest = engine.images.all
    .map((image, at) => ({ image, at }))
    .sort((a, b) => b.image.createdMs - a.image.createdMs || b.at - a.at)
    .map(({ image }) => image);
  for (const image of newest) {
    if (!filter.image(image)) continue;
    const names = engine.images.referencesTo(image);
    // What only later images stand on is shown with --all.
    if (names.length === 0 && (!filter.nameless || (!flags.bool('all') && engine.images.childrenOf(image).length > 0))) continue;
    for (const { repository, tag, digest } of namesOf(names.filter(filter.name), names.length === 0, digests)) {
      rows.push({
        Repository: repository,
        Tag: tag,
        Digest: digest,
        ID: noTrunc ? `sha256:${image.id}` : image.id.slice(0, 12),
        ...created(image, p.wallClockMs),
        Size: humanSize(image.sizeBytes),
        VirtualSize: humanSize(image.sizeBytes),
        Containers: 'N/A',
        SharedSize: 'N/A',
        UniqueSize: 'N/A',
      });
    }
  }
  const format = listFormat(flags, {
    table: digests ? TABLE_WITH_DIGESTS : TABLE,
    raw: digests ? RAW_WITH_DIGESTS : RAW,
    quiet: '{{.ID}}',
    quietRaw: 'image_id: {{.ID}}',
  });
  yield* printList(client, format, HEADERS, rows, 'formatter.imageContext');
  return 0;
}

const created = ({ createdMs }: Image, nowMs: number): Row => ({
  CreatedSince: `${humanDuration(nowMs - createdMs)} ago`,
  CreatedAt: `${new Date(createdMs).toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
});

/**
 * The lines of one image (formatter.imageWrite): one for each tag, with the digest of its repository where digests are asked for. A repository
 * that has only a digest has no tag.
 */
function namesOf(
  names: readonly string[],
  nameless: boolean,
  digests: boolean,
): { readonly repository: string; readonly tag: string; readonly digest: string }[] {
  if (nameless) return [{ repository: NONE, tag: NONE, digest: NONE }];
  const out: { repository: string; tag: string; digest: string }[] = [];
  const digestsOf = (repository: string): string[] =>
    names.filter((name) => isDigested(name) && repositoryOf(name) === repository).map((name) => name.slice(name.indexOf('@') + 1));
  for (const repository of new Set(names.map(repositoryOf))) {
    const tags = names.filter((name) => !isDigested(name) && repositoryOf(name) === repository).map(tagOf);
    const known = digestsOf(repository);
    for (const tag of tags.length === 0 ? [NONE] : tags) {
      for (const digest of digests && known.length > 0 ? known : [NONE]) out.push({ repository, tag, digest });
    }
  }
  return out;
}
