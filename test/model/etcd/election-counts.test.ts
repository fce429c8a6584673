/** How elections, changes of leader and split rounds are counted. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/engine/clock.ts';
import { demand, isolate, led, rejoin, type Scene } from '../../support/etcd/etcd-scenes.ts';
import { storyOf } from '../../support/etcd/etcd-stories.ts';

function counts({ bench }: Scene) {
  return { ...bench.cluster.chronicle.counts };
}

describe('the first leader', () => {
  it('is no election of the replication, whether elected or founded', () => {
    const scene = led();
    expect(counts(scene)).toMatchObject({ elections: 0, leaderChanges: 0 });
    const story = storyOf({ horizon: '1 min', topology: { controlPlanes: 3 }, etcd: {} });
    expect(story.happenings.filter(({ state }) => state.startsWith('leads,')).length).toBe(1);
  });
});

describe('an election', () => {
  it('counts when another leads, and as a change of leader', () => {
    const scene = led({ preVote: true });
    scene.bench.kill(scene.leader.core.id);
    scene.bench.run(6 * SECOND);
    expect(counts(scene)).toEqual({ elections: 1, leaderChanges: 1, splitRounds: 0 });
  });

  it('that the same member wins again is no change of leader', () => {
    // Only it can win: the others are frozen while it steps down.
    const scene = led({ preVote: false }, 1);
    const { bench, leader, followers } = scene;
    for (const { core } of followers) bench.pause(core.id);
    demand(
      bench.runUntil(() => leader.core.role === 'candidate', 6 * SECOND),
      'a candidate',
    );
    for (const { core } of followers) bench.resume(core.id);
    demand(
      bench.runUntil(() => bench.leader !== undefined, 20 * SECOND),
      'a leader',
    );
    const known = bench.leader === leader ? 0 : 1;
    expect(counts(scene)).toMatchObject({ elections: 1, leaderChanges: known });
  });

  it('does not count in vain: nobody wins without a majority', () => {
    const scene = led();
    for (const { core } of scene.followers) scene.bench.kill(core.id);
    scene.bench.run(30 * SECOND);
    expect(counts(scene)).toEqual({ elections: 0, leaderChanges: 0, splitRounds: 0 });
  });
});

describe('a split round', () => {
  it('is a term in which rivals met and nobody won: as many as terms were skipped', () => {
    let splits = 0;
    let skipped = 0;
    let clean = 0;
    for (let replication = 0; replication < 400; replication++) {
      const scene = led({ preVote: false }, replication);
      const { term } = scene.leader.core;
      scene.bench.kill(scene.leader.core.id);
      demand(
        scene.bench.runUntil(() => scene.bench.leader !== undefined, 60 * SECOND),
        'a leader',
      );
      const more = scene.bench.leader!.core.term - term - 1;
      const { splitRounds } = counts(scene);
      // A campaign that nobody answers skips a term too, without a rival.
      expect(splitRounds).toBeLessThanOrEqual(more);
      splits += splitRounds;
      skipped += more;
      if (more === 0) clean++;
    }
    expect(clean).toBeGreaterThan(300);
    expect(splits).toBeGreaterThan(20);
    expect(splits).toBeGreaterThan(0.7 * skipped);
  });

  it('is none where a member campaigns alone', () => {
    const scene = led({ preVote: false });
    const { bench, followers } = scene;
    isolate(bench, followers[0]!.core.id);
    bench.run(30 * SECOND);
    expect(followers[0]!.core.term).toBeGreaterThan(10);
    expect(counts(scene)).toEqual({ elections: 0, leaderChanges: 0, splitRounds: 0 });
    rejoin(bench, followers[0]!.core.id);
    bench.run(15 * SECOND);
    expect(counts(scene).elections).toBeGreaterThanOrEqual(1);
  });
});
