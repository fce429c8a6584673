/**
 * Messages on their way through one stream, in order of arrival. Taking the first is quick however
 * many there are: a disk that was stalled for hours lets answers go by ten thousands at once.
 */
import type { Time } from '../../engine/clock.ts';
import type { Message } from './message.ts';

export interface Underway {
  /** When it arrives. */
  readonly time: Time;
  readonly message: Message;
}

export class Wire {
  private queue: Underway[] = [];
  /** So many at the head of the queue have been taken; they are forgotten by halves. */
  private taken = 0;

  get isEmpty(): boolean {
    return this.queue.length === 0;
  }

  get all(): readonly Underway[] {
    return this.taken === 0 ? this.queue : this.queue.slice(this.taken);
  }

  clear(): void {
    this.queue = [];
    this.taken = 0;
  }

  /** @param time no earlier than that of any before it */
  add(time: Time, message: Message): void {
    this.queue.push({ time, message });
  }

  /** The first message that has arrived by `now`. */
  take(now: Time): Message | undefined {
    const next = this.queue[this.taken];
    if (next === undefined || next.time > now) return undefined;
    this.taken++;
    if (2 * this.taken >= this.queue.length) {
      this.queue.splice(0, this.taken);
      this.taken = 0;
    }
    return next.message;
  }
}
