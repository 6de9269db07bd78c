// A qdisc as tc prints it: print_qdisc() in tc/tc_qdisc.c and what each kind adds.

import type { QdiscDump, QdiscOptions } from '../../kernel/sched/api.ts';
import { PRIOMAP } from '../../kernel/sched/fifo.ts';
import type { Chance, NetemOptions } from '../../kernel/sched/netem.ts';
import type { TbfOptions } from '../../kernel/sched/tbf.ts';
import type { Printer } from '../ip/printer.ts';
import { percentText, rateText, share, sizeText, timeNsText, timeUsText, transmitBytes, wholeUs } from './units.ts';

export interface Style {
  readonly stats: boolean;
  readonly details: boolean;
  readonly raw: boolean;
  /** Named where not only one device is shown. */
  readonly device: string | undefined;
}

export function printQdisc(out: Printer, dump: QdiscDump, style: Style): void {
  const handle = (dump.handle >>> 16).toString(16);
  const { options } = dump;
  out.openObject();
  out.both('kind', options.kind, `qdisc ${options.kind} `);
  out.both('handle', `${handle}:`, `${handle}:`);
  out.text(style.raw ? `[${(dump.handle >>> 0).toString(16).padStart(8, '0')}] ` : ' ');
  if (style.device !== undefined) out.both('dev', style.device, `dev ${style.device} `);
  out.both('root', true, 'root ');
  out.both('refcnt', dump.references, `refcnt ${dump.references} `);
  out.openObject('options');
  printOptions(out, options, style);
  out.closeObject();
  out.text('\n');
  if (style.stats) printStats(out, dump);
  out.closeObject();
}

function printStats(out: Printer, { stats, length, backlog, options }: QdiscDump): void {
  out.both('bytes', stats.bytes, ` Sent ${stats.bytes} bytes`);
  out.both('packets', stats.packets, ` ${stats.packets} pkt`);
  out.both('drops', stats.drops, ` (dropped ${stats.drops},`);
  out.both('overlimits', stats.overlimits, ` overlimits ${stats.overlimits}`);
  out.both('requeues', stats.requeues, ` requeues ${stats.requeues}) \n`);
  out.both('backlog', backlog, ` backlog ${sizeText(backlog)}`);
  out.both('qlen', length, ` ${length}p`);
  out.text(` requeues ${stats.requeues}\n`);
  if (options.kind === 'fq_codel') {
    out.text('  maxpacket 0 drop_overlimit 0 new_flow_count 0 ecn_mark 0\n  new_flows_len 0 old_flows_len 0\n');
  }
}

function printOptions(out: Printer, options: QdiscOptions, style: Style): void {
  switch (options.kind) {
    case 'pfifo':
      return out.both('limit', options.limit ?? 0, `limit ${options.limit}p`);
    case 'bfifo':
      return out.both('limit', options.limit ?? 0, `limit ${sizeText(options.limit ?? 0)}`);
    case 'pfifo_fast':
      out.both('bands', 3, 'bands 3');
      out.openArray('priomap', ' priomap');
      for (const band of PRIOMAP) out.both(undefined, band, ` ${band}`);
      out.closeArray();
      out.member('multiqueue', false);
      return;
    case 'fq_codel':
      return printFqCodel(out);
    case 'tbf':
      return printTbf(out, options.tbf, style);
    case 'netem':
      return printNetem(out, options.netem);
    default:
  }
}

/** The defaults of sch_fq_codel.c. */
function printFqCodel(out: Printer): void {
  out.both('limit', 10_240, 'limit 10240p ');
  out.both('flows', 1024, 'flows 1024 ');
  out.both('quantum', 1514, 'quantum 1514 ');
  out.both('target', 4999, 'target 5ms ');
  out.both('interval', 99_999, 'interval 100ms ');
  out.both('memory_limit', 33_554_432, 'memory_limit 32Mb ');
  out.both('ecn', true, 'ecn ');
  out.both('drop_batch', 64, 'drop_batch 64 ');
}

function printTbf(out: Printer, { rate, bufferNs, limit, peakRate, mtuNs }: TbfOptions, style: Style): void {
  const ticks = Math.round((bufferNs / 1000) * 15.625);
  const burst = transmitBytes(rate, ticks);
  out.both('rate', rate, `rate ${rateText(rate)} `);
  // With -d the size of the cells that rates were once looked up in, too.
  out.both(
    'burst',
    burst,
    `burst ${burst % 1024 === 0 || !style.details ? sizeText(burst) : `${burst}b`}${style.details ? '/1 mpu 0b' : ''} `,
  );
  if (style.raw) out.text(`[${ticks.toString(16).padStart(8, '0')}] `);
  let latency = (1e6 * limit) / rate - wholeUs(ticks);
  if (peakRate > 0) {
    const peakTicks = Math.round((mtuNs / 1000) * 15.625);
    const minBurst = transmitBytes(peakRate, peakTicks);
    out.both('peakrate', peakRate, `peakrate ${rateText(peakRate)} `);
    out.both('minburst', minBurst, `minburst ${sizeText(minBurst)} `);
    latency = Math.max(latency, (1e6 * limit) / peakRate - wholeUs(peakTicks));
  }
  if (latency >= 0) out.both('lat', Math.floor(latency), `lat ${timeUsText(Math.floor(latency))} `);
  if (style.raw) out.text(`limit ${sizeText(limit)} `);
  if (style.details) out.text('linklayer ethernet ');
}

function printNetem(out: Printer, o: NetemOptions): void {
  out.both('limit', o.limit, `limit ${o.limit}`);
  if (o.latencyNs > 0) {
    out.openObject('delay');
    out.both('delay', o.latencyNs / 1e9, ` delay ${timeNsText(o.latencyNs)}`);
    if (o.jitterNs > 0) {
      out.text(`  ${timeNsText(o.jitterNs)}`);
      if (o.delayCorrelation > 0) out.text(` ${percentText(o.delayCorrelation)}`);
    }
    out.member('jitter', o.jitterNs / 1e9);
    out.member('correlation', share(o.delayCorrelation));
    out.closeObject();
  }
  printChance(out, 'loss-random', 'loss', o.loss);
  printChance(out, 'duplicate', 'duplicate', o.duplicate);
  printChance(out, 'reorder', 'reorder', o.reorder);
  printChance(out, 'corrupt', 'corrupt', o.corrupt);
  if (o.rate > 0) {
    out.openObject('rate');
    out.both('rate', o.rate, ` rate ${rateText(o.rate)}`);
    if (o.packetOverhead !== 0) out.text(` packetoverhead ${o.packetOverhead}`);
    out.member('packetoverhead', o.packetOverhead);
    out.closeObject();
  }
  out.member('ecn', false);
  if (o.gap > 0) out.text(` gap ${o.gap}`);
  out.member('gap', o.gap);
}

function printChance(out: Printer, object: string, name: string, { probability, correlation }: Chance): void {
  if (probability === 0) return;
  out.openObject(object);
  out.both(name, share(probability), ` ${name} ${percentText(probability)}`);
  if (correlation > 0) out.text(` ${percentText(correlation)}`);
  out.member('correlation', share(correlation));
  out.closeObject();
}
