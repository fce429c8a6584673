/** What a leader commits must be on the disks of a majority, in every run. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import type { EtcdMember } from '../../../src/model/etcd/etcd-member.ts';
import type { EtcdBench } from '../../support/etcd/etcd-bench.ts';
import { demand, led } from '../../support/etcd/etcd-scenes.ts';

/** Breaks the member: it acknowledges what it has taken in and not yet written. */
function acknowledgeTooEarly({ loop, core }: EtcdMember, { cluster }: EtcdBench): void {
  const take = loop.take.bind(loop);
  loop.take = (message, effects) => {
    take(message, effects);
    const early = core.afterWrite.filter(({ type }) => type === 'appendAnswer');
    core.afterWrite = core.afterWrite.filter((answer) => !early.includes(answer));
    for (const answer of early) cluster.send(answer, effects);
  };
}

describe('a leader that commits', () => {
  it('is right to, however slow the disks are', () => {
    const { bench, leader, followers } = led();
    for (const { core } of followers) bench.stall(core.id, SECOND);
    let hasSucceeded = false;
    bench.put(leader.core.id, 5 * SECOND, (succeeded) => {
      hasSucceeded = succeeded;
    });
    bench.run(900 * MILLISECOND);
    expect(hasSucceeded).toBe(false);
    demand(
      bench.runUntil(() => hasSucceeded, SECOND),
      'a commit',
    );
  });

  it('is caught where followers acknowledged before their fsync', () => {
    const { bench, leader, followers } = led();
    for (const follower of followers) {
      acknowledgeTooEarly(follower, bench);
      bench.stall(follower.core.id, SECOND);
    }
    const { log, term } = leader.core;
    // Their answers come while the leader itself is still writing.
    bench.stall(leader.core.id, 500 * MILLISECOND);
    const said = `${log.last + 1} is committed in term ${term}, and on the disks of 0 of 3 voters`;
    bench.put(leader.core.id, 5 * SECOND, () => {});
    expect(() => bench.run(900 * MILLISECOND)).toThrow(said);
  });

  it('is not blamed for what a follower lost after it had acknowledged', () => {
    const { bench, leader, followers, witness } = led();
    // It is stricter than that.
    witness.retire(bench);
    const [one, other] = followers as [EtcdMember, EtcdMember];
    bench.kill(other.core.id);
    // The follower's answer is known while the leader's own disk is still busy.
    bench.stall(leader.core.id, 500 * MILLISECOND);
    bench.put(leader.core.id, 5 * SECOND, () => {});
    const { last } = leader.core.log;
    bench.run(100 * MILLISECOND);
    expect(leader.core.progress.get(one.core.id)).toMatchObject({ match: last });
    bench.cluster.loseData(one.core.id, bench.simulation);
    bench.run(SECOND);
    expect(leader.core.log.committed).toBeGreaterThanOrEqual(last);
    expect(one.core.log.last).toBe(0);
  });
});
