import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/engine/clock.ts';
import { ApiServerBench } from '../../support/api-server/api-server-bench.ts';

const LOSS = 100 * SECOND;
const SEEDS = Array.from({ length: 30 }, (_, seed) => `${seed}`);
const SERVERS = ['api0', 'api1', 'api2'];

function lossOf(duration: number, seed: string): ApiServerBench {
  const bench = new ApiServerBench({ seed, horizon: LOSS + (duration + 1_200) * SECOND });
  bench.loseQuorum(LOSS, duration * SECOND);
  bench.run();
  return bench;
}

/** Seconds after the loss at which a server came to a state. */
function seconds(bench: ApiServerBench, server: string, state: string): number[] {
  return bench.times(server, state).map((time) => (time - LOSS) / SECOND);
}

describe('three stacked API servers whose etcd has no quorum for 30 s', () => {
  it('grant nothing but cached reads, and nobody is killed', () => {
    for (const seed of SEEDS) {
      const bench = lossOf(30, seed);
      for (const server of SERVERS) {
        expect(seconds(bench, server, 'is asked to stop')).toEqual([]);
        expect(seconds(bench, server, 'grants 0.00 0.00 1.00')).toEqual([0]);
        expect(seconds(bench, server, 'grants 1.00 1.00 1.00')).toEqual([30]);
        expect(seconds(bench, server, 'not ready')[0]).toBeGreaterThan(12);
        expect(seconds(bench, server, 'not ready')[0]).toBeLessThan(13.1);
      }
    }
  });
});

describe('the same for 5 minutes', () => {
  const stories = SEEDS.map((seed) => lossOf(300, seed));
  const each = (check: (bench: ApiServerBench, server: string) => void) => {
    for (const bench of stories) for (const server of SERVERS) check(bench, server);
  };

  it('are all asked to stop 72 to 82 s after the loss', () => {
    const asked = stories.flatMap((bench) =>
      SERVERS.map((server) => seconds(bench, server, 'is asked to stop')[0]!),
    );
    expect(Math.min(...asked)).toBeGreaterThanOrEqual(72);
    expect(Math.max(...asked)).toBeLessThanOrEqual(82);
    expect(Math.max(...asked) - Math.min(...asked)).toBeGreaterThan(9);
  });

  it('do not get to exit by themselves: SIGKILL after 30 s, then started at once', () => {
    each((bench, server) => {
      const [asked] = seconds(bench, server, 'is asked to stop');
      expect(seconds(bench, server, 'is killed')).toEqual([asked! + 30]);
      expect(seconds(bench, server, 'is started')[0]).toBe(asked! + 30);
    });
  });

  it('exit 64 s after each start, and wait 0 to 1, then 10 to 15 s', () => {
    each((bench, server) => {
      const starts = seconds(bench, server, 'is started');
      const exits = seconds(bench, server, 'has exited').slice(1);
      exits.forEach((exit, index) => {
        expect(exit).toBeCloseTo(starts[index]! + 64, 4);
      });
      expect(exits.length).toBeGreaterThanOrEqual(2);
      expect(starts[1]! - exits[0]!).toBeLessThan(1);
      expect(starts[2]! - exits[1]!).toBeGreaterThanOrEqual(10);
      expect(starts[2]! - exits[1]!).toBeLessThanOrEqual(15);
    });
  });

  it('serve again within seconds if they run then, or else after what is left of the wait', () => {
    each((bench, server) => {
      const [serves] = seconds(bench, server, 'serving');
      const starts = seconds(bench, server, 'is started');
      const last = starts.at(-1)!;
      // Caches take 2 s from then, or the start 4 s and these 2 s.
      expect(serves).toBeCloseTo(Math.max(302, last + 6), 4);
    });
  });
});

describe('the same for an hour and more', () => {
  it('makes each wait up to 300 s and more after the quorum is back', () => {
    // The returns lie spread over a cycle of a life of 64 s and a wait of 300 to 330 s.
    const delays = Array.from({ length: 25 }, (_, index) => 3_600 + 15 * index).flatMap((lasts) => {
      const bench = lossOf(lasts, `${lasts}`);
      return SERVERS.map((server) => seconds(bench, server, 'serving')[0]! - lasts);
    });
    const mean = delays.reduce((sum, delay) => sum + delay, 0) / delays.length;
    expect(Math.max(...delays)).toBeLessThan(300 + 30 + 6);
    expect(Math.max(...delays)).toBeGreaterThan(250);
    expect(Math.min(...delays)).toBeLessThan(7);
    // A uniform return meets a wait of W in a cycle of 64 + W: W^2 / 2 / (64 + W), 125 to 138 s.
    expect(mean).toBeGreaterThan(100);
    expect(mean).toBeLessThan(170);
  });
});
