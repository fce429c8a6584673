import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/engine/clock.ts';
import { type Answer, answerAt } from '../../../src/model/network/endpoint.ts';
import { ApiServerBench } from '../../support/api-server/api-server-bench.ts';

const LOSS = 100 * SECOND;

function seconds(times: readonly number[]): number[] {
  return times.map((time) => (time - LOSS) / SECOND);
}

describe('an API server that starts', () => {
  it('listens after its start-up and serves when its caches are full', () => {
    const bench = new ApiServerBench();
    bench.at(LOSS, (effects) => bench.servers[0]!.kill(effects));
    bench.run();
    const [started] = bench.times('api0', 'is started');
    expect(bench.times('api0', 'initialising')).toEqual([started! + 4 * SECOND]);
    expect(bench.times('api0', 'serving')).toEqual([started! + 6 * SECOND]);
  });

  it('exits after 20 s while no etcd member lets it in', () => {
    const bench = new ApiServerBench({ horizon: 140 * SECOND });
    bench.at(LOSS, (effects) => {
      bench.etcd.setReach(0, 'refuses', effects);
      bench.servers[0]!.kill(effects);
    });
    bench.run();
    const [started] = bench.times('api0', 'is started');
    expect(bench.times('api0', 'has exited')).toEqual([LOSS, started! + 20 * SECOND]);
  });

  it('exits a minute after it listens without a quorum', () => {
    const bench = new ApiServerBench({ horizon: 180 * SECOND });
    bench.at(LOSS, (effects) => {
      bench.etcd.setQuorum(false, effects);
      bench.servers[0]!.kill(effects);
    });
    bench.run();
    const [started] = bench.times('api0', 'is started');
    expect(bench.times('api0', 'has exited')).toEqual([LOSS, started! + 64 * SECOND]);
  });

  it('goes on where it was if the quorum comes within that minute', () => {
    const bench = new ApiServerBench();
    bench.at(LOSS, (effects) => bench.servers[0]!.kill(effects));
    bench.loseQuorum(LOSS, 60 * SECOND);
    bench.run();
    expect(seconds(bench.times('api0', 'serving'))).toEqual([62]);
  });
});

describe('an API server that is told to stop', () => {
  it('is gone within a second or so', () => {
    const bench = new ApiServerBench({ horizon: 101.5 * SECOND });
    bench.at(LOSS, (effects) => bench.servers[0]!.terminate(effects));
    bench.run();
    expect(seconds(bench.times('api0', 'stopping'))).toEqual([0]);
    expect(seconds(bench.times('api0', 'draining'))).toEqual([0]);
    expect(seconds(bench.times('api0', 'has exited'))).toEqual([1]);
  });

  it('goes on serving, not ready, for the shutdown delay', () => {
    const bench = new ApiServerBench({
      horizon: 130 * SECOND,
      settings: { shutdownDelay: 15 * SECOND },
    });
    const answers: string[] = [];
    bench.at(LOSS, (effects) => bench.servers[0]!.terminate(effects));
    bench.at(LOSS + SECOND, () => {
      const { livez, readyz, granted } = bench.servers[0]!;
      answers.push(livez.answer.kind, readyz.answer.kind, `${granted.write}`);
    });
    bench.run();
    expect(answers).toEqual(['ok', 'error', '1']);
    expect(seconds(bench.times('api0', 'draining'))).toEqual([15]);
  });

  it('without etcd takes 20 s to deregister and up to a minute to drain', () => {
    const bench = new ApiServerBench({ horizon: 200 * SECOND });
    bench.at(LOSS, (effects) => {
      bench.etcd.setQuorum(false, effects);
      bench.servers[0]!.terminate(effects);
    });
    bench.run();
    expect(seconds(bench.times('api0', 'draining'))).toEqual([20]);
    expect(seconds(bench.times('api0', 'has exited'))[0]).toBe(80);
  });

  /** When it ceases to listen, with such a delay and etcd without a quorum for so long. */
  function drains(delay: number, lost: number): number[] {
    const bench = new ApiServerBench({
      horizon: 160 * SECOND,
      settings: { shutdownDelay: delay * SECOND },
    });
    bench.loseQuorum(LOSS, lost * SECOND);
    bench.at(LOSS, (effects) => bench.servers[0]!.terminate(effects));
    bench.run();
    return seconds(bench.times('api0', 'draining'));
  }

  it('deregisters while the delay goes by', () => {
    expect(drains(5, 300)).toEqual([20]);
    expect(drains(25, 300)).toEqual([25]);
    expect(drains(10, 15)).toEqual([15]);
    expect(drains(10, 4)).toEqual([10]);
  });

  it('does not wait for an etcd that takes no writes', () => {
    const bench = new ApiServerBench({ horizon: 130 * SECOND });
    bench.at(LOSS, (effects) => {
      bench.etcd.setFull(true, effects);
      bench.servers[0]!.terminate(effects);
    });
    bench.run();
    expect(seconds(bench.times('api0', 'draining'))).toEqual([0]);
  });
});

