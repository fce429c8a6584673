/**
 * A snapshot on its way: the whole database, at the link's bandwidth, over a connection of its own
 * (rafthttp's pipeline), so that the stream beside it goes on. A cut longer than the connection's
 * time-out or the death of either end loses it. Left out: the disk's own speed.
 */
import { type Duration, NEVER, SECOND, type Time, wholeMicroseconds } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { Link } from '../network/link.ts';
import type { Message, Snapshot } from './raft/message.ts';

/** Silence after which the connection is given up; etcd rafthttp ConnReadTimeout. */
const TIMEOUT: Duration = 5 * SECOND;

/** Who stands at the two ends. */
export interface SnapshotEnds {
  deliver(message: Message, effects: Effects): void;
  /** A snapshot did or did not get through; the sender is notified. */
  snapshotArrived(message: Snapshot, effects: Effects): void;
  snapshotLost(message: Snapshot, effects: Effects): void;
}

export class Transfer implements Component {
  private readonly link: Link;
  private readonly ends: SnapshotEnds;
  private readonly arrives: SimulationEvent = { kind: 'snapshotArrives', target: this };
  private readonly timesOut: SimulationEvent = { kind: 'snapshotTimesOut', target: this };
  private message: Snapshot | undefined = undefined;
  private arrivesAt: Time = NEVER;
  private timesOutAt: Time = NEVER;
  /** What was left to pass when a cut interrupted it. */
  private left: Duration = 0;

  constructor(link: Link, ends: SnapshotEnds) {
    this.link = link;
    this.ends = ends;
  }

  get isUnderWay(): boolean {
    return this.message !== undefined;
  }

  begin(message: Snapshot, effects: Effects): void {
    this.message = message;
    this.proceed(this.link.delay(message.size, effects.now), effects);
  }

  interrupt(effects: Effects): void {
    if (this.message === undefined) return;
    this.left = this.arrivesAt - effects.now;
    this.arrivesAt = NEVER;
    this.timesOutAt = effects.now + TIMEOUT;
    effects.at(this.timesOutAt, this.timesOut);
  }

  goOn(effects: Effects): void {
    if (this.message === undefined || this.timesOutAt === NEVER) return;
    this.timesOutAt = NEVER;
    this.proceed(this.left, effects);
  }

  /** Either end is gone. */
  fail(effects: Effects): void {
    const { message } = this;
    this.abandon();
    if (message !== undefined) this.ends.snapshotLost(message, effects);
  }

  abandon(): void {
    this.message = undefined;
    this.arrivesAt = NEVER;
    this.timesOutAt = NEVER;
  }

  step(event: SimulationEvent, effects: Effects): void {
    const { message } = this;
    if (message === undefined) return;
    if (event === this.timesOut) {
      if (effects.now === this.timesOutAt) this.fail(effects);
    } else if (effects.now === this.arrivesAt) {
      this.abandon();
      this.ends.snapshotArrived(message, effects);
      this.ends.deliver(message, effects);
    }
  }

  private proceed(length: Duration, effects: Effects): void {
    this.arrivesAt = effects.now + wholeMicroseconds(length);
    effects.at(this.arrivesAt, this.arrives);
  }
}
