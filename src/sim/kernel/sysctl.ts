import type { KernelError } from '../base/result.ts';

/**
 * The settings of one namespace under /proc/sys/net. Paths are relative to /proc/sys and use slashes: `net/ipv4/ip_forward`,
 * `net/ipv4/conf/eth0/forwarding`. Reading and writing follow the kernel's handlers (range checks, `conf/all` copying, forwarding
 * that switches all devices). The files' existence follows the namespace's devices.
 */
export interface Sysctl {
  /** Names in a directory in the order of readdir, directories ending in '/'; undefined if there is no such directory. */
  list(path: string): string[] | undefined;
  exists(path: string): boolean;
  /** Permission bits of a file: 0o200 write-only, 0o444 read-only; what is not said is 0o644. Opening asks for them. */
  mode?(path: string): number;
  /** The text the file reads as, with its newline: EACCES for write-only ones. */
  read(path: string): string | KernelError;
  /** EINVAL for what the handler refuses, EACCES for read-only files, ENOENT if there is none. */
  write(path: string, text: string): undefined | KernelError;
  /** Numeric value for the kernel's own use, e.g. `int('net/ipv4/ip_forward')`. */
  int(path: string): number;
}
