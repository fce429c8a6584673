/**
 * The watch caches of one API server as one: filled from etcd by lists, kept up by watches. They
 * stand, and answer reads that ask for no fresh state, while the watches do or are resumed quietly;
 * etcd members without a leader cut them, and then they are tried again for a while before the
 * caches are given up and with them the watches of clients. Left out: single resources, and caches
 * that fall behind.
 */
import { type Duration, NEVER, SECOND, type Time, wholeMicroseconds } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { Law } from '../../engine/laws/law.ts';
import type { RandomStream } from '../../engine/random-streams.ts';

/**
 * etcd looks each election time-out whether it has a leader, and cuts at the third look in vain
 * (server/etcdserver/api/v3rpc/interceptor.go, maxNoLeaderCnt): 2 to 3 times 1 s after it lost it.
 */
const LOOKS = 3;
/** apiserver pkg/storage/cacher/cacher.go, MaxInternalErrorRetryDuration. */
const STREAM_RETRIES: Duration = 30 * SECOND;

/** What the caches need to know. */
export interface CacheSource {
  /** Whether etcd answers the lists that fill them. */
  readonly isReadable: boolean;
  /** Whether etcd lets watches stand. */
  readonly keepsStreams: boolean;
}

export class WatchCaches implements Component {
  stand = false;
  private readonly source: CacheSource;
  private readonly warmUp: Law;
  private readonly electionTimeout: Duration;
  private readonly draws: RandomStream;
  private readonly changed: (effects: Effects) => void;
  private readonly cuts: SimulationEvent = { kind: 'cutsStreams', target: this };
  private readonly gives: SimulationEvent = { kind: 'givesUpCaches', target: this };
  private readonly fills: SimulationEvent = { kind: 'fillsCaches', target: this };
  private cutsAt: Time = NEVER;
  private givenUpAt: Time = NEVER;
  private filledAt: Time = NEVER;
  private runs = false;

  /** `warmUp`: how long the first lists take; `changed` is called when they come or go. */
  constructor(
    source: CacheSource,
    warmUp: Law,
    electionTimeout: Duration,
    draws: RandomStream,
    changed: (effects: Effects) => void,
  ) {
    this.source = source;
    this.warmUp = warmUp;
    this.electionTimeout = electionTimeout;
    this.draws = draws;
    this.changed = changed;
  }

  open(effects: Effects): void {
    this.runs = true;
    this.look(effects);
  }

  close(): void {
    this.runs = false;
    this.stand = false;
    this.cutsAt = NEVER;
    this.givenUpAt = NEVER;
    this.filledAt = NEVER;
  }

  startWarm(): void {
    this.close();
    this.runs = true;
    this.stand = true;
  }

  /** To be called whenever the source may have changed. */
  look(effects: Effects): void {
    if (!this.runs) return;
    if (this.stand) this.lookAtStreams(effects);
    else this.lookAtLists(effects);
  }

  step(event: SimulationEvent, effects: Effects): void {
    const { now } = effects;
    if (event === this.cuts && now === this.cutsAt) {
      this.cutsAt = NEVER;
      this.givenUpAt = now + STREAM_RETRIES;
      effects.at(this.givenUpAt, this.gives);
    } else if (event === this.gives && now === this.givenUpAt) {
      this.givenUpAt = NEVER;
      this.stand = false;
      this.changed(effects);
      this.look(effects);
    } else if (event === this.fills && now === this.filledAt) {
      this.filledAt = NEVER;
      this.stand = true;
      this.changed(effects);
      this.look(effects);
    }
  }

  private lookAtStreams(effects: Effects): void {
    if (this.source.keepsStreams) {
      this.cutsAt = NEVER;
      this.givenUpAt = NEVER;
    } else if (this.cutsAt === NEVER && this.givenUpAt === NEVER) {
      const wait = (LOOKS - this.draws.double()) * this.electionTimeout;
      this.cutsAt = effects.now + wholeMicroseconds(wait);
      effects.at(this.cutsAt, this.cuts);
    }
  }

  /** Lists that etcd breaks off are begun anew. */
  private lookAtLists(effects: Effects): void {
    if (!this.source.isReadable) this.filledAt = NEVER;
    else if (this.filledAt === NEVER) {
      this.filledAt = effects.now + wholeMicroseconds(this.warmUp.draw(this.draws));
      effects.at(this.filledAt, this.fills);
    }
  }
}
