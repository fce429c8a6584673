/**
 * The stream from one member to another, over TCP as etcd's rafthttp uses it: in order, held back
 * by a short cut and retransmitted after it, given up and dialled anew after a long one, closed at
 * once when the process at the other end dies. Snapshots go beside it (transfer.ts). Left out:
 * buffers that run full.
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
import { FIRST_RETRANSMISSION, type Impairment, type Latency, Link } from './link.ts';
import type { Message, Snapshot } from './message.ts';
import { Transfer } from './transfer.ts';

/** Silence after which a stream is given up; etcd rafthttp ConnReadTimeout, behaviour of 3.4 on. */
export const STREAM_TIMEOUT: Duration = 5 * SECOND;
/** A process that comes back is dialled within this time; etcd rafthttp dials every 100 ms. */
const REDIAL_EVERY: Duration = 100 * MILLISECOND;
/** After a long cut contact returns with the next SYN, sent about every second. */
const SYN_EVERY: Duration = 1050 * MILLISECOND;

const REDIAL = 2;

/** Who stands at the two ends. */
export interface ChannelEnds {
  deliver(message: Message, effects: Effects): void;
  /** A snapshot did not get through; the sender is told. */
  snapshotLost(message: Snapshot, effects: Effects): void;
  /** Whether messages pass may have changed. */
  channelChanged(effects: Effects): void;
}

