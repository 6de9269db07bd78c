import { misuse } from './problem.ts';

/** The longest name of an interface, and one more. */
const IFNAMSIZ = 16;

/** Throws for what cannot be an interface's name (xtables_parse_interface). */
export function checkDeviceName(name: string): void {
  if (name === '') throw misuse('Empty interface is likely to be undesired');
  if (name.length >= IFNAMSIZ) throw misuse(`interface name \`${name}' must be shorter than IFNAMSIZ (${IFNAMSIZ - 1})`);
}

/** The warning about a name that the kernel would not take, or undefined. */
export function deviceNameWarning(name: string): string | undefined {
  if (!/[/ ]/.test(name)) return undefined;
  return `Warning: weird character in interface \`${name}' ('/' and ' ' are not allowed by the kernel).\n`;
}
