import { fail, isError, type KernelError } from '../../../base/result.ts';
import type { NetDevice } from '../../../kernel/device/net-device.ts';
import type { Process } from '../../process.ts';
import type { VirtualFileNode } from '../virtual.ts';

/** An attribute: one value and a newline. sysfs says every file is a page long. */
export function attribute(
  read: () => string | KernelError,
  write?: (text: string, by: Process) => undefined | KernelError,
): VirtualFileNode {
  return {
    kind: 'file',
    size: 4096,
    file: {
      read() {
        const value = read();
        return isError(value) ? value : `${value}\n`;
      },
      ...(write !== undefined && { write: (by, text) => write(text, by) }),
    },
  };
}

/** An attribute of a device, which may have gone while the file was open: ENODEV. Writing needs CAP_NET_ADMIN (EPERM). */
export function live(dev: NetDevice, read: () => string | KernelError, write?: (text: string) => undefined | KernelError): VirtualFileNode {
  const here = () => dev.ns.devices.get(dev.ifindex) === dev;
  const change = (text: string, by: Process): undefined | KernelError => {
    if (!by.capable('net_admin', dev.ns.owner)) return fail('EPERM');
    return here() ? write?.(text) : fail('ENODEV');
  };
  return attribute(() => (here() ? read() : fail('ENODEV')), write && change);
}

/** kstrtoul(text, 0): decimal, 0x hexadecimal or 0 octal, an optional plus before and newline after; EINVAL for all else, ERANGE above 2^64. */
export function parseUnsigned(text: string): number | KernelError {
  const match = /^\+?(?:0[xX]([0-9a-fA-F]+)|(0[0-7]*)|([1-9][0-9]*))\n?$/.exec(text);
  if (match === null) return fail('EINVAL');
  const [, hexadecimal, octal, decimal] = match;
  const value =
    hexadecimal !== undefined ? Number.parseInt(hexadecimal, 16) : octal !== undefined ? Number.parseInt(octal, 8) : Number(decimal);
  return value < 2 ** 64 ? value : fail('ERANGE');
}
