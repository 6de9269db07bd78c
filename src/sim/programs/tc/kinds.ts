// The options of each kind of qdisc: tc/q_fifo.c, q_tbf.c, q_netem.c, q_fq_codel.c.

import type { QdiscOptions } from '../../kernel/sched/api.ts';
import type { Chance, NetemOptions } from '../../kernel/sched/netem.ts';
import type { Sys } from '../../machine/process.ts';
import { FIFO_HELP, FQ_CODEL_HELP, NETEM_HELP, TBF_HELP } from './help.ts';
import { parsePercent, parseRate, parseSize, parseTimeNs, parseTimeUs, ticksToUs, transmitTicks } from './units.ts';
import type { Words } from './words.ts';

type Parse = (words: Words) => Sys<QdiscOptions>;

/** Kinds with options; those that take none are told apart by the kernel. */
export const KINDS: Readonly<Record<string, Parse>> = {
  pfifo: (words) => fifo(words, 'pfifo'),
  bfifo: (words) => fifo(words, 'bfifo'),
  tbf,
  netem,
  fq_codel: fqCodel,
};

/** Kinds that the kernel makes without being told anything. */
export const PLAIN_KINDS: ReadonlySet<string> = new Set(['pfifo_fast', 'noqueue']);

function* fifo(words: Words, kind: 'pfifo' | 'bfifo'): Sys<QdiscOptions> {
  let limit: number | undefined;
  while (words.next !== undefined) {
    const word = yield* words.take();
    if (word === 'limit') {
      const text = yield* words.take();
      limit = parseSize(text);
      if (limit === undefined) return yield* words.refuse(1, `${kind}: Illegal value for "limit": "${text}"\n`);
    } else if (word === 'help') return yield* words.refuse(1, FIFO_HELP);
    else return yield* words.refuse(1, `${kind}: unknown parameter "${word}"\n${FIFO_HELP}`);
  }
  return { kind, ...(limit !== undefined && { limit }) };
}

function* tbf(words: Words): Sys<QdiscOptions> {
  let [rate, peakRate, burst, limit, latencyUs, mtu] = [0, 0, 0, 0, 0, 0];
  const value = function* <T>(name: string, read: (text: string) => T | undefined): Sys<T> {
    const text = yield* words.take();
    const parsed = read(text);
    return parsed ?? (yield* words.refuse(1, `tbf: illegal value for "${name}": "${text}"\n`));
  };
  const both = 'tbf: specifying both "latency" and "limit" is not allowed\n';
  const sizeOfCells = (text: string): number | undefined => parseSize(text.split('/')[0] as string);
  while (words.next !== undefined) {
    const word = yield* words.take();
    switch (word) {
      case 'limit':
        if (latencyUs > 0) return yield* words.refuse(1, both);
        limit = yield* value(word, parseSize);
        break;
      case 'latency':
        if (limit > 0) return yield* words.refuse(1, both);
        latencyUs = yield* value(word, parseTimeUs);
        break;
      case 'burst':
      case 'buffer':
      case 'maxburst':
        burst = yield* value(word, sizeOfCells);
        break;
      case 'mtu':
      case 'minburst':
        mtu = yield* value(word, sizeOfCells);
        break;
      case 'rate':
        rate = yield* value(word, parseRate);
        break;
      case 'peakrate':
        peakRate = yield* value(word, parseRate);
        break;
      case 'mpu':
      case 'overhead':
      case 'linklayer':
        yield* words.take();
        break;
      case 'help':
        return yield* words.refuse(1, TBF_HELP);
      default:
        return yield* words.refuse(1, `tbf: unknown parameter "${word}"\n${TBF_HELP}`);
    }
  }
  let missing = rate === 0 ? 'tbf: the "rate" parameter is mandatory.\n' : '';
  if (burst === 0) missing += 'tbf: the "burst" parameter is mandatory.\n';
  if (peakRate > 0 && mtu === 0) missing += 'tbf: when "peakrate" is specified, "mtu" must also be specified.\n';
  if (limit === 0 && latencyUs === 0) missing += 'tbf: either "limit" or "latency" is required.\n';
  if (missing !== '') return yield* words.refuse(1, missing + TBF_HELP);
  if (limit === 0) {
    limit = Math.floor(rate * (latencyUs / 1e6) + burst);
    if (peakRate > 0) limit = Math.min(limit, Math.floor(peakRate * (latencyUs / 1e6) + mtu));
  }
  const bufferNs = Math.floor(ticksToUs(transmitTicks(rate, burst)) * 1000);
  const mtuNs = peakRate > 0 ? Math.floor(ticksToUs(transmitTicks(peakRate, mtu)) * 1000) : 0;
  return { kind: 'tbf', tbf: { rate, bufferNs, limit, peakRate, mtuNs } };
}

