import { digestOf } from '../image/digest.ts';

const HOME = '/var/lib/docker/overlay2';

/** Where overlay2 keeps a container's changes, and the layers that these lie over. */
export function overlayDirectories(containerId: string, imageId: string): Record<'lower' | 'merged' | 'upper' | 'work', string> {
  const at = `${HOME}/${containerId}`;
  return { lower: `${at}-init/diff:${HOME}/${imageId}/diff`, merged: `${at}/merged`, upper: `${at}/diff`, work: `${at}/work` };
}

/** The same as options of the mount: layers by short links, that their names fit in a page (overlay2's driver.Get). */
export function overlayOptions(containerId: string, imageId: string): string {
  const { upper, work } = overlayDirectories(containerId, imageId);
  return `lowerdir=${shortLink(`${containerId}-init`)}:${shortLink(imageId)},upperdir=${upper},workdir=${work}`;
}

/** 26 letters and digits of base32. */
function shortLink(layer: string): string {
  let bits = BigInt(`0x${digestOf(`link ${layer}`)}`);
  let name = '';
  for (; name.length < 26; bits >>= 5n) name += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number(bits & 31n)];
  return `${HOME}/l/${name}`;
}
