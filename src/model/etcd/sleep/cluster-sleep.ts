/**
 * A cluster in which nothing can change by itself sleeps: a leader whose heartbeats are answered,
 * members that are gone, members that campaign where nobody hears them, or a lost quorum. When
 * something is about to change it wakes with the state it would have had: what time alone changes
 * is computed, and the last moments are replayed.
 */
import type { Time } from '../../../engine/clock.ts';
import type { Effects } from '../../../engine/effects.ts';
import { Replay } from '../../../engine/replay.ts';
import type { Channel } from '../channel.ts';
import type { EtcdMember } from '../etcd-member.ts';
import type { EtcdSettings } from '../etcd-settings.ts';
import { isFollowing, isQuiet, type SleepingCluster, takingPart } from './cluster-quiet.ts';
import { type SleepTerms, sleepTerms } from './sleep-terms.ts';

export class ClusterSleep {
  /** Whether the past is being replayed, so that nothing in it is news. */
  isReplaying = false;
  private readonly replay = new Replay();
  private readonly cluster: SleepingCluster;
  private channels: readonly Channel[] = [];
  private readonly terms: SleepTerms;
  private since: Time | undefined = undefined;
  /**
   * Until then streams that were cut hold what is sent, which a healing would deliver: who wakes
   * before replays all of it.
   */
  private holdsUntil: Time = 0;

  constructor(cluster: SleepingCluster, settings: EtcdSettings) {
    this.cluster = cluster;
    this.terms = sleepTerms(settings);
  }

  /** Events of the past replayed, since the cluster was made. */
  get eventsReplayed(): number {
    return this.replay.executed;
  }

  get isAsleep(): boolean {
    return this.since !== undefined;
  }

  /** To be called once the cluster's members and streams are there. */
  restart(): void {
    this.channels = this.cluster.channels.flat();
    this.since = undefined;
    this.holdsUntil = 0;
    this.replay.begin(0);
  }

  /** To be called after ticks and writes: goes to sleep where nothing can change by itself. */
  trySleep(effects: Effects): void {
    if (effects.neverSleep || this.isAsleep) return;
    if (!isQuiet(this.cluster, this.terms, effects.now)) return;
    this.since = effects.now;
    this.holdsUntil = 0;
    for (const channel of this.channels) {
      this.holdsUntil = Math.max(this.holdsUntil, channel.holdsUntil(effects.now));
    }
    for (const { isRunning, loop } of this.cluster.members) if (isRunning) loop.ticker.suspend();
    for (const channel of this.channels) channel.sleep();
    this.cluster.writes?.suspend();
  }

  /** What a stream held is lost: once all that held anything have lost it, nobody need know it. */
  givenUp(effects: Effects): void {
    if (effects.now >= this.holdsUntil) this.wake(effects);
  }

  /** To be called before anything changes. */
  wake(effects: Effects): void {
    if (this.since === undefined) return;
    const { replayed } = this.terms;
    const isShort = effects.now - this.since <= replayed || effects.now < this.holdsUntil;
    const from = isShort ? this.since : effects.now - replayed;
    if (!isShort) this.liveUntil(from);
    this.since = undefined;
    const { replay } = this;
    replay.begin(from);
    this.isReplaying = true;
    for (const { isRunning, loop } of this.cluster.members) if (isRunning) loop.ticker.wake(replay);
    this.cluster.writes?.wake(replay);
    for (const channel of this.channels) channel.wake(replay, isShort);
    replay.catchUp(effects);
    this.isReplaying = false;
  }

  /** Sets every member to what time alone has made of it. */
  private liveUntil(time: Time): void {
    const { leader, writes, hasSpaceAlarm } = this.cluster;
    const isWritten = leader !== undefined && !hasSpaceAlarm;
    const written = isWritten ? (writes?.ticksBefore(time) ?? 0) : 0;
    const running = takingPart(this.cluster);
    const following = running.filter(
      (member) => leader !== undefined && isFollowing(this.cluster, leader, member, time),
    );
    for (const member of running) {
      const ticks = member.loop.ticker.ticksBefore(time);
      if (member === leader) this.lead(member, following, ticks, written);
      else if (leader !== undefined && following.includes(member)) {
        member.core.electionElapsed = 0;
        member.core.log.advance(leader.core.term, written);
      } else {
        member.core.tickInVain(ticks);
      }
      member.loop.settle();
      if (written > 0) this.cluster.cutLog(member, time);
    }
  }

  /** The leader checks its quorum each election time-out; in between all have answered. */
  private lead(
    { core }: EtcdMember,
    following: readonly EtcdMember[],
    ticks: number,
    written: number,
  ): void {
    const { electionTicks } = core.settings;
    const hasChecked = core.electionElapsed + ticks >= electionTicks;
    core.electionElapsed = (core.electionElapsed + ticks) % electionTicks;
    core.log.advance(core.term, written);
    const answering = following.map((member) => member.core.id);
    for (const [peer, progress] of core.progress) {
      const answers = answering.includes(peer);
      if (answers) progress.recentlyActive = true;
      else if (hasChecked) progress.recentlyActive = false;
      if (!answers) continue;
      progress.match = core.log.last;
      progress.next = core.log.last + 1;
    }
  }
}
