// Names of devices: net/core/dev.c, dev_valid_name and dev_alloc_name.

/** IFNAMSIZ - 1: the longest name. */
export const MAX_NAME_LENGTH = 15;
const MAX_NUMBER = 32767;

/** Whether the kernel takes the name: 1 to 15 characters, not `.` or `..`, without `/`, `:` and white space. */
export function isValidDeviceName(name: string): boolean {
  if (name === '' || name.length > MAX_NAME_LENGTH || name === '.' || name === '..') return false;
  return !/[/:\s]/.test(name);
}

/**
 * A name for a pattern such as `veth%d`: the lowest number that gives an unused name. A name without `%` is itself.
 * undefined where the pattern is malformed (anything but one `%d`).
 */
export function allocateDeviceName(pattern: string, taken: (name: string) => boolean): string | undefined {
  const at = pattern.indexOf('%');
  if (at < 0) return pattern;
  if (pattern[at + 1] !== 'd' || pattern.indexOf('%', at + 1) >= 0) return undefined;
  const head = pattern.slice(0, at);
  const tail = pattern.slice(at + 2);
  for (let i = 0; i <= MAX_NUMBER; i++) {
    const name = `${head}${i}${tail}`;
    if (!taken(name)) return name;
  }
  return undefined;
}