const NEVER: Chance = { probability: 0, correlation: 0 };

function* netem(words: Words): Sys<QdiscOptions> {
  const o: { -readonly [K in keyof NetemOptions]: NetemOptions[K] } = {
    limit: 1000,
    latencyNs: 0,
    jitterNs: 0,
    delayCorrelation: 0,
    distribution: 'uniform',
    loss: NEVER,
    duplicate: NEVER,
    corrupt: NEVER,
    reorder: NEVER,
    gap: 0,
    rate: 0,
    packetOverhead: 0,
  };
  let distribution = false;
  const value = function* <T>(name: string, read: (text: string) => T | undefined): Sys<T> {
    return read(yield* words.take()) ?? (yield* words.refuse(1, `Illegal "${name}"\n`));
  };
  const number = (): boolean => /^[-+.\d]/.test(words.next ?? '');
  const chance = function* (name: string): Sys<Chance> {
    const probability = yield* value(name, parsePercent);
    return { probability, correlation: number() ? yield* value(`${name} correlation`, parsePercent) : 0 };
  };
  while (words.next !== undefined) {
    const word = yield* words.take();
    switch (word) {
      case 'limit':
        o.limit = yield* value('limit', parseSize);
        break;
      case 'latency':
      case 'delay':
        o.latencyNs = yield* value('latency', parseTimeNs);
        o.jitterNs = number() ? yield* value('latency', parseTimeNs) : 0;
        if (o.jitterNs > 0 && number()) o.delayCorrelation = yield* value('latency', parsePercent);
        break;
      case 'loss':
      case 'drop':
        o.loss = yield* lossOf(words, chance);
        break;
      case 'duplicate':
        o.duplicate = yield* chance('duplicate');
        break;
      case 'corrupt':
        o.corrupt = yield* chance('corrupt');
        break;
      case 'reorder':
        o.reorder = yield* chance('reorder');
        break;
      case 'gap':
        o.gap = yield* value('gap', parseSize);
        break;
      case 'rate':
        o.rate = yield* value('rate', parseRate);
        if (number()) o.packetOverhead = Number(yield* words.take());
        break;
      case 'distribution': {
        distribution = true;
        const name = yield* words.take();
        if (name !== 'uniform' && name !== 'normal') {
          const path = `/usr/lib/x86_64-linux-gnu/tc//${name}.dist`;
          return yield* words.refuse(1, `No distribution data for ${name} (${path}: No such file or directory)\n`);
        }
        o.distribution = name;
        break;
      }
      case 'help':
        return yield* words.refuse(1, NETEM_HELP);
      default:
        return yield* words.refuse(1, `What is "${word}"?\n${NETEM_HELP}`);
    }
  }
  if (o.reorder.probability > 0) {
    if (o.latencyNs === 0) return yield* words.refuse(1, `reordering not possible without specifying some delay\n${NETEM_HELP}`);
    if (o.gap === 0) o.gap = 1;
  } else if (o.gap > 0) return yield* words.refuse(1, `gap specified without reorder probability\n${NETEM_HELP}`);
  if (distribution && (o.latencyNs === 0 || o.jitterNs === 0)) {
    return yield* words.refuse(1, `distribution specified but no latency and jitter values\n${NETEM_HELP}`);
  }
  return { kind: 'netem', netem: o };
}

/** `loss [random] 10% [25%]`: the models by states are not read. */
function* lossOf(words: Words, chance: (name: string) => Sys<Chance>): Sys<Chance> {
  const first = words.next;
  if (first === 'random') words.skip();
  else if (first !== undefined && !/^[-+.\d]/.test(first)) return yield* words.refuse(1, `Unknown loss parameter: ${first}\n`);
  return yield* chance('loss percent');
}

function* fqCodel(words: Words): Sys<QdiscOptions> {
  const word = words.next;
  if (word === 'help') return yield* words.refuse(1, FQ_CODEL_HELP);
  if (word !== undefined) return yield* words.refuse(1, `What is "${word}"?\n${FQ_CODEL_HELP}`);
  return { kind: 'fq_codel' };
}
