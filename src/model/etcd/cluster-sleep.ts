/**
 * A cluster in which nothing can change by itself sleeps: a leader whose heartbeats are answered,
 * members that are gone, members that campaign where nobody hears them, or a lost quorum. When
 * something is about to change it wakes with the state it would have had: what time alone changes
 * is computed, and the last moments are lived through again.
 */
import { type Duration, MILLISECOND, type Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import { Replay } from '../../engine/replay.ts';
import { isQuiet, type SleepingCluster } from './cluster-quiet.ts';
import type { EtcdMember } from './etcd-member.ts';

/**
 * What is lived through again: longer than any message or write is under way, with at least three
 * heartbeats of 100 ms and some writes in it, after which nothing older is remembered.
 */
const REPLAYED: Duration = 400 * MILLISECOND;

export class ClusterSleep {
  private readonly cluster: SleepingCluster;
  private since: Time | undefined = undefined;

  constructor(cluster: SleepingCluster) {
    this.cluster = cluster;
  }

  get isAsleep(): boolean {
    return this.since !== undefined;
  }

  restart(): void {
    this.since = undefined;
  }

  /** To be called after ticks: goes to sleep where nothing can change by itself. */
  trySleep(effects: Effects): void {
    if (effects.neverSleep || this.isAsleep || !isQuiet(this.cluster, effects.now)) return;
    this.since = effects.now;
    for (const member of this.cluster.members) if (member.isRunning) member.sleep();
    for (const channel of this.cluster.channels.flat()) channel.sleep();
    this.cluster.writes?.suspend();
  }

  /** To be called before anything changes. */
  wake(effects: Effects): void {
    if (this.since === undefined) return;
    const isShort = effects.now - this.since <= REPLAYED;
    const from = isShort ? this.since : effects.now - REPLAYED;
    if (!isShort) this.liveUntil(from);
    this.since = undefined;
    const replay = new Replay(from);
    for (const member of this.cluster.members) if (member.isRunning) member.wake(replay);
    this.cluster.writes?.wake(replay);
    for (const channel of this.cluster.channels.flat()) channel.wake(replay, isShort);
    replay.catchUp(effects);
  }

  /** Sets every member to what time alone has made of it. */
  private liveUntil(time: Time): void {
    const { leader, members, writes } = this.cluster;
    const written = leader === undefined ? 0 : (writes?.ticksBefore(time) ?? 0);
    for (const member of members) {
      if (!member.isRunning) continue;
      const ticks = member.ticksSleptBefore(time);
      if (member === leader) this.lead(member, ticks, written);
      else if (leader !== undefined && member.core.leader === leader.core.id) {
        member.core.electionElapsed = 0;
        member.core.log.advance(leader.core.term, written);
      } else {
        member.core.tickInVain(ticks);
      }
      member.settle();
    }
  }

  /** The leader checks its quorum each election time-out; in between all have answered. */
  private lead(leader: EtcdMember, ticks: number, written: number): void {
    const { core } = leader;
    const { electionTicks } = core.settings;
    const hasChecked = core.electionElapsed + ticks >= electionTicks;
    core.electionElapsed = (core.electionElapsed + ticks) % electionTicks;
    core.log.advance(core.term, written);
    for (const progress of core.progress.values()) {
      const answers = progress.state === 'replicate';
      if (answers) progress.recentlyActive = true;
      else if (hasChecked) progress.recentlyActive = false;
      if (!answers) continue;
      progress.match = core.log.last;
      progress.next = core.log.last + 1;
    }
  }
}
