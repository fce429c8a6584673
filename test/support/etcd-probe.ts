/**
 * The writer of the measurements: a put every 15 ms after the last was answered, at one member
 * until it fails there, then at the next, given up after 120 ms. While nobody leads it goes from
 * member to member without a rest. Left out: the time the client itself takes.
 */
import { type Duration, MILLISECOND, type Time } from '../../src/engine/clock.ts';
import type { MemberId } from '../../src/model/etcd/message.ts';
import type { EtcdBench } from './etcd-bench.ts';

const BEAT: Duration = 15 * MILLISECOND;
const PATIENCE: Duration = 120 * MILLISECOND;
/** A connection to a port where nobody listens; assumed. */
const REFUSAL: Duration = 300;

export class EtcdProbe {
  readonly successes: Time[] = [];
  /** Where the next put goes. */
  member: MemberId = 0;
  private readonly bench: EtcdBench;
  private readonly restsAfterFailure: boolean;
  private due: Time;

  /** @param restsAfterFailure whether a put that fails within its beat waits for the next */
  constructor(bench: EtcdBench, restsAfterFailure: boolean) {
    this.bench = bench;
    this.restsAfterFailure = restsAfterFailure;
    this.due = bench.now;
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
    const { bench, member } = this;
    if (bench.cluster.members[member]!.acceptsClients) {
      bench.put(member, PATIENCE, (succeeded) => this.answered(succeeded));
    } else bench.after(REFUSAL, () => this.answered(false));
  }

  private answered(succeeded: boolean): void {
    const { bench } = this;
    if (succeeded) {
      this.successes.push(bench.now);
      this.due = bench.now + BEAT;
    } else {
      this.member = (this.member + 1) % bench.cluster.members.length;
      this.due = this.restsAfterFailure ? this.due + BEAT : bench.now;
    }
    bench.after(Math.max(0, this.due - bench.now), () => this.beat());
  }
}
