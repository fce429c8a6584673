/**
 * Writers that put one value at a time and give a member up after 120 ms. `PUBLISHED` is the one
 * behind the measurements of etcd 3.4.23 (etcd-published.ts), `OWN` the one of test/real/etcd.
 * What a put takes inside etcd is simulated; the client and its machine are added as laws.
 */
import { type Duration, MILLISECOND, type Time } from '../../../src/engine/clock.ts';
import { lognormalFromMedianAndPercentile } from '../../../src/engine/laws/from-known.ts';
import type { Law } from '../../../src/engine/laws/law.ts';
import type { MemberId } from '../../../src/model/etcd/raft/message.ts';
import type { EtcdBench } from './etcd-bench.ts';

const BEAT: Duration = 15 * MILLISECOND;
const PATIENCE: Duration = 120 * MILLISECOND;

/** How a writer goes about it, and what it adds to etcd's own time. Laws are in microseconds. */
export interface Manner {
  /** Whether it goes on to the next member after each put; otherwise after one that fails. */
  readonly takesTurns: boolean;
  /** Whether it rests for a beat also after a put that failed. */
  readonly restsAfterFailure: boolean;
  /** What a put that succeeds takes beside fsyncs and the wire between members. */
  readonly answer: Law | undefined;
  /** Until a member where nobody listens has refused. */
  readonly refusal: Law | Duration;
  /** How late it wakes from a rest. */
  readonly wake: Law | undefined;
}

/**
 * The description read at its simplest: a put to the next member in turn, at most 120 ms, a rest
 * of 15 ms, and so on. Costs were measured on another machine of two cores, nearly idle, etcd
 * 3.4.23, a client in Python that opens a connection a put (JSON gateway, urllib): 2497 puts took
 * 2.68 ms (median; 99 %: 4.15), of which 0.6 are fsyncs (0.31 ms there) and wire as simulated;
 * 1241 refusals took 0.40 ms (1.03), as many rests of 15 ms were 0.10 ms late (0.37).
 */
export const PUBLISHED: Manner = {
  takesTurns: true,
  restsAfterFailure: true,
  answer: lognormalFromMedianAndPercentile(2_080, 99, 3_500),
  refusal: lognormalFromMedianAndPercentile(400, 99, 1_030),
  wake: lognormalFromMedianAndPercentile(100, 99, 370),
};

/** As test/real/etcd/probes.ts; its own time is left out, and 0.3 ms a refusal assumed. */
export const OWN: Manner = {
  takesTurns: false,
  restsAfterFailure: false,
  answer: undefined,
  refusal: 300,
  wake: undefined,
};

export class EtcdProbe {
  readonly successes: Time[] = [];
  /** Where the next put goes. */
  member: MemberId = 0;
  private readonly bench: EtcdBench;
  private readonly manner: Manner;

  constructor(bench: EtcdBench, manner: Manner) {
    this.bench = bench;
    this.manner = manner;
    this.beat();
  }

  /** The longest time between successes, begun at most a beat after `fault`. */
  window(fault: Time): Duration {
    const { successes } = this;
    const first = successes.findLastIndex((time) => time <= fault);
    const gaps = successes.slice(first + 1).map((time, place) => {
      const since = successes[first + place]!;
      return since <= fault + BEAT ? time - since : 0;
    });
    return Math.max(...gaps);
  }

  /** The longest time between successes above `floor` that began after `from`. */
  outage(from: Time, floor: Duration): { readonly length: Duration; readonly begin?: Time } {
    const { successes } = this;
    let length = 0;
    let begin: Time | undefined;
    for (let place = 1; place < successes.length; place++) {
      const gap = successes[place]! - successes[place - 1]!;
      if (successes[place - 1]! < from || gap < floor || gap <= length) continue;
      length = gap;
      begin = successes[place - 1];
    }
    return begin === undefined ? { length } : { length, begin };
  }

  private beat(): void {
    const { bench, manner, member } = this;
    if (!bench.cluster.members[member]!.acceptsClients) {
      bench.after(this.drawn(manner.refusal), () => this.answered(false));
      return;
    }
    bench.put(member, PATIENCE, (succeeded) => {
      const rest = succeeded ? this.drawn(manner.answer) : 0;
      if (rest === 0) this.answered(succeeded);
      else bench.after(rest, () => this.answered(succeeded));
    });
  }

  private answered(succeeded: boolean): void {
    const { bench, manner } = this;
    if (succeeded) this.successes.push(bench.now);
    if (!succeeded || manner.takesTurns) {
      this.member = (this.member + 1) % bench.cluster.members.length;
    }
    const rests = succeeded || manner.restsAfterFailure;
    bench.after(rests ? BEAT + this.drawn(manner.wake) : 0, () => this.beat());
  }

  private drawn(cost: Law | Duration | undefined): Duration {
    if (cost === undefined || typeof cost === 'number') return cost ?? 0;
    return Math.round(cost.draw(this.bench.stream));
  }
}
