import { NS_PER_MS } from '../../../base/time.ts';
import { DockerError, invalid } from '../../../docker/error.ts';
import { deleteImage } from '../../../docker/image/delete.ts';
import type { Image } from '../../../docker/image/image.ts';
import { parseReference, withTag } from '../../../docker/image/reference.ts';
import type { Sys } from '../../../machine/process.ts';
import { type Client, ClientError, explain } from './client.ts';
import type { Flags } from './flags.ts';
import { ellipsis, humanDuration, humanSize, printList, type Row } from './list.ts';

const TAG_NS = 10 * NS_PER_MS;
const REMOVE_NS = 40 * NS_PER_MS;

/** docker tag. */
export function* tag(client: Client, _: Flags, [source = '', target = '']: readonly string[]): Sys<number> {
  const { engine, p } = client;
  let name: string;
  try {
    const reference = parseReference(target);
    if (reference.digest !== undefined) throw invalid('refusing to create a tag with a digest reference');
    name = withTag(reference);
  } catch (thrown) {
    if (!(thrown instanceof DockerError)) throw thrown;
    if (thrown.message.startsWith('refusing')) throw new ClientError(thrown.message);
    throw new ClientError(`Error parsing reference: "${target}" is not a valid repository/tag: ${thrown.message}`);
  }
  yield* client.takes(TAG_NS);
  const image = engine.images.find(source);
  engine.images.tag(name, image, p.wallClockMs);
  engine.events.noteImage(image.id, name, 'tag');
  return 0;
}

/** docker rmi. With --force a name that is not there is no failure. */
export function* rmi(client: Client, flags: Flags, keys: readonly string[]): Sys<number> {
  const { engine } = client;
  const force = flags.bool('force');
  const errors: string[] = [];
  let fatal = false;
  for (const key of keys) {
    yield* client.takes(REMOVE_NS);
    try {
      if (engine.images.lookUp(key) === undefined) checkName(key);
      for (const { kind, name } of deleteImage(engine, key, force, !flags.bool('no-prune'))) yield* client.line(`${kind}: ${name}`);
    } catch (thrown) {
      errors.push(explain(thrown, 'image', key));
      if (!(thrown instanceof DockerError && thrown.status === 404)) fatal = true;
    }
  }
  for (const error of errors) yield* client.warn(error);
  return errors.length > 0 && (!force || fatal) ? 1 : 0;
}

/** Throws for what cannot name an image. */
const checkName = (key: string): void => void parseReference(key);

const HISTORY_HEADERS: Row = {
  ID: 'IMAGE',
  CreatedSince: 'CREATED',
  CreatedAt: 'CREATED AT',
  CreatedBy: 'CREATED BY',
  Size: 'SIZE',
  Comment: 'COMMENT',
};
const HISTORY_TABLE = 'table {{.ID}}\\t{{.CreatedSince}}\\t{{.CreatedBy}}\\t{{.Size}}\\t{{.Comment}}';
const HISTORY_TABLE_EXACT = 'table {{.ID}}\\t{{.CreatedAt}}\\t{{.CreatedBy}}\\t{{.Size}}\\t{{.Comment}}';
const STEP_WIDTH = 45;
const COMMENT_WIDTH = 45;

/** docker history: the steps that made an image, the last one first. */
export function* history(client: Client, flags: Flags, [name = '']: readonly string[]): Sys<number> {
  const { engine, p } = client;
  yield* client.takes(TAG_NS);
  const image = engine.images.find(name);
  const human = flags.bool('human');
  const noTrunc = flags.bool('no-trunc');
  const steps = stepIds(engine.images.get.bind(engine.images), image);
  const rows = image.history.map(({ createdMs, createdBy, comment, sizeBytes }, i): Row => {
    const id = steps[i];
    const by = createdBy.replaceAll('\t', ' ');
    return {
      ID: id === undefined ? '<missing>' : noTrunc ? `sha256:${id}` : id.slice(0, 12),
      CreatedSince: human ? `${humanDuration(p.wallClockMs - createdMs)} ago` : isoSeconds(createdMs),
      CreatedAt: isoSeconds(createdMs),
      CreatedBy: noTrunc ? by : ellipsis(by, STEP_WIDTH),
      Size: human ? humanSize(sizeBytes) : String(sizeBytes),
      Comment: noTrunc ? comment : ellipsis(comment, COMMENT_WIDTH),
    };
  });
  rows.reverse();
  if (flags.bool('quiet') && !flags.changed('format')) {
    for (const { ID = '' } of rows) yield* client.line(ID);
    return 0;
  }
  const given = flags.string('format');
  const table = human ? HISTORY_TABLE : HISTORY_TABLE_EXACT;
  yield* printList(client, given === '' || given === 'table' ? table : given, HISTORY_HEADERS, rows, 'formatter.historyContext');
  return 0;
}

const isoSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** The image that each step ended in: this image and its parents on this host; undefined for steps that were made elsewhere. */
function stepIds(get: (id: string) => Image | undefined, image: Image): (string | undefined)[] {
  const ids: (string | undefined)[] = image.history.map(() => undefined);
  for (let at: Image | undefined = image; at !== undefined; at = at.parent === undefined ? undefined : get(at.parent)) {
    if (at.history.length > 0) ids[at.history.length - 1] = at.id;
  }
  return ids;
}
