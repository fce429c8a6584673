import { describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '../../../src/engine/clock.ts';
import { ClusterAsSeen } from '../../../src/model/api-server/api-server-etcd.ts';
import { levelsOf } from '../../../src/model/etcd/cluster-levels.ts';
import { EtcdBench } from '../../support/etcd/etcd-bench.ts';

/** A cluster that has run for a while, as an API server sees it; cut off from `unreachable`. */
function scene(replication: number) {
  const bench = new EtcdBench({}, replication);
  const unreachable = new Set<number>();
  const view = new ClusterAsSeen(bench.cluster, {
    isPassable: (member) => !unreachable.has(member),
    isHindered: () => false,
    path: () => undefined,
  });
  let changes = 0;
  view.watch({ etcdChanged: () => changes++ });
  bench.run(20 * SECOND);
  view.restart(bench.now);
  const leader = bench.leader!.core.id;
  const followers = [0, 1, 2].filter((id) => id !== leader);
  const look = () => {
    view.look(bench.simulation, levelsOf(bench.cluster, bench.now));
    return [0, 1, 2].map((id) => {
      const grants = [view.grants(id, 'write'), view.grants(id, 'linearizableRead')];
      return `${view.reach(id)} ${grants.join(' ')}`;
    });
  };
  return { bench, view, unreachable, leader, followers, look, changes: () => changes };
}

const ALL = 'answers true true';

describe('an etcd cluster as an API server sees it', () => {
  it('grants all at all members while it is well, and says nothing new', () => {
    const { look, changes, bench } = scene(0);
    expect(look()).toEqual([ALL, ALL, ALL]);
    bench.run(MINUTE);
    expect(look()).toEqual([ALL, ALL, ALL]);
    expect(changes()).toBe(0);
  });

  it('refuses where a member is dead, and grants all elsewhere', () => {
    const { bench, followers, look, changes } = scene(1);
    bench.kill(followers[0]!);
    const seen = look();
    expect(seen[followers[0]!]).toBe('refuses false false');
    expect(seen.filter((each) => each === ALL)).toHaveLength(2);
    expect(changes()).toBe(1);
  });

  it('takes packets in where a member is frozen', () => {
    const { bench, followers, look } = scene(2);
    bench.pause(followers[1]!);
    expect(look()[followers[1]!]).toBe('frozen false false');
  });

  it('grants nothing between the death of a leader and the next one', () => {
    const { bench, leader, followers, look } = scene(3);
    bench.kill(leader);
    expect(look()[followers[0]!]).toBe('answers false false');
    expect(bench.runUntil(() => bench.leader !== undefined, MINUTE)).toBe(true);
    bench.run(SECOND);
    expect(followers.map((id) => look()[id])).toEqual([ALL, ALL]);
  });

  it('grants nothing fresh, and knows no leader, where one member is left', () => {
    const { bench, view, leader, followers, look } = scene(4);
    bench.kill(leader);
    bench.kill(followers[0]!);
    bench.run(5 * SECOND);
    expect(look()[followers[1]!]).toBe('answers false false');
    expect(view.knowsLeader(followers[1]!)).toBe(false);
    expect(view.grants(followers[1]!, 'serializableRead')).toBe(true);
  });

  it('grants nothing at a member that is cut off from the others', () => {
    const { bench, followers, look } = scene(5);
    const [lonely] = followers;
    for (const other of [0, 1, 2].filter((id) => id !== lonely)) {
      bench.cut(lonely!, other);
      bench.cut(other, lonely!);
    }
    bench.run(10 * SECOND);
    const seen = look();
    expect(seen[lonely!]).toBe('answers false false');
    expect(seen.filter((each) => each === ALL)).toHaveLength(2);
  });

  it('is silent where no packets pass', () => {
    const { unreachable, followers, look } = scene(6);
    unreachable.add(followers[0]!);
    expect(look()[followers[0]!]).toBe('silent false false');
  });

  it('answers nobody at a member that starts without a quorum', () => {
    const { bench, leader, followers, look } = scene(7);
    bench.kill(leader);
    bench.kill(followers[0]!);
    bench.kill(followers[1]!);
    bench.run(5 * SECOND);
    bench.restart(leader);
    bench.run(5 * SECOND);
    expect(look()[leader]).toBe('frozen false false');
  });
});
