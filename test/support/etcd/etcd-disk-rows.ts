/**
 * Slow and stalled disks as they were measured on real etcd: puts and reads at each member at a
 * steady rate while one member's fsyncs take longer. Times are milliseconds.
 */
import { type Duration, MILLISECOND, SECOND, type Time } from '../../../src/engine/clock.ts';
import type { MemberId } from '../../../src/model/etcd/raft/message.ts';
import { quantile } from '../statistics/samples.ts';
import type { BenchSettings, EtcdBench } from './etcd-bench.ts';
import { Scene, type Values } from './etcd-rows.ts';

/** etcd gives a request up itself after 5 s and two election time-outs. */
const PATIENCE: Duration = 7 * SECOND;
const SLOW_FOR = 15_000;

type Request = 'put' | 'serializable' | 'linearizable';

interface Answer {
  readonly member: MemberId;
  readonly begun: Time;
  readonly took: Duration | undefined;
}

/** A request to each member every so often, however many are still under way. */
class OpenProbe {
  readonly answers: Answer[] = [];
  private readonly bench: EtcdBench;
  private readonly request: Request;
  private readonly interval: Duration;

  constructor(bench: EtcdBench, request: Request, interval: Duration) {
    this.bench = bench;
    this.request = request;
    this.interval = interval;
    bench.cluster.members.forEach((_, id) => {
      const offset = 1 + Math.floor((interval * id) / bench.cluster.members.length);
      bench.after(offset, () => this.begin(id));
    });
  }

  private begin(member: MemberId): void {
    const { bench, request } = this;
    const begun = bench.now;
    const settle = (succeeded: boolean) => {
      this.answers.push({ member, begun, took: succeeded ? bench.now - begun : undefined });
    };
    const { reads } = bench.cluster.members[member]!;
    if (request === 'put') bench.put(member, PATIENCE, settle);
    else if (request === 'serializable') reads.readLocally(settle, bench.simulation);
    else reads.read(settle, bench.simulation);
    bench.after(this.interval, () => this.begin(member));
  }
}

function latencies(name: string, answers: readonly Answer[]): Values {
  const good = answers
    .flatMap(({ took }) => (took === undefined ? [] : [took / MILLISECOND]))
    .sort((one, other) => one - other);
  if (good.length === 0) return {};
  return {
    [`${name} p50`]: quantile(good, 0.5),
    [`${name} p90`]: quantile(good, 0.9),
    [`${name} max`]: good.at(-1)!,
  };
}

/** `every`: each fsync takes so much longer for 15 s; `stall`: none returns for so long. */
export function slowDisk(
  settings: BenchSettings,
  replication: number,
  who: 'leader' | 'follower',
  how: 'every' | 'stall',
  milliseconds: number,
): Values {
  const scene = new Scene({ backendDisk: 'same', ...settings }, replication);
  const { bench } = scene;
  const { cluster } = bench;
  const slow = who === 'leader' ? scene.leader : scene.followers[0]!;
  const probes = {
    put: new OpenProbe(bench, 'put', 50 * MILLISECOND),
    serializable: new OpenProbe(bench, 'serializable', 50 * MILLISECOND),
    linearizable: new OpenProbe(bench, 'linearizable', 100 * MILLISECOND),
  };
  scene.run(300);
  const fault = scene.mark();
  const spell = { factor: 1, added: milliseconds * MILLISECOND };
  if (how === 'every') cluster.slowDisk(slow, spell, bench.simulation);
  else bench.stall(slow, milliseconds * MILLISECOND);
  scene.run(how === 'every' ? SLOW_FOR : milliseconds);
  const over = scene.now;
  if (how === 'every') cluster.endSpell(slow, spell, bench.simulation);
  scene.run(Math.min(6_000, 3_000 + milliseconds) + 8_000);
  const of = (request: Request, isSlow: boolean) =>
    probes[request].answers.filter(
      ({ begun, member }) => begun >= fault && begun < over && (member === slow) === isSlow,
    );
  const elected = scene.elected[0];
  return {
    'leaders elected': scene.elected.length,
    'fault to elected': elected === undefined ? undefined : (elected - fault) / MILLISECOND,
    ...latencies('put at slow', of('put', true)),
    ...latencies('put at others', of('put', false)),
    ...latencies('serializable at slow', of('serializable', true)),
    ...latencies('serializable at others', of('serializable', false)),
    ...latencies('linearizable at slow', of('linearizable', true)),
    ...latencies('linearizable at others', of('linearizable', false)),
  };
}
