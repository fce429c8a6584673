/**
 * Messages on their way from one member to another, in order of arrival. As in rafthttp (peer.go,
 * pick) appends go by a connection of their own, so that others do not wait behind them; each
 * connection keeps its order. Taking the first is quick however many there are: a disk that was
 * stalled for hours lets answers go by ten thousands at once.
 */
import type { Time } from '../../engine/clock.ts';
import type { Message } from './raft/message.ts';

export interface Underway {
  /** When it arrives. */
  readonly time: Time;
  readonly message: Message;
}

/** What is sent by one connection arrives in its order. */
class Connection {
  lastArrival: Time = Number.NEGATIVE_INFINITY;
  private queue: Underway[] = [];
  /** So many at the head of the queue have been taken; they are forgotten by halves. */
  private taken = 0;

  get isEmpty(): boolean {
    return this.queue.length === 0;
  }

  get all(): readonly Underway[] {
    return this.taken === 0 ? this.queue : this.queue.slice(this.taken);
  }

  get next(): Underway | undefined {
    return this.queue[this.taken];
  }

  clear(): void {
    this.queue = [];
    this.taken = 0;
  }

  add(time: Time, message: Message): Time {
    this.lastArrival = Math.max(time, this.lastArrival);
    this.queue.push({ time: this.lastArrival, message });
    return this.lastArrival;
  }

  drop(): void {
    this.taken++;
    if (2 * this.taken < this.queue.length) return;
    this.queue.splice(0, this.taken);
    this.taken = 0;
  }
}

export class Wire {
  private readonly appends = new Connection();
  private readonly others = new Connection();

  get isEmpty(): boolean {
    return this.appends.isEmpty && this.others.isEmpty;
  }

  get all(): readonly Underway[] {
    if (this.appends.isEmpty) return this.others.all;
    return this.others.isEmpty ? this.appends.all : [...this.appends.all, ...this.others.all];
  }

  /** When the last arrives of all that was ever sent. */
  get lastArrival(): Time {
    return Math.max(this.appends.lastArrival, this.others.lastArrival);
  }

  /** As one by which nothing was ever sent. */
  restart(): void {
    this.clear();
    this.appends.lastArrival = Number.NEGATIVE_INFINITY;
    this.others.lastArrival = Number.NEGATIVE_INFINITY;
  }

  clear(): void {
    this.appends.clear();
    this.others.clear();
  }

  /** A message that would arrive at `time` by itself; returns when it does in its order. */
  add(time: Time, message: Message): Time {
    return (message.type === 'append' ? this.appends : this.others).add(time, message);
  }

  /** The first message that has arrived by `now`; of two at once the append. */
  take(now: Time): Message | undefined {
    const { appends, others } = this;
    const append = appends.next;
    const other = others.next;
    const isAppend = append !== undefined && (other === undefined || append.time <= other.time);
    const next = isAppend ? append : other;
    if (next === undefined || next.time > now) return undefined;
    (isAppend ? appends : others).drop();
    return next.message;
  }
}
