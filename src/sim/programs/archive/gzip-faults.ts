import { type GzipFault, gunzip, type Unpacked } from '../../wire/gzip.ts';

/** gzip's words for what is wrong with compressed data. */
export const GZIP_FAULTS: Readonly<Record<GzipFault, string>> = {
  'not gzip': 'not in gzip format',
  'unexpected end': 'unexpected end of file',
  format: 'invalid compressed data--format violated',
  checksum: 'invalid compressed data--crc error',
  length: 'invalid compressed data--length error',
  'trailing garbage': 'decompression OK, trailing garbage ignored',
};

/** What gzip writes before it ends: it writes a window at a time, and what is in the last one is lost where the data breaks off. */
const WINDOW = 32_768;

/** As gzip unpacks. */
export function unpackByWindows(packed: Uint8Array): Unpacked {
  const unpacked = gunzip(packed);
  return { ...unpacked, data: unpacked.data.subarray(0, unpacked.data.length - (unpacked.unfinished % WINDOW)) };
}
