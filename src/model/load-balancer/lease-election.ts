/**
 * Who holds one Lease, by client-go's election (tools/leaderelection): a leader writes every
 * `retryPeriod`; a candidate reads at longer, random gaps and takes a Lease that it has seen
 * unchanged for `leaseDuration`. Calls take no time and fail at once where the store is not there.
 * All sleep while the leader can write, or while nobody can and nobody leads.
 */
import type { Duration, Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import { Elector } from './elector.ts';

/** Where the Lease is kept, as one node reaches it. */
export interface LeaseStore {
  canWrite(now: Time): boolean;
  /** Watchers are told when `canWrite` may have changed. */
  watch(watcher: LeaseStoreWatcher): void;
}

export interface LeaseStoreWatcher {
  storeChanged(effects: Effects): void;
}

export interface LeaseSettings {
  readonly leaseDuration: Duration;
  readonly renewDeadline: Duration;
  readonly retryPeriod: Duration;
  /** From losing the Lease to being a candidate again: the process starts anew. */
  readonly restartAfter: Duration;
}

/** The Lease as it stands in the store. */
export interface Lease {
  holder: number | undefined;
  /** When it was last written, which tells its versions apart. */
  writtenAt: Time;
}

export interface ElectionNode {
  readonly store: LeaseStore;
  /** Its own stream: whoever wakes draws as many gaps as it slept through. */
  readonly gaps: RandomStream;
}

export type ElectorChanged = (node: number, effects: Effects) => void;

/** Ranks that one elector takes: its deadline, its calls. */
const RANKS_AN_ELECTOR = 2;

export class LeaseElection implements LeaseStoreWatcher {
  readonly electors: readonly Elector[];
  readonly lease: Lease = { holder: undefined, writtenAt: 0 };

  /** Ticks take the ranks from `firstRank` on, two a node. */
  constructor(
    nodes: readonly ElectionNode[],
    settings: LeaseSettings,
    firstRank: number,
    changed: ElectorChanged,
  ) {
    this.electors = nodes.map((node, index) => {
      const rank = firstRank + index * RANKS_AN_ELECTOR;
      return new Elector(index, node, settings, this, rank, changed);
    });
    for (const store of new Set(nodes.map((node) => node.store))) store.watch(this);
  }

  /** The first of those that run has led for long. */
  restart(runs: (node: number) => boolean, effects: Effects): void {
    const leader = this.electors.find(({ node }) => runs(node));
    this.lease.holder = leader?.node;
    this.lease.writtenAt = effects.now;
    for (const elector of this.electors) {
      if (!runs(elector.node)) elector.restart('absent', effects);
      else elector.restart(elector === leader ? 'leader' : 'candidate', effects);
    }
    this.settle(effects);
  }

  storeChanged(effects: Effects): void {
    this.disturb(effects);
    this.settle(effects);
  }

  /** Something changes: all wake, with what they would have seen. */
  disturb(effects: Effects): void {
    const { lease } = this;
    const before = lease.writtenAt;
    const leader = this.electors.find(({ state }) => state === 'leader');
    const renewals = leader?.wakeLeader(effects) ?? 0;
    for (const elector of this.electors) elector.wakeCandidate(before, renewals, leader, effects);
  }

  /** All go to sleep where nothing can change by itself. */
  settle(effects: Effects): void {
    if (effects.neverSleep) return;
    const { electors } = this;
    const leaders = electors.filter(({ state }) => state === 'leader');
    const [leader] = leaders;
    const isQuiet =
      leader === undefined
        ? electors.every((one) => one.state === 'absent' || !one.canWrite(effects.now))
        : leaders.length === 1 && leader.renews(effects.now);
    const restarting = electors.some(({ state }) => state === 'restarting');
    if (isQuiet && !restarting) for (const one of electors) one.sleep(effects.now);
  }

  elided(now: Time): number {
    return this.electors.reduce((sum, elector) => sum + elector.elided(now), 0);
  }
}
