/**
 * The stream from one member to another, over TCP as etcd's rafthttp uses it: in order, held back
 * by a short cut and retransmitted after it, given up and dialled anew after a long one, closed at
 * once when the process at the other end dies. It stands still too when only what acknowledges it
 * is cut. Snapshots go beside it (transfer.ts). Left out: buffers that run full; that appends, on a
 * connection of their own (wire.ts), may be retransmitted apart from the others.
 */
import {
  type Duration,
  MILLISECOND,
  NEVER,
  SECOND,
  type Time,
  wholeMicroseconds,
} from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import { uniformAt } from '../../engine/stateless-draw.ts';
import { type Impairment, type Latency, Link } from '../network/link.ts';
import { FIRST_RETRANSMISSION, retransmissionAfter } from '../network/tcp.ts';
import { bytesOf, type Message } from './raft/message.ts';
import { type SnapshotEnds, Transfer } from './transfer.ts';
import { type Underway, Wire } from './wire.ts';

/** Silence after which a stream is given up; etcd rafthttp ConnReadTimeout, behaviour of 3.4 on. */
export const STREAM_TIMEOUT: Duration = 5 * SECOND;
/** The sender fills silence with a heartbeat of the link; rafthttp, a third of its time-out. */
const LINK_HEARTBEAT: Duration = Math.round(STREAM_TIMEOUT / 3);
/** A process that comes back is dialled within this time; etcd rafthttp dials every 100 ms. */
const REDIAL_EVERY: Duration = 100 * MILLISECOND;
/** After a long cut contact returns with the next SYN, sent about every second. */
const SYN_EVERY: Duration = 1050 * MILLISECOND;

const REDIAL = 2;
const LINK_PHASE = 5;

/** Who stands at the two ends of a stream from one member to another. */
export interface ChannelEnds extends SnapshotEnds {
  /** Whether messages pass may have changed. */
  channelChanged(effects: Effects): void;
  /** A stream that was cut is given up now, and what it held will never arrive. */
  channelGivenUp(effects: Effects): void;
}

export class Channel implements Component {
  readonly link: Link;
  private readonly ends: ChannelEnds;
  private readonly arrives: SimulationEvent = { kind: 'arrives', target: this };
  private readonly usable: SimulationEvent = { kind: 'usable', target: this };
  private readonly stalls: SimulationEvent = { kind: 'stalls', target: this };
  private readonly givesUp: SimulationEvent = { kind: 'givesUp', target: this };
  private readonly transfer: Transfer;
  private key = 0;
  private readonly wire = new Wire();
  private held: Message[] = [];
  private isAsleep = false;
  private cuts = 0;
  /** When the receiver gives the stream up for want of a byte. */
  private givenUpAt: Time = NEVER;
  /** When the first byte was sent that a cut held back. */
  private heldSince: Time = NEVER;
  private lastSent: Time = Number.NEGATIVE_INFINITY;
  private linkPhase: Duration = 0;
  /** Cuts of the other direction, which takes acknowledgements. */
  private ackCuts = 0;
  private stallsAt: Time = NEVER;
  private isStalled = false;
  /** Processes at both ends have a connection, or are making one. */
  private isConnected = true;
  /** Both processes are there, and will connect when the cut is healed. */
  private isAwaited = false;
  /** Messages pass from then on; before, they are lost where a connection is being made. */
  private usableFrom: Time = 0;
  private isDialling = false;
  private connectedSince: Time = Number.NEGATIVE_INFINITY;

  /** @param bandwidth bytes a second */
  constructor(latency: Latency, loss: number, bandwidth: number, ends: ChannelEnds) {
    this.link = new Link(latency, loss, bandwidth);
    this.ends = ends;
    this.transfer = new Transfer(this.link, ends);
  }

