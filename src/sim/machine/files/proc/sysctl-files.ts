import { hex } from '../../../base/bytes.ts';
import { fail, type KernelError } from '../../../base/result.ts';
import type { Machine } from '../../machine.ts';
import type { Process } from '../../process.ts';
import { fixedDirectory, type VirtualDirectory, type VirtualFileNode, type VirtualNode } from '../virtual.ts';
import { UTS_MACHINE, UTS_RELEASE, UTS_VERSION } from './version.ts';

/** /proc/sys: `net` is the reader's own network namespace, `kernel/hostname` its own uts namespace. */
export function sysDirectory(machine: Machine): VirtualDirectory {
  return fixedDirectory({ kernel: kernelDirectory(machine), net: netSettings('net') });
}

/** A directory of the caller's namespace's {@link Sysctl}. */
function netSettings(path: string): VirtualDirectory {
  return {
    kind: 'directory',
    nlink: 1,
    names: (p) => (p.netns.sysctl.list(path) ?? []).map((name) => name.replace(/\/$/, '')),
    lookup(p, name) {
      const below = `${path}/${name}`;
      if (p.netns.sysctl.list(below) !== undefined) return netSettings(below);
      return p.netns.sysctl.exists(below) ? netSetting(p, below) : undefined;
    },
  };
}

/**
 * One setting. Permission is asked for when it is opened, as the kernel does (sysctl_perm: not even root writes a read-only one);
 * what the value must be, when it is written.
 */
function netSetting(p: Process, path: string): VirtualFileNode {
  const mode = p.netns.sysctl.mode?.(path) ?? 0o644;
  const canRead = (mode & 0o400) !== 0;
  const canWrite = (mode & 0o200) !== 0;
  return {
    kind: 'file',
    file: {
      mode,
      ...(canRead && { read: (by: Process) => by.netns.sysctl.read(path) }),
      ...(canWrite && { write: (by: Process, text: string) => writeSetting(by, path, text) }),
    },
  };
}

/** Some ask for more than that the file may be written. */
const FOR_ADMINS = /^net\/ipv4\/(ip_forward|conf\/[^/]+\/forwarding|tcp_congestion_control)$/;

function writeSetting(by: Process, path: string, text: string): undefined | KernelError {
  if (FOR_ADMINS.test(path) && !by.capable('net_admin', by.netns.owner)) return fail('EPERM');
  return by.netns.sysctl.write(path, text);
}

function kernelDirectory(machine: Machine): VirtualDirectory {
  const fixed = (value: string | number): VirtualFileNode => ({ kind: 'file', file: { read: () => `${value}\n` } });
  const bootId = uuid(machine.random.fork('boot_id').bytes(16));
  const entries: Record<string, VirtualNode> = {
    arch: fixed(UTS_MACHINE),
    cap_last_cap: fixed(40),
    domainname: nodeName('domainname'),
    hostname: nodeName('hostname'),
    ngroups_max: fixed(65536),
    osrelease: fixed(UTS_RELEASE),
    ostype: fixed('Linux'),
    overflowgid: fixed(65534),
    overflowuid: fixed(65534),
    panic: fixed(0),
    pid_max: fixed(32768),
    printk: fixed('4\t4\t1\t7'),
    random: fixedDirectory({
      boot_id: fixed(bootId),
      entropy_avail: fixed(256),
      poolsize: fixed(256),
      uuid: { kind: 'file', file: { read: () => `${uuid(machine.random.bytes(16))}\n` } },
    }),
    'threads-max': fixed(15646),
    version: fixed(UTS_VERSION),
  };
  return { ...fixedDirectory(entries), nlink: 1 };
}

/** A string of the caller's uts namespace; at most 64 bytes, up to the end of the line (proc_do_uts_string). */
function nodeName(which: 'hostname' | 'domainname'): VirtualFileNode {
  return {
    kind: 'file',
    file: {
      read: (p) => `${p.namespaces.uts[which]}\n`,
      write(p, text) {
        p.namespaces.uts[which] = (text.split('\n')[0] as string).slice(0, 64);
        return undefined;
      },
    },
  };
}

/** A random UUID, version 4 (RFC 9562). */
function uuid(bytes: Uint8Array): string {
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  const digits = hex(bytes);
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-');
}