export class Channel implements Component {
  readonly link: Link;
  private readonly ends: ChannelEnds;
  private readonly arrives: SimulationEvent = { kind: 'arrives', target: this };
  private readonly usable: SimulationEvent = { kind: 'usable', target: this };
  private readonly transfer: Transfer;
  private key = 0;
  private onWire: { readonly time: Time; readonly message: Message }[] = [];
  private held: Message[] = [];
  private isAsleep = false;
  private cuts = 0;
  private cutSince: Time = NEVER;
  /** Processes at both ends have a connection, or are making one. */
  private isConnected = true;
  /** Both processes are there, and will connect when the cut is healed. */
  private isAwaited = false;
  private usableFrom: Time = 0;
  private connectedSince: Time = Number.NEGATIVE_INFINITY;
  private lastArrival: Time = 0;

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
    this.onWire = [];
    this.held = [];
    this.isAsleep = false;
    this.cuts = 0;
    this.cutSince = NEVER;
    this.isConnected = true;
    this.isAwaited = false;
    this.usableFrom = Number.NEGATIVE_INFINITY;
    this.connectedSince = Number.NEGATIVE_INFINITY;
    this.lastArrival = Number.NEGATIVE_INFINITY;
  }

  /** False where the message is lost for want of a connection, as the sender is told. */
  send(message: Message, effects: Effects): boolean {
    const { now } = effects;
    if (!this.isConnected) return false;
    if (this.cuts > 0) {
      if (now - this.cutSince >= STREAM_TIMEOUT) return false;
      if (message.type === 'snapshot') return false;
      this.held.push(message);
      return true;
    }
    if (now < this.usableFrom) {
      if (this.held.length === 0 || message.type === 'snapshot') return false;
      this.held.push(message);
      return true;
    }
    if (message.type === 'snapshot') this.transfer.begin(message, effects);
    else this.transmit(message, effects);
    return true;
  }

  cut(effects: Effects): void {
    if (this.cuts++ > 0) return;
    this.cutSince = effects.now;
    this.transfer.interrupt(effects);
    this.ends.channelChanged(effects);
  }

  /**
   * Short cuts end with the next retransmission of what was held, long ones with the next SYN; in
   * between the reader gives up after the heal and dials at once.
   */
  heal(effects: Effects): void {
    if (this.cuts === 0) throw new Error('a channel that is not cut is healed');
    if (--this.cuts > 0) return;
    const lasted = effects.now - this.cutSince;
    this.transfer.goOn(effects);
    if (this.isAwaited || lasted >= STREAM_TIMEOUT) {
      this.held = [];
      this.isConnected ||= this.isAwaited;
      this.isAwaited = false;
      this.becomeUsable(effects.now + this.part(SYN_EVERY, effects.now), effects);
      this.connectedSince = this.usableFrom;
      return;
    }
    if (this.held.length === 0) {
      this.becomeUsable(effects.now, effects);
      return;
    }
    const next = retransmissionAfter(lasted);
    if (next > STREAM_TIMEOUT) {
      this.held = [];
      const redialled = this.cutSince + STREAM_TIMEOUT + this.part(REDIAL_EVERY, effects.now);
      this.becomeUsable(redialled, effects);
      this.connectedSince = redialled;
    } else this.becomeUsable(this.cutSince + next, effects);
  }

  impair(impairment: Impairment, effects: Effects): void {
    this.link.impair(impairment);
    this.ends.channelChanged(effects);
  }

  relieve(impairment: Impairment, effects: Effects): void {
    this.link.relieve(impairment);
    this.ends.channelChanged(effects);
  }

  /** The process at either end is gone: what is on the wire is lost. */
  close(effects: Effects): void {
    this.onWire = [];
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
    this.becomeUsable(effects.now + this.part(REDIAL_EVERY, effects.now), effects);
    this.connectedSince = this.usableFrom;
  }

  /** Messages pass, and none waits to be retransmitted. */
  isClear(now: Time): boolean {
    return this.isConnected && this.cuts === 0 && this.held.length === 0 && now >= this.usableFrom;
  }

  /** Since when the stream has stood; NEVER where it does not. */
  activeSince(now: Time): Time {
    return this.isDead(now) || now < this.usableFrom ? NEVER : this.connectedSince;
  }

  /** Cut for so long that what is sent is dropped. */
  isDead(now: Time): boolean {
    if (!this.isConnected) return true;
    return this.cuts > 0 && now - this.cutSince >= STREAM_TIMEOUT;
  }

  /** No snapshot is on its way, and what passes takes its ordinary time. */
  isOrdinary(): boolean {
    return !this.transfer.isUnderWay && this.link.isSound;
  }

  /** What is on its way now. */
  get inFlight(): readonly { readonly message: Message }[] {
    return this.onWire;
  }

  /** Nothing arrives until `wake`. */
  sleep(): void {
    this.isAsleep = true;
  }

  /** Goes on with what was on its way, or without. */
  wake(effects: Effects, keepsInFlight: boolean): void {
    this.isAsleep = false;
    if (!keepsInFlight) this.onWire = [];
    for (const { time } of this.onWire) effects.at(time, this.arrives);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (this.isAsleep) return;
    const { onWire } = this;
    if (event === this.usable) {
      if (this.cuts > 0 || effects.now !== this.usableFrom) return;
      for (const message of this.held.splice(0)) this.transmit(message, effects);
      this.ends.channelChanged(effects);
    }
    while (onWire.length > 0 && onWire[0]!.time <= effects.now) {
      this.ends.deliver(onWire.shift()!.message, effects);
    }
  }

  private becomeUsable(time: Time, effects: Effects): void {
    this.usableFrom = time;
    effects.at(time, this.usable);
  }

  private transmit(message: Message, effects: Effects): void {
    const time = Math.max(effects.now + this.link.delay(message, effects.now), this.lastArrival);
    this.lastArrival = time;
    this.onWire.push({ time, message });
    effects.at(time, this.arrives);
  }

  private part(range: Duration, now: Time): Duration {
    return wholeMicroseconds(uniformAt(this.key, now, REDIAL) * range);
  }
}

/** After a cut that lasted so long: when, since it began, TCP sends again what was held. */
function retransmissionAfter(lasted: Duration): Duration {
  let wait = FIRST_RETRANSMISSION;
  let next = wait;
  while (next < lasted) {
    wait *= 2;
    next += wait;
  }
  return next;
}
