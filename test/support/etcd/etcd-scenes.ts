/** Clusters on the bench brought to where a test begins, and what befalls them as a whole. */
import { type Duration, MILLISECOND, SECOND, type Time } from '../../../src/engine/clock.ts';
import type { EtcdMember } from '../../../src/model/etcd/etcd-member.ts';
import type { MemberId } from '../../../src/model/etcd/raft/message.ts';
import { type BenchSettings, EtcdBench } from './etcd-bench.ts';
import { LogWitness } from './log-witness.ts';

/** A cluster that is led, somewhere between two ticks, and looked at by a witness. */
export interface Scene {
  readonly bench: EtcdBench;
  readonly witness: LogWitness;
  readonly members: readonly EtcdMember[];
  /** Who led when the scene began. */
  readonly leader: EtcdMember;
  /** Who did not, in their order. */
  readonly followers: readonly EtcdMember[];
}

export function led(settings: BenchSettings = {}, replication = 1): Scene {
  const bench = new EtcdBench(settings, replication);
  const witness = new LogWitness(bench);
  demand(
    bench.runUntil(() => bench.leader !== undefined, 60 * SECOND),
    'a leader',
  );
  bench.run(SECOND + Math.floor(bench.stream.double() * SECOND));
  const { members } = bench.cluster;
  const leader = bench.leader!;
  return { bench, witness, members, leader, followers: members.filter((one) => one !== leader) };
}

export function demand(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`there is not: ${what}`);
}

/** Seconds from now until somebody else than `old` leads; the bench has run up to there. */
export function secondsToNextLeader({ bench }: Pick<Scene, 'bench'>, old: EtcdMember): number {
  const begun = bench.now;
  const isNew = () => bench.leader !== undefined && bench.leader !== old;
  demand(bench.runUntil(isNew, 60 * SECOND), 'another leader');
  return (bench.now - begun) / SECOND;
}

/** Messages pass neither to nor from a member. */
export function isolate(bench: EtcdBench, id: MemberId): void {
  eachWay(bench, id, (from, to) => bench.cut(from, to));
}

export function rejoin(bench: EtcdBench, id: MemberId): void {
  eachWay(bench, id, (from, to) => bench.heal(from, to));
}

function eachWay(bench: EtcdBench, id: MemberId, act: (from: MemberId, to: MemberId) => void) {
  for (const { core } of bench.cluster.members) {
    if (core.id === id) continue;
    act(id, core.id);
    act(core.id, id);
  }
}

/** A put every so often at whoever takes itself for the leader, so that logs grow and part. */
export class Writer {
  /** When writes succeeded. */
  readonly successes: Time[] = [];
  private readonly bench: EtcdBench;
  private readonly every: Duration;

  constructor(bench: EtcdBench, every: Duration = 20 * MILLISECOND) {
    this.bench = bench;
    this.every = every;
    this.write();
  }

  /** The longest time without a success since `time`, one still open included. */
  longestGap(time: Time): Duration {
    const since = this.successes.filter((success) => success > time);
    const marks = [time, ...since, this.bench.now];
    return Math.max(...marks.slice(1).map((mark, place) => mark - marks[place]!));
  }

  private write(): void {
    const { bench } = this;
    for (const { core, isRunning } of bench.cluster.members) {
      if (!isRunning || core.role !== 'leader') continue;
      bench.put(core.id, SECOND, (succeeded) => {
        if (succeeded) this.successes.push(bench.now);
      });
    }
    bench.after(this.every, () => this.write());
  }
}

/** How long one put takes that a member is asked for now; undefined if it fails in `patience`. */
export function timeOfPut(
  bench: EtcdBench,
  id: MemberId,
  patience: Duration = 10 * SECOND,
): Duration | undefined {
  const begun = bench.now;
  let end: Time | undefined;
  bench.put(id, patience, (succeeded) => {
    if (succeeded) end = bench.now;
  });
  bench.runUntil(() => end !== undefined, patience);
  return end === undefined ? undefined : end - begun;
}

/** What came of a read: the time it took and whether it was answered; undefined while it waits. */
export interface ReadOutcome {
  succeeded: boolean | undefined;
  took: Duration;
}

export function read(bench: EtcdBench, member: EtcdMember, kind: 'linearizable' | 'serializable') {
  const outcome: ReadOutcome = { succeeded: undefined, took: 0 };
  const begun = bench.now;
  const answered = (succeeded: boolean) => {
    outcome.succeeded = succeeded;
    outcome.took = bench.now - begun;
  };
  if (kind === 'linearizable') member.reads.read(answered, bench.simulation);
  else member.reads.readLocally(answered, bench.simulation);
  return outcome;
}
