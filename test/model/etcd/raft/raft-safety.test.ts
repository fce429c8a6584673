/** What must hold whatever befalls the members, as properties over random faults. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../../src/engine/clock.ts';
import { draws } from '../../../support/draws.ts';
import { EtcdBench } from '../../../support/etcd/etcd-bench.ts';
import { LogWitness } from '../../../support/etcd/log-witness.ts';

const fault = fc.record({
  kind: fc.constantFrom(
    'kill',
    'kill leader',
    'restart',
    'restart',
    'pause',
    'pause leader',
    'resume',
    'resume',
    'stall',
    'stall leader',
    'cut one way',
    'cut both ways',
    'isolate leader',
    'heal all',
  ),
  member: fc.nat(4),
  other: fc.nat(4),
  /** Until the next fault. */
  wait: fc.oneof(fc.integer({ min: 5, max: 200 }), fc.integer({ min: 200, max: 3_000 })),
});

type Fault = typeof fault extends fc.Arbitrary<infer T> ? T : never;

class Tormentor {
  private readonly bench: EtcdBench;
  private readonly size: number;
  private readonly cuts = new Map<string, readonly [number, number]>();

  constructor(bench: EtcdBench) {
    this.bench = bench;
    this.size = bench.cluster.members.length;
  }

  inflict({ kind, member, other }: Fault): void {
    const { bench } = this;
    const leader = bench.leader?.core.id ?? 0;
    const first = kind.endsWith('leader') ? leader : member % this.size;
    const second = other % this.size;
    const { isRunning, isPaused } = bench.cluster.members[first]!;
    if (kind.startsWith('kill') && isRunning) bench.kill(first);
    else if (kind === 'restart' && !isRunning) bench.restart(first);
    else if (kind.startsWith('pause') && isRunning && !isPaused) bench.pause(first);
    else if (kind === 'resume' && isPaused) bench.resume(first);
    else if (kind.startsWith('stall')) bench.stall(first, (1 + other) * 700 * MILLISECOND);
    else if (kind.startsWith('cut')) this.cut(first, second, kind === 'cut both ways');
    else if (kind === 'isolate leader') {
      for (let peer = 0; peer < this.size; peer++) this.cut(leader, peer, true);
    } else if (kind === 'heal all') this.healAll();
  }

  /** Everybody is back and hears everybody. */
  relent(): void {
    this.healAll();
    this.bench.cluster.members.forEach(({ isRunning, isPaused }, id) => {
      if (!isRunning) this.bench.restart(id);
      else if (isPaused) this.bench.resume(id);
    });
  }

  private cut(from: number, to: number, both: boolean): void {
    if (from === to) return;
    if (!this.cuts.has(`${from} ${to}`)) {
      this.cuts.set(`${from} ${to}`, [from, to]);
      this.bench.cut(from, to);
    }
    if (both) this.cut(to, from, false);
  }

  private healAll(): void {
    for (const [from, to] of this.cuts.values()) this.bench.heal(from, to);
    this.cuts.clear();
  }
}

/** Every member that takes itself for the leader is written to, so that logs part. */
function writeAtLeaders(bench: EtcdBench): void {
  for (const { core, isRunning } of bench.cluster.members) {
    if (isRunning && core.role === 'leader') bench.put(core.id, SECOND, () => {});
  }
  bench.after(20 * MILLISECOND, () => writeAtLeaders(bench));
}

const cases = fc.record({
  members: fc.constantFrom(3, 3, 5),
  preVote: fc.boolean(),
  replication: fc.nat(1_000_000),
  latency: fc.constantFrom(60, 2 * MILLISECOND, 25 * MILLISECOND),
  faults: fc.array(fault, { minLength: 8, maxLength: 40, size: 'max' }),
});

const RUNS = draws(30, 120);

describe('safety under random faults', () => {
  it('one leader a term, committed positions stay and are held by a majority', () => {
    let positions = 0;
    let leaders = 0;
    fc.assert(
      fc.property(cases, ({ members, preVote, replication, latency, faults }) => {
        const way = { base: latency, jitter: latency };
        const bench = new EtcdBench({ members, preVote, latency: () => way }, replication);
        const witness = new LogWitness(bench);
        const tormentor = new Tormentor(bench);
        writeAtLeaders(bench);
        bench.run(3 * SECOND);
        for (const each of faults) {
          tormentor.inflict(each);
          bench.run(each.wait * MILLISECOND);
          witness.check();
        }
        tormentor.relent();
        bench.run(20 * SECOND);
        witness.check();
        const before = witness.positions;
        bench.run(SECOND);
        witness.check();
        expect(witness.positions, 'writes go on in the end').toBeGreaterThan(before + 20);
        positions += before;
        leaders += witness.leaders;
      }),
      { numRuns: RUNS, seed: 20_261_123 },
    );
    expect(positions, 'there was something to lose').toBeGreaterThan(400 * RUNS);
    expect(leaders, 'and leadership moved').toBeGreaterThan(2.5 * RUNS);
  });
});
