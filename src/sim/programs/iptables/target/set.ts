import type { SetReference, SetTarget } from '../../../kernel/netfilter/target/set.ts';
import { type Extension, find, valueGiven } from '../extension.ts';
import { parseSet } from '../match/set.ts';
import { parseNumber } from '../names.ts';
import { misuse } from '../problem.ts';

const LONGEST_TIMEOUT = 0xffff_fffe;
const SETS = ['add-set', 'del-set', 'map-set'];
const MAPPED = ['map-mark', 'map-prio', 'map-queue'];

function text({ add, delete: deleted, map, exist, timeoutS }: SetTarget, dashes: string): string {
  const words = (what: string, reference: SetReference | undefined): string =>
    reference === undefined ? '' : ` ${dashes}${what}-set ${reference.set} ${reference.sides.join(',')}`;
  const mapped = [map?.mark && 'mark', map?.priority && 'prio', map?.queue && 'queue']
    .map((what) => (what ? ` ${dashes}map-${what}` : ''))
    .join('');
  const timeout = timeoutS === undefined ? '' : ` ${dashes}timeout ${timeoutS}`;
  return `${words('add', add)}${exist ? ` ${dashes}exist` : ''}${timeout}${words('del', deleted)}${words('map', map)}${mapped}`;
}

export const setTarget: Extension<SetTarget> = {
  name: 'SET',
  options: [
    ...SETS.map((name) => ({ names: [name], arguments: 2 as const })),
    { names: ['exist'], arguments: 0 },
    { names: ['timeout'], arguments: 1 },
    ...MAPPED.map((name) => ({ names: [name], arguments: 0 as const })),
  ],
  checksItself: true,
  build(given, header) {
    const reference = (option: string): SetReference | undefined => {
      const [one, second] = given.filter((other) => other.option === option);
      if (second) throw misuse(`--${option} can be specified only once`);
      return one && parseSet(one, header);
    };
    const timeout = valueGiven(given, 'timeout');
    const timeoutS = timeout === undefined ? undefined : parseNumber(timeout, LONGEST_TIMEOUT);
    const [add, deleted, mapped] = SETS.map(reference);
    if (timeout !== undefined && timeoutS === undefined) {
      throw misuse(`Invalid value for option --timeout or out of range 0-${LONGEST_TIMEOUT}`);
    }
    if ((add ?? deleted ?? mapped) === undefined) throw misuse("You must specify either `--add-set' or `--del-set' or `--map-set'");
    if (mapped && !given.some(({ option }) => MAPPED.includes(option))) {
      throw misuse("You must specify flags `--map-mark' or '--map-prio` or `--map-queue'");
    }
    const has = (option: string): boolean => find(given, option) !== undefined;
    const map = mapped && { ...mapped, mark: has('map-mark'), priority: has('map-prio'), queue: has('map-queue') };
    return { name: 'SET', add, delete: deleted, map, exist: find(given, 'exist') !== undefined, timeoutS };
  },
  print: (info) => text(info, ''),
  save: (info) => text(info, '--'),
};
