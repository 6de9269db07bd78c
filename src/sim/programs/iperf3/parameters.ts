import type { TestSettings } from './options.ts';
import { VERSION } from './version.ts';

/** Microseconds between two looks at whether a paced stream may send. */
const PACING_US = 1000;

/** What the client tells the server about the test (send_parameters). */
export function parametersOf(s: TestSettings): Record<string, unknown> {
  return {
    [s.udp ? 'udp' : 'tcp']: true,
    omit: s.omit,
    time: s.duration,
    num: s.bytes,
    blockcount: s.blocks,
    ...(s.mss > 0 ? { MSS: s.mss } : {}),
    ...(s.noDelay ? { nodelay: true } : {}),
    parallel: s.streams,
    ...(s.reverse ? { reverse: true } : {}),
    ...(s.bidirectional ? { bidirectional: true } : {}),
    ...(s.window > 0 ? { window: s.window } : {}),
    len: s.blockSize,
    ...(s.rate > 0 ? { bandwidth: s.rate } : {}),
    pacing_timer: PACING_US,
    ...(s.burst > 0 ? { burst: s.burst } : {}),
    ...(s.tos > 0 ? { TOS: s.tos } : {}),
    ...(s.title === undefined ? {} : { title: s.title }),
    ...(s.congestion === undefined ? {} : { congestion: s.congestion }),
    ...(s.serverOutput ? { get_server_output: 1 } : {}),
    client_version: VERSION,
  };
}

/** The same, read by the server (get_parameters). */
export function settingsOf(json: Readonly<Record<string, unknown>>): TestSettings {
  const number = (name: string): number => (typeof json[name] === 'number' ? json[name] : 0);
  return {
    udp: json.udp === true,
    duration: number('time'),
    omit: number('omit'),
    bytes: number('num'),
    blocks: number('blockcount'),
    streams: number('parallel') || 1,
    reverse: json.reverse === true,
    bidirectional: json.bidirectional === true,
    blockSize: number('len'),
    rate: number('bandwidth'),
    burst: number('burst'),
    window: number('window'),
    mss: number('MSS'),
    noDelay: json.nodelay === true,
    tos: number('TOS'),
    congestion: typeof json.congestion === 'string' ? json.congestion : undefined,
    title: undefined,
    serverOutput: number('get_server_output') > 0,
  };
}
