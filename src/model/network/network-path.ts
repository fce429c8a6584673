/**
 * The network path between two machines while something impairs it: what it adds to a round trip,
 * to the making of a TCP connection, and which single packets it loses. What TCP sends again is
 * late by the law of etcd's streams (etcd/link.ts). What is lost, and by how much a trip varies,
 * comes from a stateless hash of the network path and the time of sending, so that who sleeps meets
 * the same. Shares are taken with the middle of what jitter adds. Left out: bandwidth, which
 * requests this small hardly feel; packets that wait for others' retransmission, and
 * retransmissions that duplicate acknowledgements ask for early.
 */
import { type Duration, NEVER, type Time, wholeMicroseconds } from '../../engine/clock.ts';
import { uniformAt } from '../../engine/stateless-draw.ts';
import { Delays } from './delays.ts';
import { type Impairment, together } from './link.ts';
import { MOST_SYN_RETRANSMISSIONS, retransmitted, synRetransmitted, timesLost } from './tcp.ts';

/** Times that one packet is sent again, some 50 s in all; what is lost more often never comes. */
const MOST_RETRANSMISSIONS = 8;

/** Draws of one moment: each round trip takes four, from the place of its first on. */
const SYN = 1;
const DATAGRAM = 3;
const FIRST_TRIP = 16;
const DRAWS_A_TRIP = 4;

export class NetworkPath {
  /** What it does, in words that are the same for two ways that do the same. */
  readonly description: string;
  /** What it adds to one round trip of which nothing is lost, with the middle of its jitter. */
  readonly roundTrip: Duration;
  /** Whether each round trip takes the same. */
  readonly isSteady: boolean;
  /** What it adds to a request and its answer on a connection that stands. */
  readonly exchange: Delays;
  /** What it adds to the making of a TCP connection. */
  readonly connecting: Delays;
  private readonly key: number;
  private readonly there: Impairment;
  private readonly back: Impairment;

  /** `key` tells its draws from those of other network paths. */
  constructor(key: number, there: readonly Impairment[], back: readonly Impairment[]) {
    this.key = key;
    this.there = together(there);
    this.back = together(back);
    const both = [this.there, this.back];
    this.roundTrip = both.reduce((sum, { delay, jitter }) => sum + delay + middle(jitter), 0);
    this.isSteady = both.every(({ jitter, loss }) => jitter === 0 && loss === 0);
    this.description = both.map(({ delay, jitter, loss }) => `${delay} ${jitter} ${loss}`).join();
    this.exchange = this.tripsOf(this.there).followedBy(this.tripsOf(this.back));
    this.connecting = this.connectingDelays();
  }

  /** Whether it does nothing to what is sent over it. */
  get isSound(): boolean {
    return this.isSteady && this.roundTrip === 0;
  }

  /** So many round trips, one after the other. */
  exchanges(count: number): Delays {
    let sum = this.exchange;
    for (let index = 1; index < count; index++) sum = sum.followedBy(this.exchange);
    return sum;
  }

  /** Of a request sent at `now`, by its `index`-th round trip; NEVER where it gets no answer. */
  exchangeAt(now: Time, index = 0): Duration {
    if (this.isSteady) return this.roundTrip;
    const salt = FIRST_TRIP + index * DRAWS_A_TRIP;
    return wholeMicroseconds(
      this.trip(this.there, now, salt) + this.trip(this.back, now, salt + 2),
    );
  }

  /** Of a connection asked for at `now`: a SYN's answer that is lost costs as much as the SYN. */
  connectingAt(now: Time): Duration {
    if (this.isSteady) return this.roundTrip;
    const times = timesLostAt(this.key, now, SYN, this.lossBothWays);
    if (times > MOST_SYN_RETRANSMISSIONS) return NEVER;
    const jitter = uniformAt(this.key, now, SYN + 1) * (this.there.jitter + this.back.jitter);
    const base = this.there.delay + this.back.delay + jitter;
    return wholeMicroseconds(base + synRetransmitted(times));
  }

  /** Whether a packet sent there at `now` is lost, which nobody sends again. */
  losesAt(now: Time): boolean {
    return uniformAt(this.key, now, DATAGRAM) < this.there.loss;
  }

  /** Whether packets that nobody sends again are lost on the path there. */
  get losesThere(): boolean {
    return this.there.loss > 0;
  }

  private get lossBothWays(): number {
    return 1 - (1 - this.there.loss) * (1 - this.back.loss);
  }

  private trip({ delay, jitter, loss }: Impairment, now: Time, salt: number): Duration {
    const times = timesLostAt(this.key, now, salt, loss);
    if (times > MOST_RETRANSMISSIONS) return NEVER;
    return delay + uniformAt(this.key, now, salt + 1) * jitter + retransmitted(times);
  }

  private tripsOf({ delay, jitter, loss }: Impairment): Delays {
    const base = delay + middle(jitter);
    return geometric(loss, MOST_RETRANSMISSIONS, (times) => base + retransmitted(times));
  }

  private connectingDelays(): Delays {
    const { roundTrip } = this;
    return geometric(this.lossBothWays, MOST_SYN_RETRANSMISSIONS, (times) => {
      return roundTrip + synRetransmitted(times);
    });
  }
}

function middle(jitter: Duration): Duration {
  return Math.round(jitter / 2);
}

function timesLostAt(key: number, now: Time, salt: number, loss: number): number {
  return loss === 0 ? 0 : timesLost(1 - uniformAt(key, now, salt), loss);
}

function geometric(loss: number, most: number, after: (times: number) => Duration): Delays {
  if (loss === 0) return Delays.always(after(0));
  return new Delays(
    Array.from({ length: most + 1 }, (_, times) => {
      return { after: after(times), share: (1 - loss) * loss ** times };
    }),
  );
}