describe('what an API server grants and answers', () => {
  it('fails its checks after 2 s each while etcd has no quorum', () => {
    const bench = new ApiServerBench({ horizon: 110 * SECOND });
    bench.loseQuorum(LOSS, 60 * SECOND);
    bench.run();
    const { livez, healthz, readyz } = bench.servers[0]!;
    expect(livez.answer).toEqual({ kind: 'error', after: 2 * SECOND, waits: 2 * SECOND });
    expect(healthz.answer).toEqual({ kind: 'error', after: 2 * SECOND, waits: 2 * SECOND });
    expect(readyz.answer).toEqual({ kind: 'error', after: 4 * SECOND, waits: 2 * SECOND });
  });

  it('reads from its caches until 2 to 3 s and 30 s after the quorum was lost', () => {
    const ends = Array.from({ length: 40 }, (_, seed) => {
      const bench = new ApiServerBench({ seed: `${seed}`, horizon: 150 * SECOND });
      bench.loseQuorum(LOSS, 300 * SECOND);
      bench.run();
      expect(seconds(bench.times('api0', 'grants 0.00 0.00 1.00'))).toEqual([0]);
      return seconds(bench.times('api0', 'grants 0.00 0.00 0.00'))[0]!;
    });
    expect(Math.min(...ends)).toBeGreaterThan(32);
    expect(Math.min(...ends)).toBeLessThan(32.2);
    expect(Math.max(...ends)).toBeLessThan(33);
    expect(Math.max(...ends)).toBeGreaterThan(32.8);
  });

  it('reads from its caches for as long as its own member is down, until it is killed', () => {
    const bench = new ApiServerBench({ horizon: 220 * SECOND });
    bench.at(LOSS, (effects) => bench.etcd.setReach(0, 'refuses', effects));
    bench.run();
    // Killed 72 to 82 s later, it goes on for the 20 s in which it tries to deregister.
    const [end] = seconds(bench.times('api0', 'grants 0.00 0.00 0.00'));
    expect(end).toBeGreaterThan(92);
    expect(end).toBeLessThan(102);
    expect(bench.times('api1', 'is asked to stop')).toEqual([]);
  });

  it('grants reads and refuses writes at once while the database is over its quota', () => {
    const bench = new ApiServerBench({ stacked: false, horizon: 200 * SECOND });
    bench.at(LOSS, (effects) => bench.etcd.setFull(true, effects));
    bench.run();
    const { requests, healthz, granted } = bench.servers[0]!;
    expect(granted).toEqual({ write: 0, read: 1, cachedRead: 1 });
    expect(requests.answer).toEqual({ kind: 'error', after: 5_000 });
    expect(requests.reads.answer).toEqual({ kind: 'ok', after: 5_000 });
    expect(healthz.answer.kind).toBe('ok');
  });

  it('hangs while frozen, refuses while down', () => {
    const bench = new ApiServerBench({ horizon: 200 * SECOND });
    const [server] = bench.servers;
    const seen: string[] = [];
    const look = () => seen.push(`${server!.healthz.answer.kind} ${server!.granted.cachedRead}`);
    bench.at(LOSS, (effects) => server!.freeze(effects));
    bench.at(LOSS + 1, look);
    bench.at(LOSS + 5, (effects) => server!.thaw(effects));
    bench.at(LOSS + 6, look);
    bench.at(LOSS + 7, (effects) => server!.kill(effects));
    bench.at(LOSS + 8, look);
    bench.run();
    expect(seen).toEqual(['hang 0', 'ok 1', 'refusal 0']);
  });

  it('ends on SIGKILL 30 s after a SIGTERM that it could not take while frozen', () => {
    const bench = new ApiServerBench({ horizon: 300 * SECOND });
    bench.at(LOSS, (effects) => bench.servers[0]!.freeze(effects));
    bench.run();
    const [asked] = bench.times('api0', 'is asked to stop');
    const [killed] = bench.times('api0', 'is killed');
    expect((asked! - LOSS) / SECOND).toBeGreaterThan(120);
    expect((asked! - LOSS) / SECOND).toBeLessThan(130);
    expect(killed! - asked!).toBe(30 * SECOND);
    expect(bench.times('api0', 'serving').length).toBe(1);
  });
});

