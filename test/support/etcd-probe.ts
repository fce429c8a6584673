/**
 * The writer of the measurements: a put every 15 ms, at one member until it fails there, then at
 * the next. A beat that is missed while a put waits is made up for at once; a dead member refuses at
 * once. Left out: the time the client itself takes.
 */
import { type Duration, MILLISECOND, SECOND, type Time } from '../../src/engine/clock.ts';
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
  private due: Time = 0;

  constructor(bench: EtcdBench) {
    this.bench = bench;
    this.due = bench.now;
    this.beat();
  }

  /** The longest time without a success around `fault`, up to `within` after it. */
  window(fault: Time, within: Duration = 4 * SECOND): Duration {
    const first = this.successes.findLastIndex((time) => time <= fault);
    const around = this.successes.slice(first).filter((time) => time <= fault + within);
    const gaps = around.slice(1).map((time, place) => time - around[place]!);
    return gaps.reduce((longest, gap) => Math.max(longest, gap), 0);
  }

  private beat(): void {
    const { bench, member } = this;
    if (bench.cluster.members[member]!.isRunning) {
      bench.put(member, PATIENCE, (succeeded) => this.answered(succeeded));
    } else bench.after(REFUSAL, () => this.answered(false));
  }

  private answered(succeeded: boolean): void {
    const { bench } = this;
    if (succeeded) this.successes.push(bench.now);
    else this.member = (this.member + 1) % bench.cluster.members.length;
    this.due = succeeded ? Math.max(this.due, bench.now) + BEAT : this.due + BEAT;
    bench.after(Math.max(0, this.due - bench.now), () => this.beat());
  }
}
