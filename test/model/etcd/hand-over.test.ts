/** When a member that was asked to stop looks whether its successor leads, and when it exits. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { HandOver } from '../../../src/model/etcd/hand-over.ts';
import { NOBODY } from '../../../src/model/etcd/raft/message.ts';
import { RaftCore } from '../../../src/model/etcd/raft/raft-core.ts';
import { BENCH_SETTINGS } from '../../support/etcd/etcd-bench.ts';
import { RecordedEffects } from '../../support/recorded-effects.ts';

const INTERVAL = 100 * MILLISECOND;
const LIMIT = 7 * SECOND;

/** A leader that may hand over, and the deaths it has died. */
function scene() {
  const core = new RaftCore(0, { voters: [0, 1, 2], learners: [] }, BENCH_SETTINGS, {
    draw: () => 0,
  });
  core.becomeFollower(1, NOBODY);
  core.becomeLeader();
  const deaths: number[] = [];
  const effects = new RecordedEffects();
  const member = {
    core,
    loop: { isRunning: true, isPaused: false, isWriting: false, isStuck: () => false },
    dies: () => deaths.push(effects.now),
  };
  const handOver = new HandOver(member, INTERVAL, LIMIT);
  /** All that was asked for comes in time, up to and with `end`. */
  const runTo = (end: number) => {
    for (const event of effects.ends.splice(0)) handOver.step(event, effects);
    for (;;) {
      for (const last of effects.ends.splice(0)) handOver.step(last, effects);
      const due = effects.asked.filter(({ time }) => time <= end);
      const [next] = due.sort((one, other) => one.time - other.time);
      if (next === undefined) break;
      effects.asked.splice(effects.asked.indexOf(next), 1);
      effects.now = next.time;
      handOver.step(next.event, effects);
    }
    effects.now = end;
  };
  return { core, member, deaths, effects, handOver, runTo };
}

describe('a hand-over', () => {
  it('is looked at each heartbeat interval and ends when the successor leads', () => {
    const { core, deaths, effects, handOver, runTo } = scene();
    handOver.begin(1, effects);
    runTo(230 * MILLISECOND);
    core.becomeFollower(2, 1);
    runTo(SECOND);
    expect(deaths[0]).toBe(300 * MILLISECOND);
  });

  it('is not looked at by what an earlier one asked for', () => {
    const { core, deaths, effects, handOver, runTo } = scene();
    handOver.begin(1, effects);
    runTo(30 * MILLISECOND);
    // Killed, started again and asked to stop again, all within the interval.
    handOver.end();
    handOver.begin(2, effects);
    core.becomeFollower(2, 2);
    runTo(100 * MILLISECOND);
    expect(deaths).toEqual([]);
    runTo(130 * MILLISECOND);
    expect(deaths).toEqual([130 * MILLISECOND]);
  });

  it('waits at its end for a disk that has not returned, as one does that follows', () => {
    const { member, deaths, effects, handOver, runTo } = scene();
    member.loop.isWriting = true;
    handOver.begin(undefined, effects);
    runTo(20 * SECOND);
    expect(deaths).toEqual([]);
    // One fsync has returned, and the next is under way.
    handOver.hasWritten(effects);
    expect(deaths).toEqual([]);
    member.loop.isWriting = false;
    handOver.hasWritten(effects);
    expect(deaths).toEqual([20 * SECOND]);
  });

  it('does not keep SIGKILL from ending it, unless its disk does', () => {
    const { member, deaths, effects, handOver } = scene();
    expect(handOver.sigkill(0)).toBe(true);
    member.loop.isStuck = () => true;
    expect(handOver.sigkill(0)).toBe(false);
    member.loop.isPaused = true;
    expect(deaths).toEqual([]);
    handOver.hasWritten(effects);
    expect(deaths).toEqual([0]);
  });

  it('goes on in its steps after a freeze, and at once where a step fell into it', () => {
    const { core, member, deaths, effects, handOver, runTo } = scene();
    handOver.begin(1, effects);
    runTo(30 * MILLISECOND);
    member.loop.isPaused = true;
    runTo(50 * MILLISECOND);
    member.loop.isPaused = false;
    core.becomeFollower(2, 1);
    handOver.thawed(effects);
    expect(deaths).toEqual([]);
    member.loop.isPaused = true;
    runTo(150 * MILLISECOND);
    expect(deaths).toEqual([]);
    member.loop.isPaused = false;
    handOver.thawed(effects);
    expect(deaths).toEqual([150 * MILLISECOND]);
  });
});
