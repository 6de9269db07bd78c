import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { InputEntry } from '../sim/lab/session.ts';
import { LogKeeper } from './client-log.ts';
import { decodeHistory, decodeLog, encodeHistory, encodeLog } from './client-log-text.ts';
import { LearnerStorage } from './client-storage.ts';

const log: readonly InputEntry[] = [
  { timeNs: 3_000_000_000, action: { do: 'open', machine: 'host1', columns: 80, rows: 24 } },
  { timeNs: 3_100_000_000, step: 17, action: { do: 'type', terminal: 1, text: 'ip a\r' }, atPrompt: true },
  { timeNs: 3_200_000_000, action: { do: 'resize', terminal: 1, columns: 60, rows: 20 } },
  { timeNs: 3_300_000_000, action: { do: 'close', terminal: 1 } },
  { timeNs: 3_400_000_000, action: { do: 'edit', edit: { do: 'make-directory', root: 'host1', path: '/root/lib' } } },
  { timeNs: 3_400_000_000, action: { do: 'edit', edit: { do: 'write', root: 'host1', path: '/root/lib/a.sh', text: 'echo "a"\n' } } },
  { timeNs: 3_500_000_000, action: { do: 'edit', edit: { do: 'rename', root: 'host1', path: '/root/lib/a.sh', to: '/root/a.sh' } } },
  { timeNs: 3_600_000_000, action: { do: 'edit', edit: { do: 'remove', root: 'host1', path: '/root/lib' } } },
];

function storageOf(kept: Map<string, string>, limit = Number.POSITIVE_INFINITY): Storage {
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => {
      if (value.length > limit) throw new DOMException('full', 'QuotaExceededError');
      kept.set(key, value);
    },
    removeItem: (key: string) => kept.delete(key),
  } as unknown as Storage;
}

function storage(limit?: number) {
  const kept = new Map<string, string>();
  return { kept, storage: new LearnerStorage(() => storageOf(kept, limit)) };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('a log is the same after it was kept', () => {
  expect(decodeLog(encodeLog(log))).toEqual(log);
  expect(decodeLog('[[1,2,3,"x"]]')).toBeUndefined();
  expect(decodeLog('no log')).toBeUndefined();
});

test('what undo took back is forgotten', () => {
  const { storage: learner } = storage();
  const keeper = new LogKeeper(learner, 'a');
  keeper.splice(0, log);
  keeper.splice(1, log.slice(2, 3));
  keeper.flush();
  expect(new LogKeeper(learner, 'a').entries).toEqual([log[0], log[2]]);
});

test('a log that has grown too long is not kept, and says so', () => {
  const { storage: learner, kept } = storage();
  const keeper = new LogKeeper(learner, 'a');
  keeper.splice(0, log);
  vi.runAllTimers();
  expect(kept.has('vethlab.log.a')).toBe(true);
  keeper.splice(4, [{ timeNs: 4e9, action: { do: 'type', terminal: 1, text: 'x'.repeat(600_000) } }]);
  vi.runAllTimers();
  expect(keeper.tooLong).toBe(true);
  expect(kept.has('vethlab.log.a')).toBe(false);
});

test('a full storage keeps everything in memory and tells', () => {
  const { storage: learner } = storage(10);
  const told = vi.fn();
  learner.subscribe(told);
  learner.write('progress', 'much too long');
  expect(learner.read('progress')).toBe('much too long');
  expect(learner.trouble).toBe('full');
  expect(told).toHaveBeenCalledOnce();
});

test('a blocked storage keeps everything in memory and tells', () => {
  const learner = new LearnerStorage(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  learner.write('progress', 'some');
  expect(learner.read('progress')).toBe('some');
  expect(learner.trouble).toBe('blocked');
});

test('a history is the same after it was kept', () => {
  const life = { log, undone: [{ kept: 2, entries: log.slice(2) }] };
  for (const history of [{ undone: life.undone }, { undone: [], beforeReset: life }, { undone: [], afterReset: life }])
    expect(decodeHistory(encodeHistory(history))).toEqual(history);
  expect(decodeHistory('[[]')).toBeUndefined();
});

test('what another tab has written is not written over, and can be gone on from', () => {
  const { storage: here, kept } = storage();
  const first = new LogKeeper(here, 'a');
  first.splice(0, log.slice(0, 2));
  first.flush();
  const second = new LogKeeper(new LearnerStorage(() => storageOf(kept)), 'a');
  second.splice(2, log.slice(2, 4));
  second.setHistory({ undone: [{ kept: 4, entries: log.slice(4) }] });
  second.flush();
  expect([first.behind, second.behind]).toEqual([true, false]);
  first.splice(2, log.slice(7));
  first.flush();
  expect(new LogKeeper(here, 'a').entries).toEqual(log.slice(0, 4));
  first.read();
  expect([first.behind, first.entries, first.history]).toEqual([false, log.slice(0, 4), second.history]);
});