  /** Connected and empty; `key` tells its draws from those of others. */
  restart(key: number): void {
    this.key = key;
    this.link.restart(key);
    this.transfer.abandon();
    this.wire.restart();
    this.held = [];
    this.isAsleep = false;
    this.cuts = 0;
    this.givenUpAt = NEVER;
    this.heldSince = NEVER;
    this.lastSent = Number.NEGATIVE_INFINITY;
    this.linkPhase = Math.floor(uniformAt(key, 0, LINK_PHASE) * LINK_HEARTBEAT);
    this.ackCuts = 0;
    this.stallsAt = NEVER;
    this.isStalled = false;
    this.isConnected = true;
    this.isAwaited = false;
    this.usableFrom = Number.NEGATIVE_INFINITY;
    this.connectedSince = Number.NEGATIVE_INFINITY;
  }

  /** False where the message is lost for want of a connection, as the sender is notified. */
  send(message: Message, effects: Effects): boolean {
    const { now } = effects;
    if (!this.isConnected) return false;
    if (this.cuts > 0) {
      if (now >= this.givenUpAt || message.type === 'snapshot') return false;
      if (this.held.length === 0) this.heldSince = Math.min(this.heldSince, now);
      this.held.push(message);
      return true;
    }
    if (now < this.usableFrom) {
      if (this.isDialling || message.type === 'snapshot') return false;
      this.held.push(message);
      return true;
    }
    if (message.type === 'snapshot') this.transfer.begin(message, effects);
    else this.transmit(message, effects);
    return true;
  }

  cut(effects: Effects): void {
    if (this.cuts++ > 0) return;
    const { now } = effects;
    const lastHeartbeat = this.linkHeartbeatAfter(now) - LINK_HEARTBEAT;
    this.givenUpAt = Math.max(this.lastSent, lastHeartbeat) + STREAM_TIMEOUT;
    this.heldSince = lastHeartbeat + LINK_HEARTBEAT;
    if (this.givenUpAt > now) effects.at(this.givenUpAt, this.givesUp);
    this.transfer.interrupt(effects);
    this.ends.channelChanged(effects);
  }

  /**
   * A stream that was not given up goes on with the next retransmission of what was held; one that
   * was, with the next SYN. Where the receiver gives up before the retransmission it dials at once.
   */
  heal(effects: Effects): void {
    if (this.cuts === 0) throw new Error('a channel that is not cut is healed');
    if (--this.cuts > 0) return;
    const { now } = effects;
    this.transfer.goOn(effects);
    if (this.isAwaited || now >= this.givenUpAt) {
      this.held = [];
      this.isConnected ||= this.isAwaited;
      this.isAwaited = false;
      this.connect(now + this.part(SYN_EVERY, now), effects);
      return;
    }
    const next = retransmissionAfter(now, this.heldSince);
    if (next > this.givenUpAt) {
      this.held = [];
      this.connect(this.givenUpAt + this.part(REDIAL_EVERY, now), effects);
    } else {
      this.isDialling = false;
      this.becomeUsable(next, effects);
    }
  }

  /** What acknowledges this stream is cut: it stands still from its first retransmission on. */
  loseAcks(effects: Effects): void {
    if (this.ackCuts++ > 0) return;
    this.stallsAt = effects.now + FIRST_RETRANSMISSION;
    effects.at(this.stallsAt, this.stalls);
  }

  /** As often as `loseAcks`. */
  regainAcks(effects: Effects): void {
    if (--this.ackCuts > 0) return;
    this.stallsAt = NEVER;
    if (!this.isStalled) return;
    this.isStalled = false;
    this.heal(effects);
  }

  impair(impairment: Impairment, effects: Effects): void {
    this.link.impair(impairment);
    this.ends.channelChanged(effects);
  }

  relieve(impairment: Impairment, effects: Effects): void {
    this.link.relieve(impairment);
    this.ends.channelChanged(effects);
  }

  /** The process at either end is gone: what is on the wire is lost where nobody receives it. */
  close(effects: Effects, isReceiver = true): void {
    if (isReceiver) this.wire.clear();
    this.held = [];
    this.isConnected = false;
    this.isAwaited = false;
    this.transfer.fail(effects);
  }

