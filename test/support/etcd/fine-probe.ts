/**
 * A put at each member every 20 ms, given up after 4 s: the first instant at which any succeeds.
 */
import { type Duration, MILLISECOND, SECOND, type Time } from '../../../src/engine/clock.ts';
import type { MemberId } from '../../../src/model/etcd/raft/message.ts';
import type { EtcdBench } from './etcd-bench.ts';

const INTERVAL: Duration = 20 * MILLISECOND;
const PATIENCE: Duration = 4 * SECOND;

export interface Answer {
  readonly member: MemberId;
  readonly begun: Time;
  readonly ended: Time;
  readonly succeeded: boolean;
}

export class FineProbe {
  readonly answers: Answer[] = [];
  private readonly bench: EtcdBench;

  constructor(bench: EtcdBench) {
    this.bench = bench;
    const size = bench.cluster.members.length;
    bench.cluster.members.forEach((_, id) => {
      bench.after(1 + Math.floor((INTERVAL * id) / size), () => this.begin(id));
    });
  }

  /** The first success that ended after a time. */
  firstAfter(time: Time): Time | undefined {
    return this.answers.find(({ succeeded, ended }) => succeeded && ended > time)?.ended;
  }

  /** The longest time between successes, all of them after a time. */
  longestGap(from: Time): Duration {
    const ends = this.answers
      .filter(({ succeeded, ended }) => succeeded && ended > from)
      .map(({ ended }) => ended);
    return Math.max(0, ...ends.slice(1).map((end, place) => end - ends[place]!));
  }

  private begin(member: MemberId): void {
    const { bench } = this;
    const begun = bench.now;
    const settle = (succeeded: boolean) => {
      this.answers.push({ member, begun, ended: bench.now, succeeded });
    };
    if (bench.cluster.members[member]!.acceptsClients) bench.put(member, PATIENCE, settle);
    else settle(false);
    bench.after(INTERVAL, () => this.begin(member));
  }
}
