/**
 * The way of packets from one machine to another: how long a message takes. What is lost, TCP sends
 * again, so that losses are delays. Delays come from a stateless hash of the link and the time of
 * sending. Left out: queues that other traffic fills.
 */
import { type Duration, SECOND, type Time, wholeMicroseconds } from '../../engine/clock.ts';
import { uniformAt } from '../../engine/stateless-draw.ts';
import { retransmitted, timesLost } from './tcp.ts';

const LATENCY = 1;
const LOSS = 3;
/** Times that a packet is sent again at the most before its stream is given up anyway. */
const MOST_RETRANSMISSIONS = 5;

/** One-way delay: `base` and up to `jitter` more, uniform. */
export interface Latency {
  readonly base: Duration;
  readonly jitter: Duration;
}

/** What a fault does to a link while it lasts. */
export interface Impairment {
  readonly delay: Duration;
  readonly jitter: Duration;
  /** Share of packets. */
  readonly loss: number;
  /** Bytes a second; Infinity leaves it as it is. */
  readonly bandwidth: number;
}

/** What several do to one link at once. */
export function together(all: readonly Impairment[]): Impairment {
  return {
    delay: all.reduce((sum, { delay }) => sum + delay, 0),
    jitter: all.reduce((sum, { jitter }) => sum + jitter, 0),
    loss: 1 - all.reduce((passed, { loss }) => passed * (1 - loss), 1),
    bandwidth: Math.min(...all.map(({ bandwidth }) => bandwidth)),
  };
}

export class Link {
  private readonly own: Impairment;
  private impairments: Impairment[] = [];
  private key = 0;
  private base: Duration = 0;
  private jitter: Duration = 0;
  private loss = 0;
  private bandwidth = 0;

  /** @param bandwidth bytes a second */
  constructor(latency: Latency, loss: number, bandwidth: number) {
    this.own = { delay: latency.base, jitter: latency.jitter, loss, bandwidth };
    this.sum();
  }

  restart(key: number): void {
    this.key = key;
    this.impairments = [];
    this.sum();
  }

  impair(impairment: Impairment): void {
    this.impairments.push(impairment);
    this.sum();
  }

  relieve(impairment: Impairment): void {
    const place = this.impairments.indexOf(impairment);
    if (place === -1) throw new Error('a link is relieved of what does not impair it');
    this.impairments.splice(place, 1);
    this.sum();
  }

  /** No fault impairs it, and no packet is lost. */
  get isSound(): boolean {
    return this.impairments.length === 0 && this.loss === 0;
  }

  /** From sending until arrival, of so many bytes sent now. */
  delay(bytes: number, now: Time): Duration {
    const latency =
      this.base + (this.jitter === 0 ? 0 : uniformAt(this.key, now, LATENCY) * this.jitter);
    return wholeMicroseconds(latency + this.passing(bytes) + this.retransmissions(now));
  }

  /** How long so many bytes take to pass. */
  passing(bytes: number): Duration {
    return (bytes / this.bandwidth) * SECOND;
  }

  private retransmissions(now: Time): Duration {
    if (this.loss === 0) return 0;
    const chance = 1 - uniformAt(this.key, now, LOSS);
    return retransmitted(Math.min(timesLost(chance, this.loss), MOST_RETRANSMISSIONS));
  }

  private sum(): void {
    const { delay, jitter, loss, bandwidth } = together([this.own, ...this.impairments]);
    this.base = delay;
    this.jitter = jitter;
    this.loss = loss;
    this.bandwidth = bandwidth;
  }
}