  /** Both processes are there: dialled anew. */
  open(effects: Effects): void {
    if (this.cuts > 0) {
      this.isAwaited = true;
      return;
    }
    this.isConnected = true;
    this.connect(effects.now + this.part(REDIAL_EVERY, effects.now), effects);
  }

  /** Messages pass, and none waits to be retransmitted. */
  isClear(now: Time): boolean {
    return this.isConnected && this.cuts === 0 && this.held.length === 0 && now >= this.usableFrom;
  }

  /** Since when the stream has stood; NEVER where it does not. */
  activeSince(now: Time): Time {
    return this.isDead(now) || now < this.usableFrom ? NEVER : this.connectedSince;
  }

  /** Cut, and what is sent is held until when; `now` or before where nothing is held. */
  holdsUntil(now: Time): Time {
    return this.isConnected && this.cuts > 0 ? this.givenUpAt : now;
  }

  isHolding(now: Time): boolean {
    return this.holdsUntil(now) > now;
  }

  /** Cut for so long that what is sent is dropped. */
  isDead(now: Time): boolean {
    if (!this.isConnected) return true;
    return this.cuts > 0 && now >= this.givenUpAt;
  }

  /**
   * No snapshot is on its way, what is arrives within `longestTrip`, or has where nothing passes,
   * what will be sent takes its ordinary time, and no change is to come.
   */
  isOrdinary(now: Time, longestTrip: Duration): boolean {
    if (this.transfer.isUnderWay || this.wire.lastArrival > now + longestTrip) return false;
    if (this.ackCuts > 0 && !this.isStalled) return false;
    if (this.isDead(now) || this.isHolding(now)) return this.wire.isEmpty;
    return now >= this.usableFrom && this.link.isSound;
  }

  /** What is on its way now. */
  get inFlight(): readonly Underway[] {
    return this.wire.all;
  }

  /** Nothing arrives until `wake`. */
  sleep(): void {
    this.isAsleep = true;
  }

  /** Goes on with what was on its way, or without. */
  wake(effects: Effects, keepsInFlight: boolean): void {
    this.isAsleep = false;
    if (!keepsInFlight) this.wire.clear();
    for (const { time } of this.wire.all) effects.at(time, this.arrives);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.givesUp) {
      if (this.cuts > 0 && effects.now === this.givenUpAt) this.ends.channelGivenUp(effects);
      return;
    }
    if (this.isAsleep) return;
    if (event === this.stalls) {
      if (effects.now !== this.stallsAt || this.isStalled) return;
      this.isStalled = true;
      this.cut(effects);
    } else if (event === this.usable) {
      if (this.cuts > 0 || effects.now !== this.usableFrom) return;
      for (const message of this.held.splice(0)) this.transmit(message, effects);
      this.ends.channelChanged(effects);
    }
    let message = this.wire.take(effects.now);
    while (message !== undefined) {
      this.ends.deliver(message, effects);
      message = this.wire.take(effects.now);
    }
  }

  private connect(time: Time, effects: Effects): void {
    this.connectedSince = time;
    this.isDialling = true;
    this.becomeUsable(time, effects);
  }

  private linkHeartbeatAfter(now: Time): Time {
    const passed = Math.floor((now - this.linkPhase) / LINK_HEARTBEAT);
    return (passed + 1) * LINK_HEARTBEAT + this.linkPhase;
  }

  private becomeUsable(time: Time, effects: Effects): void {
    this.usableFrom = time;
    effects.at(time, this.usable);
  }

  private transmit(message: Message, effects: Effects): void {
    this.lastSent = effects.now;
    const time = effects.now + this.link.delay(bytesOf(message), effects.now);
    effects.at(this.wire.add(time, message), this.arrives);
  }

  private part(range: Duration, now: Time): Duration {
    return wholeMicroseconds(uniformAt(this.key, now, REDIAL) * range);
  }
}
