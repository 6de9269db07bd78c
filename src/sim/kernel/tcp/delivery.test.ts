import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Random } from '../../base/random.ts';
import { isError } from '../../base/result.ts';
import { drain, type Fate, pattern, TestWire } from './test-wire.ts';

/** A way that loses, repeats and delays by chance; nothing happens to the first segments when `calm`. */
function fates(seed: string, loss: number, repeat: number, reorder: number): (count: number) => Fate {
  const random = new Random(seed);
  return () => {
    if (random.float() < loss) return 'lost';
    const delay = random.float() < reorder ? random.int(30) : 1;
    return random.float() < repeat ? [delay, delay + random.int(20)] : [delay];
  };
}

it('delivers every byte once and in order, whatever is lost, repeated or overtaken, and then closes', () => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.string({ minLength: 1, maxLength: 6 }),
        loss: fc.constantFrom(0, 0.02, 0.1, 0.25),
        repeat: fc.constantFrom(0, 0.05, 0.3),
        reorder: fc.constantFrom(0, 0.1, 0.5),
        up: fc.integer({ min: 0, max: 120_000 }),
        down: fc.integer({ min: 0, max: 60_000 }),
        sack: fc.boolean(),
        timestamps: fc.boolean(),
        scaling: fc.boolean(),
        slowReader: fc.boolean(),
      }),
      (c) => {
        const wire = new TestWire({ seed: c.seed });
        const { net } = wire;
        if (!c.sack) net.sysctl('a', 'net/ipv4/tcp_sack', '0');
        if (!c.timestamps) net.sysctl('a', 'net/ipv4/tcp_timestamps', '0');
        if (!c.scaling) net.sysctl('b', 'net/ipv4/tcp_window_scaling', '0');
        wire.impair('b', fates(`${c.seed}b`, c.loss, c.repeat, c.reorder));
        wire.impair('a', fates(`${c.seed}a`, c.loss, c.repeat, c.reorder));
        const listener = wire.listen();
        const client = wire.connect();
        const sent = [pattern(c.up, 'up'), pattern(c.down, 'down')] as const;
        const got: [number[], number[]] = [[], []];
        const written = [0, 0];
        const ended = [false, false];
        let server: ReturnType<typeof listener.accept> | undefined;
        for (let ms = 0; ms < 3_600_000 && !(ended[0] && ended[1]); ms += 10) {
          net.run(10);
          if (server === undefined || isError(server)) server = listener.accept();
          const ends = [client, isError(server) ? undefined : server];
          ends.forEach((end, i) => {
            if (!end?.poll().writable) return;
            const data = sent[i] as Uint8Array;
            const at = written[i] as number;
            if (at < data.length) {
              const n = end.send(data.subarray(at));
              if (!isError(n)) written[i] = at + n;
              else expect(n.errno).toBe('EAGAIN');
              if (written[i] === data.length) end.shutdown('write');
            } else if (data.length === 0 && at === 0) {
              written[i] = 1;
              end.shutdown('write');
            }
          });
          if (c.slowReader && ms % 500 !== 0) continue;
          ends.forEach((end, i) => {
            if (end?.poll().readable && !ended[i]) ended[i] = drain(end, got[1 - i] as number[]) === 'end';
          });
        }
        expect(ended).toEqual([true, true]);
        expect(Buffer.from(got[0]).equals(sent[0])).toBe(true);
        expect(Buffer.from(got[1]).equals(sent[1])).toBe(true);
        client.close();
        if (server && !isError(server)) server.close();
        listener.close();
        net.run(600_000);
        expect(net.clock.size).toBeLessThan(6);
      },
    ),
    { numRuns: 60, seed: 1 },
  );
}, 120_000);
