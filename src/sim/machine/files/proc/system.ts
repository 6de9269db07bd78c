import { NS_PER_S } from '../../../base/time.ts';
import type { Machine } from '../../machine.ts';
import { textFile, type VirtualNode } from '../virtual.ts';
import { VERSION_LINE } from './version.ts';

const CPUS = 2;
/** 4 GB: what the greatest TCP window and other defaults of the kernel follow from (see sysctl/net-settings.ts). */
export const MEMORY_KB = 4_028_168;

/** The files of /proc that say what the machine is and how busy: in the kernel's order. */
export function systemFiles(machine: Machine): Record<string, VirtualNode> {
  const seconds = () => machine.clock.now / NS_PER_S;
  return {
    stat: textFile(() => statText(seconds(), Math.floor(machine.wallClockMs / 1000 - seconds()), machine.processes.size)),
    swaps: textFile(() => 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n'),
    uptime: textFile(() => `${seconds().toFixed(2)} ${(CPUS * seconds()).toFixed(2)}\n`),
    cmdline: textFile(() => 'BOOT_IMAGE=/boot/vmlinuz root=/dev/vda ro quiet\n'),
    cpuinfo: textFile(cpuinfoText),
    loadavg: textFile((p) => {
      const running = [...machine.processes.values()].filter((process) => process.state === 'R').length;
      return `0.00 0.00 0.00 ${running}/${machine.processes.size} ${p.namespaces.pid.lastPid}\n`;
    }),
    meminfo: textFile(meminfoText),
    version: textFile(() => `${VERSION_LINE}\n`),
    filesystems: textFile(() => FILESYSTEMS),
  };
}

/** Boot time in seconds since 1970; the processors have been idle nearly always. */
function statText(uptime: number, bootTime: number, processes: number): string {
  const idle = Math.floor(uptime * 100);
  const cpus = Array.from({ length: CPUS }, (_, i) => `cpu${i} 0 0 0 ${idle} 0 0 0 0 0 0\n`).join('');
  return `cpu  0 0 0 ${CPUS * idle} 0 0 0 0 0 0\n${cpus}intr 0\nctxt 0\nbtime ${bootTime}\nprocesses ${processes}\nprocs_running 1\nprocs_blocked 0\nsoftirq 0 0 0 0 0 0 0 0 0 0 0\n`;
}

function cpuinfoText(): string {
  return Array.from({ length: CPUS }, (_, i) =>
    [
      ['processor', i],
      ['vendor_id', 'GenuineIntel'],
      ['cpu family', 6],
      ['model', 167],
      ['model name', 'Intel(R) Xeon(R) Processor'],
      ['stepping', 1],
      ['cpu MHz', '2599.998'],
      ['cache size', '16384 KB'],
      ['physical id', 0],
      ['siblings', CPUS],
      ['core id', i],
      ['cpu cores', CPUS],
      ['bogomips', '5199.99'],
    ]
      .map(([name, value]) => `${name}${String(name).length < 8 ? '\t\t' : '\t'}: ${value}\n`)
      .join(''),
  )
    .map((block) => `${block}\n`)
    .join('');
}

function meminfoText(): string {
  const rows: readonly (readonly [string, number])[] = [
    ['MemTotal:', MEMORY_KB],
    ['MemFree:', 3_532_752],
    ['MemAvailable:', 3_691_336],
    ['Buffers:', 21_480],
    ['Cached:', 288_236],
    ['SwapCached:', 0],
    ['Active:', 153_372],
    ['Inactive:', 187_688],
    ['SwapTotal:', 0],
    ['SwapFree:', 0],
    ['Dirty:', 0],
    ['Writeback:', 0],
    ['AnonPages:', 31_344],
    ['Mapped:', 21_764],
    ['Shmem:', 872],
    ['KReclaimable:', 52_608],
    ['Slab:', 86_296],
    ['SReclaimable:', 52_608],
    ['SUnreclaim:', 33_688],
    ['KernelStack:', 1_628],
    ['PageTables:', 1_356],
    ['CommitLimit:', 2_014_084],
    ['Committed_AS:', 105_600],
    ['VmallocTotal:', 34_359_738_367],
    ['VmallocUsed:', 14_612],
    ['VmallocChunk:', 0],
  ];
  return rows.map(([name, kb]) => `${name.padEnd(15)} ${String(kb).padStart(8)} kB\n`).join('');
}

const FILESYSTEMS = ['sysfs', 'tmpfs', 'proc', 'cgroup2', 'devtmpfs', 'sockfs', 'pipefs', 'devpts']
  .map((type) => `nodev\t${type}\n`)
  .concat(['\text4\n', 'nodev\toverlay\n'])
  .join('');