describe('an API server that takes turns, one member of three without a quorum', () => {
  const SEEN = 3_000;

  function cutOff(stacked: boolean): ApiServerBench {
    const bench = new ApiServerBench({ stacked, horizon: 150 * SECOND });
    bench.at(LOSS, (effects) => bench.etcd.setCutOff(2, true, effects));
    bench.run();
    return bench;
  }

  /** The share of questions at different times that get such an answer. */
  function share(answer: Answer, isSuch: (met: Answer) => boolean): number {
    const times = Array.from({ length: SEEN }, (_, index) => LOSS + index * 91_009);
    return times.filter((time) => isSuch(answerAt(answer, time))).length / SEEN;
  }

  it('fails a third of the checks sent, and hangs with a third of requests', () => {
    const { healthz, readyz, requests, granted } = cutOff(false).servers[0]!;
    expect(granted).toMatchObject({ write: 2 / 3, read: 2 / 3 });
    const fails = ({ kind, after, waits }: Answer) =>
      kind === 'error' && after === 2 * SECOND && waits === 2 * SECOND;
    // A quarter of questions have their check sent; the others are told of a better one.
    expect(share(healthz.answer, fails)).toBeCloseTo(1 / 12, 2);
    expect(share(readyz.answer, ({ kind }) => kind === 'ok')).toBeCloseTo((11 / 12) ** 2, 1);
    const hangs = ({ kind }: Answer) => kind === 'hang';
    expect(share(requests.answer, hangs)).toBeCloseTo(1 / 3, 1);
    expect(share(requests.reads.answer, hangs)).toBeCloseTo(1 / 3, 1);
  });

  it('has its turns apart from those of others, and of its reads and writes', () => {
    const [one, other] = cutOff(false).servers;
    const kinds = (answer: Answer) =>
      Array.from({ length: 100 }, (_, index) => answerAt(answer, LOSS + index).kind).join();
    expect(kinds(one!.requests.answer)).not.toBe(kinds(other!.requests.answer));
    expect(kinds(one!.requests.answer)).not.toBe(kinds(one!.requests.reads.answer));
  });

  it('is settled again when the member is back', () => {
    const bench = new ApiServerBench({ stacked: false, horizon: 200 * SECOND });
    bench.at(LOSS, (effects) => bench.etcd.setCutOff(2, true, effects));
    bench.at(LOSS + 60 * SECOND, (effects) => bench.etcd.setCutOff(2, false, effects));
    bench.run();
    expect(bench.servers[0]!.healthz.answer).toEqual({ kind: 'ok', after: 5_000 });
  });

  it('is no matter of chance where it speaks to one member only', () => {
    const { servers } = cutOff(true);
    expect(servers[0]!.healthz.answer).toEqual({ kind: 'ok', after: 5_000 });
    expect(servers[2]!.requests.answer).toEqual({ kind: 'hang', after: 0 });
  });
});
