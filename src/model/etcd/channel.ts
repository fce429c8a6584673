/**
 * The stream from one member to another, over TCP as etcd's rafthttp uses it: in order, held back
 * by a short cut and retransmitted after it, given up and dialled anew after a long one, closed at
 * once when the process at the other end dies. Left out: buffers that run full.
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
import type { Message } from './message.ts';

/** Silence after which a stream is given up; etcd rafthttp ConnReadTimeout, behaviour of 3.4 on. */
export const STREAM_TIMEOUT: Duration = 5 * SECOND;
/** A process that comes back is dialled within this time; etcd rafthttp dials every 100 ms. */
const REDIAL_EVERY: Duration = 100 * MILLISECOND;
/** After a long cut contact returns with the next SYN, sent about every second. */
const SYN_EVERY: Duration = 1050 * MILLISECOND;
/** TCP's first retransmission, which then doubles; RFC 6298 as Linux sets its minimum. */
const FIRST_RETRANSMISSION: Duration = 200 * MILLISECOND;

const LATENCY = 1;
const REDIAL = 2;

/** One-way delay: `base` and up to `jitter` more, uniform. */
export interface Latency {
  readonly base: Duration;
  readonly jitter: Duration;
}

export class Channel implements Component {
  private readonly latency: Latency;
  private readonly deliver: (message: Message, effects: Effects) => void;
  private readonly arrives: SimulationEvent = { kind: 'arrives', target: this };
  private readonly key: number;
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
  private lastArrival: Time = 0;

  constructor(
    key: number,
    latency: Latency,
    deliver: (message: Message, effects: Effects) => void,
  ) {
    this.key = key;
    this.latency = latency;
    this.deliver = deliver;
  }

  /** False where the message is lost for want of a connection, as the sender is told. */
  send(message: Message, effects: Effects): boolean {
    if (!this.isConnected) return false;
    if (this.cuts > 0) {
      if (effects.now - this.cutSince >= STREAM_TIMEOUT) return false;
      this.held.push(message);
      return true;
    }
    if (effects.now < this.usableFrom) {
      if (this.held.length === 0) return false;
      this.held.push(message);
      return true;
    }
    this.transmit(message, effects);
    return true;
  }

  cut(effects: Effects): void {
    if (this.cuts++ > 0) return;
    this.cutSince = effects.now;
  }

  /**
   * Short cuts end with the next retransmission of what was held, long ones with the next SYN; in
   * between the reader gives up after the heal and dials at once.
   */
  heal(effects: Effects): void {
    if (this.cuts === 0) throw new Error('a channel that is not cut is healed');
    if (--this.cuts > 0) return;
    const lasted = effects.now - this.cutSince;
    if (this.isAwaited || lasted >= STREAM_TIMEOUT) {
      this.held = [];
      this.isConnected ||= this.isAwaited;
      this.isAwaited = false;
      this.usableFrom = effects.now + this.part(SYN_EVERY, effects.now);
      return;
    }
    if (this.held.length === 0) return;
    let wait = FIRST_RETRANSMISSION;
    let next = wait;
    while (next < lasted) {
      wait *= 2;
      next += wait;
    }
    if (next > STREAM_TIMEOUT) {
      this.held = [];
      this.usableFrom = this.cutSince + STREAM_TIMEOUT + this.part(REDIAL_EVERY, effects.now);
      return;
    }
    this.usableFrom = this.cutSince + next;
    effects.at(this.usableFrom, this.arrives);
  }

  /** The process at either end is gone: what is on the wire is lost. */
  close(): void {
    this.onWire = [];
    this.held = [];
    this.isConnected = false;
    this.isAwaited = false;
  }

  /** Both processes are there: dialled anew. */
  open(effects: Effects): void {
    if (this.cuts > 0) {
      this.isAwaited = true;
      return;
    }
    this.isConnected = true;
    this.usableFrom = effects.now + this.part(REDIAL_EVERY, effects.now);
  }

  /** Messages pass, and none waits to be retransmitted. */
  isClear(now: Time): boolean {
    return this.isConnected && this.cuts === 0 && this.held.length === 0 && now >= this.usableFrom;
  }

  /** Cut for so long that what is sent is dropped. */
  isDead(now: Time): boolean {
    if (!this.isConnected) return true;
    return this.cuts > 0 && now - this.cutSince >= STREAM_TIMEOUT;
  }

  /** What is on its way now. */
  get inFlight(): readonly Message[] {
    return this.onWire.map(({ message }) => message);
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

  step(_event: SimulationEvent, effects: Effects): void {
    if (this.isAsleep) return;
    if (this.held.length > 0 && this.cuts === 0 && effects.now >= this.usableFrom) {
      for (const message of this.held.splice(0)) this.transmit(message, effects);
    }
    while (this.onWire.length > 0 && this.onWire[0]!.time <= effects.now) {
      this.deliver(this.onWire.shift()!.message, effects);
    }
  }

  private transmit(message: Message, effects: Effects): void {
    const { base, jitter } = this.latency;
    const delay = base + uniformAt(this.key, effects.now, LATENCY) * jitter;
    const time = Math.max(effects.now + wholeMicroseconds(delay), this.lastArrival);
    this.lastArrival = time;
    this.onWire.push({ time, message });
    effects.at(time, this.arrives);
  }

  private part(range: Duration, now: Time): Duration {
    return Math.floor(uniformAt(this.key, now, REDIAL) * range);
  }
}
