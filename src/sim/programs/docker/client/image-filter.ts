import type { Engine } from '../../../docker/engine.ts';
import { DockerError, invalid } from '../../../docker/error.ts';
import type { Image } from '../../../docker/image/image.ts';
import { repositoryOf } from '../../../docker/image/reference.ts';
import { hasLabels, parseFilters } from './filters.ts';

/** Which images a listing shows, and which of their names. */
export interface ImageFilter {
  image(image: Image): boolean;
  name(name: string): boolean;
  /** Images without a name are shown too. */
  readonly nameless: boolean;
}

const KNOWN = ['dangling', 'label', 'before', 'since', 'reference'];

/** The filters of `docker images` (daemon/images/images.go); `wanted` is its REPOSITORY[:TAG]. */
export function imageFilter(engine: Engine, list: readonly string[], wanted: string | undefined): ImageFilter {
  const filters = parseFilters(list);
  for (const name of filters.keys()) if (!KNOWN.includes(name)) throw invalid(`Invalid filter '${name}'`);
  const dangling = danglingFilter(filters.get('dangling'));
  const { images } = engine;
  const order = images.all;
  const before = (filters.get('before') ?? []).map((name) => order.indexOf(images.find(name)));
  const since = (filters.get('since') ?? []).map((name) => order.indexOf(images.find(name)));
  const patterns = [...(filters.get('reference') ?? []), ...(wanted === undefined ? [] : [wanted])].map(referencePattern);
  return {
    image: (image) => {
      const at = order.indexOf(image);
      if (before.some((other) => at >= other) || since.some((other) => at <= other)) return false;
      if (!hasLabels(image.config.labels, filters.get('label'))) return false;
      return dangling === undefined || dangling === (images.tagsOf(image).length === 0 && images.childrenOf(image).length === 0);
    },
    name: (name) => patterns.length === 0 || patterns.some((matches) => matches(name)),
    nameless: patterns.length === 0,
  };
}

/** `dangling=true`, or what Go's ParseBool reads so. */
export function danglingFilter(values: readonly string[] | undefined): boolean | undefined {
  if (values === undefined) return undefined;
  if (values.some((value) => /^(1|true)$/i.test(value))) return true;
  if (values.some((value) => /^(0|false)$/i.test(value))) return false;
  throw new DockerError(400, `Invalid filter 'dangling=[${values.join(' ')}]'`);
}

/** A pattern of path.Match against NAME:TAG or NAME (distribution's FamiliarMatch). */
function referencePattern(pattern: string): (name: string) => boolean {
  const regular = pattern
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '[^/]*')
    .replaceAll('?', '[^/]');
  let matcher: RegExp;
  try {
    matcher = new RegExp(`^${regular}$`);
  } catch {
    return () => false;
  }
  return (name) => matcher.test(name) || matcher.test(repositoryOf(name));
}
