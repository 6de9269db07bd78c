import type { RouteMetrics } from '../../kernel/rtnetlink/messages.ts';
import { parseUnsigned, type Words, wrong } from './parse.ts';
import type { Printer } from './printer.ts';

// RTA_METRICS: what a route says about its path. Values are kept in the kernel's units: rtt in eighths and rttvar in quarters
// of a millisecond, rto_min in milliseconds.

/** RTAX_*, in order of their numbers: words of the command line and of the output. */
const METRICS: readonly string[] = [
  'mtu',
  'window',
  'rtt',
  'rttvar',
  'ssthresh',
  'cwnd',
  'advmss',
  'reordering',
  'hoplimit',
  'initcwnd',
  'features',
  'rto_min',
  'initrwnd',
  'quickack',
  'congctl',
  'fastopen_no_cookie',
];

const RTAX_FEATURE_ECN = 1;

/** Metrics as they are read. */
export interface MetricWords {
  values: Record<string, number>;
  locked: string[];
  congestion: string | undefined;
}

export function noMetrics(): MetricWords {
  return { values: {}, locked: [], congestion: undefined };
}

/** Takes the word if it is a metric's; its value is read too. */
export function parseMetric(words: Words, into: MetricWords): boolean {
  const word = words.word;
  const name =
    METRICS.find((metric) => metric === word) ?? (word.length > 3 ? METRICS.find((metric) => metric.startsWith(word)) : undefined);
  if (name === undefined || (name === 'congctl' && word !== name)) return false;
  let value = words.value();
  if (value === 'lock') {
    into.locked.push(name);
    value = words.value();
  }
  if (name === 'congctl') into.congestion = value;
  else into.values[name] = metricValue(name, value, into);
  return true;
}

function metricValue(name: string, word: string, into: MetricWords): number {
  const invalid = (): never => {
    throw wrong(`"${name === 'advmss' ? 'mss' : name}" value is invalid\n`, word);
  };
  if (name === 'features') {
    if (word !== 'ecn') throw wrong('"features" value not valid\n', word);
    return RTAX_FEATURE_ECN;
  }
  if (name === 'rtt' || name === 'rttvar' || name === 'rto_min') {
    if (name === 'rto_min' && !into.locked.includes(name)) into.locked.push(name);
    return milliseconds(word, name === 'rtt' ? 8 : name === 'rttvar' ? 4 : 1) ?? invalid();
  }
  if (name === 'quickack' || name === 'fastopen_no_cookie') {
    const number = parseUnsigned(word) ?? invalid();
    if (number > 1) throw wrong(`"${name}" value should be 0 or 1\n`, word);
    return number;
  }
  const number = parseUnsigned(word) ?? invalid();
  return name === 'hoplimit' && number > 255 ? invalid() : number;
}

/** `100ms`, `1.5s`; without a unit the kernel's own. */
function milliseconds(word: string, unitsPerMs: number): number | undefined {
  const found = /^(\d+(?:\.\d+)?)(s|sec|secs|ms|msec|msecs)?$/.exec(word);
  if (!found) return undefined;
  const number = Number(found[1]);
  if (found[2] === undefined) return Math.trunc(number);
  return Math.ceil(number * (found[2].startsWith('ms') ? 1 : 1000) * unitsPerMs);
}

/** What a request carries; undefined for no metrics. */
export function metricsOf(words: MetricWords): RouteMetrics | undefined {
  const { values, locked, congestion } = words;
  if (Object.keys(values).length === 0 && congestion === undefined) return undefined;
  return { values, locked, ...(congestion === undefined ? {} : { congestion }) };
}

export function printMetrics(out: Printer, metrics: RouteMetrics): void {
  out.openArray('metrics');
  out.openObject();
  for (const name of METRICS) {
    const value = name === 'congctl' ? undefined : metrics.values[name];
    if (value === undefined && !(name === 'congctl' && metrics.congestion !== undefined)) continue;
    out.text(`${name} ${metrics.locked.includes(name) ? 'lock ' : ''}`);
    if (name === 'congctl') out.both('congestion', metrics.congestion ?? '', `${metrics.congestion} `);
    else if (name === 'features') out.both('ecn', null, 'ecn ');
    else printValue(out, name, value as number);
  }
  out.closeObject();
  out.closeArray();
}

function printValue(out: Printer, name: string, value: number): void {
  if (name !== 'rtt' && name !== 'rttvar' && name !== 'rto_min') {
    out.both(name, value, `${value} `);
    return;
  }
  const ms = Math.trunc(value / (name === 'rtt' ? 8 : name === 'rttvar' ? 4 : 1));
  out.both(name, ms, ms >= 1000 ? `${ms / 1000}s ` : `${ms}ms `);
}
