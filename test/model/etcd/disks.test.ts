/**
 * Disks under members: slow, stalled, broken and full, with the kubelet that starts again what has
 * exited, and reads that share the disk of the log or not.
 */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { demand, led, read, secondsToNextLeader, Writer } from '../../support/etcd/etcd-scenes.ts';
import { storyOf } from '../../support/etcd/etcd-stories.ts';
import { quantile, replications } from '../../support/statistics/samples.ts';

describe("a stall of the leader's disk", () => {
  it.each([
    [0.5, 0],
    [0.75, 0],
    [1.4, 0.5],
    [2.5, 1],
  ])('of %f s under writes moves leadership with chance %f', (seconds, chance) => {
    const moved = replications(60, (replication) => {
      const { bench, leader, witness } = led({}, replication);
      new Writer(bench);
      bench.run(300 * MILLISECOND);
      bench.stall(leader.core.id, seconds * SECOND);
      bench.run(seconds * SECOND + 2 * SECOND);
      witness.check();
      return bench.leader === leader ? 0 : 1;
    });
    const share = moved.reduce((sum, one) => sum + one, 0) / moved.length;
    if (chance === 0 || chance === 1) expect(share).toBe(chance);
    else expect(Math.abs(share - chance)).toBeLessThan(0.45);
  });

  it('moves it 0.8 to 1.9 s after its last heartbeat, when nobody else is in the way', () => {
    const times = replications(300, (replication) => {
      const { bench, leader } = led({}, replication);
      new Writer(bench);
      bench.run(300 * MILLISECOND);
      bench.stall(leader.core.id, 30 * SECOND);
      return secondsToNextLeader({ bench }, leader);
    });
    expect(times[0]).toBeGreaterThan(0.8);
    expect(times.at(-1)).toBeLessThan(2.1);
    // The first of two time-outs of 1 to 2 s, less half a heartbeat: 1 + 0.29 - 0.05 s.
    expect(Math.abs(quantile(times, 0.5) - 1.24)).toBeLessThan(0.07);
  });

  it('keeps the clock of its quorum too: it does not step down by itself', () => {
    const { bench, leader, followers } = led();
    for (const { core } of followers) bench.pause(core.id);
    bench.stall(leader.core.id, 10 * SECOND);
    bench.put(leader.core.id, SECOND, () => {});
    bench.run(9 * SECOND);
    expect(leader.core.role).toBe('leader');
    bench.run(3.2 * SECOND);
    expect(leader.core.role).not.toBe('leader');
  });
});

describe('an idle leader on a dead disk', () => {
  it('keeps leading until somebody writes', () => {
    const { bench, leader } = led();
    bench.cluster.holdDisk(leader.core.id, bench.simulation);
    bench.run(60 * SECOND);
    expect(bench.leader).toBe(leader);
    expect(read(bench, leader, 'serializable').succeeded).toBe(true);
    const linearizable = read(bench, leader, 'linearizable');
    bench.run(SECOND);
    expect(linearizable.succeeded).toBe(true);
    bench.put(leader.core.id, SECOND, () => {});
    expect(secondsToNextLeader({ bench }, leader)).toBeLessThan(2.5);
    // It still believes, as far as its own server knows; in memory its Raft has stepped down.
    bench.run(SECOND);
    expect(leader.core.role).toBe('follower');
    expect(leader.applied).toBeLessThan(bench.leader!.applied);
    bench.cluster.releaseDisk(leader.core.id, bench.simulation);
    bench.run(SECOND);
    expect(leader.applied).toBe(bench.leader!.applied);
  });
});

describe("a follower's stalled disk", () => {
  it('stops its own campaigns: its clock is frozen too', () => {
    const { bench, leader, followers } = led();
    const [stalled, other] = followers;
    bench.stall(stalled!.core.id, 30 * SECOND);
    bench.put(leader.core.id, SECOND, () => {});
    bench.run(100 * MILLISECOND);
    bench.kill(leader.core.id);
    bench.kill(other!.core.id);
    bench.campaigns.length = 0;
    bench.run(20 * SECOND);
    expect(bench.campaigns).toEqual([]);
  });

  it('answers what came meanwhile in one burst at the end', () => {
    const { bench, leader, followers, witness } = led();
    const writer = new Writer(bench);
    bench.stall(followers[0]!.core.id, 4 * SECOND);
    bench.run(3.9 * SECOND);
    const behind = leader.applied - followers[0]!.applied;
    expect(behind).toBeGreaterThan(150);
    bench.run(200 * MILLISECOND);
    expect(leader.applied - followers[0]!.applied).toBeLessThan(5);
    expect(writer.longestGap(0)).toBeLessThan(5 * SECOND);
    witness.check();
  });
});

describe('slow disks', () => {
  it('of a minority cost nothing, of a majority their length', () => {
    for (const [slow, least, most] of [
      [1, 0, 20],
      [2, 200, 230],
    ] as const) {
      const { bench, followers, leader } = led({}, 5);
      const spell = { factor: 1, added: 200 * MILLISECOND };
      for (const { core } of followers.slice(0, slow)) {
        bench.cluster.slowDisk(core.id, spell, bench.simulation);
      }
      const begun = bench.now;
      let took = 0;
      bench.put(leader.core.id, SECOND, () => {
        took = bench.now - begun;
      });
      demand(
        bench.runUntil(() => took > 0, SECOND),
        'an answer',
      );
      expect(took / MILLISECOND).toBeGreaterThan(least);
      expect(took / MILLISECOND).toBeLessThan(most);
    }
  });
});

describe('a disk that fails writes', () => {
  const common = {
    horizon: '30 min',
    topology: { controlPlanes: 3 },
    etcd: { version: 3.5, writes: '20 / second' },
  };

  it("ends the process at its next write, and the kubelet's back-off decides its return", () => {
    const story = storyOf({
      ...common,
      events: [{ name: 'full', at: '1 min', fillDisk: 'cp1', for: '95 s' }],
    });
    const exits = story.times('cp1', 'etcd has exited').map((time) => time - 60);
    // At once, again at the immediate restart, then after 10, 20 and 40 s more.
    const known = [0, 0, 10, 30, 70];
    expect(exits.length).toBe(known.length);
    exits.forEach((exit, place) => {
      expect(Math.abs(exit - known[place]!)).toBeLessThan(3);
    });
    // The disk is whole at 95 s; the next restart comes 80 s after the last exit.
    const [back, ...more] = story.times('cp1', 'serves clients');
    expect(more).toEqual([]);
    expect(back! - 60).toBeGreaterThan(150);
    expect(back! - 60).toBeLessThan(165);
    expect(story.of('etcd.write').length).toBeLessThanOrEqual(1);
  });

  it('of an idle member is not noticed before the next write', () => {
    const { bench, leader } = led();
    bench.cluster.disk(leader.core.id, bench.simulation).fail();
    bench.run(60 * SECOND);
    expect(bench.leader).toBe(leader);
    bench.put(leader.core.id, SECOND, () => {});
    bench.run(MILLISECOND);
    expect(leader.isRunning).toBe(false);
  });

  it('of a majority is an outage until the last back-off is over', () => {
    const story = storyOf({
      ...common,
      events: [{ name: 'full', at: '1 min', fillDisk: ['cp1', 'cp2'], for: '60 s' }],
    });
    const [loss] = story.of('etcd.write');
    expect(loss!.length! / SECOND).toBeGreaterThan(60);
    // Exits at 0, 0, 10, 30 s: the next start comes 40 s after the last.
    expect(loss!.length! / SECOND).toBeLessThan(75);
  });
});
