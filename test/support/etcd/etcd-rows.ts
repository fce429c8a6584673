/**
 * What was measured on real etcd, played through in the model: the same faults, the same clients,
 * the same figures. Times are milliseconds. Left out: what the client's own machine adds.
 */
import { type Duration, MILLISECOND, SECOND, type Time } from '../../../src/engine/clock.ts';
import { Uniform } from '../../../src/engine/laws/uniform.ts';
import type { MemberId } from '../../../src/model/etcd/raft/message.ts';
import { type BenchSettings, EtcdBench } from './etcd-bench.ts';
import { EtcdProbe, OWN } from './etcd-probe.ts';
import { FineProbe } from './fine-probe.ts';

export type Values = Readonly<Record<string, number | undefined>>;

/** From the start of the process until its Raft runs, as measured on an idle machine. */
const START_UP = new Uniform(25 * MILLISECOND, 45 * MILLISECOND);

/** The fine probe begins so long after a fault, so that it does not shape what comes before. */
export const FINE_AFTER = 50;

/** One trial: a cluster that has been well for a while, its clients, and what is marked in it. */
export class Scene {
  readonly bench: EtcdBench;
  readonly leader: MemberId;
  readonly followers: readonly MemberId[];
  readonly writer: EtcdProbe;
  private fineProbe: FineProbe | undefined;
  readonly elected: Time[] = [];
  readonly follows: { readonly member: MemberId; readonly time: Time }[] = [];

  constructor(settings: BenchSettings, replication: number) {
    const bench = new EtcdBench({ startUp: START_UP, ...settings }, replication);
    this.bench = bench;
    bench.runUntil(() => bench.leader !== undefined, 120 * SECOND);
    bench.run(2 * SECOND);
    this.leader = bench.leader!.core.id;
    const others = bench.cluster.members
      .map(({ core }) => core.id)
      .filter((id) => id !== this.leader);
    this.followers = replication % 2 === 0 ? others : others.reverse();
    bench.roleChangedHook = ({ core, isRunning }) => {
      if (!isRunning) return;
      if (core.role === 'leader') this.elected.push(bench.now);
      else if (core.leader >= 0) this.follows.push({ member: core.id, time: bench.now });
    };
    this.writer = new EtcdProbe(bench, OWN);
    this.writer.member = replication % bench.cluster.members.length;
    this.run(300 + bench.stream.double() * 1_000);
  }

  /** Begun at the first call. */
  get fine(): FineProbe {
    this.fineProbe ??= new FineProbe(this.bench);
    return this.fineProbe;
  }

  get now(): Time {
    return this.bench.now;
  }

  run(milliseconds: number): void {
    this.bench.run(Math.round(milliseconds * MILLISECOND));
  }

  until(isSo: () => boolean, seconds: number): boolean {
    return this.bench.runUntil(isSo, seconds * SECOND);
  }

  /** Clears what was noted so far; the time. */
  mark(): Time {
    this.bench.campaigns.length = 0;
    this.elected.length = 0;
    this.follows.length = 0;
    return this.now;
  }

  /** Waits until puts succeed again, and then a while. */
  settle(since: Time, seconds = 4): void {
    this.until(() => this.fine.firstAfter(since) !== undefined, 30);
    this.run(seconds * 1_000);
  }

  each(act: (member: MemberId) => void): void {
    for (const { core } of this.bench.cluster.members) act(core.id);
  }

  cutOff(member: MemberId, verb: 'cut' | 'heal'): void {
    this.each((other) => {
      if (other === member) return;
      this.bench[verb](member, other);
      this.bench[verb](other, member);
    });
  }
}

export function inMilliseconds(time: Duration | undefined): number | undefined {
  return time === undefined ? undefined : time / MILLISECOND;
}

/** From a fault to the first campaign, the leader, the first put. */
export function succession(scene: Scene, fault: Time): Values {
  const campaign = scene.bench.campaigns[0];
  const elected = scene.elected[0];
  const success = elected === undefined ? undefined : scene.fine.firstAfter(elected);
  const between = (from: Time | undefined, to: Time | undefined) =>
    from === undefined || to === undefined ? undefined : (to - from) / MILLISECOND;
  return {
    window: scene.writer.window(fault) / MILLISECOND,
    'fault to campaign': between(fault, campaign),
    'campaign to elected': between(campaign, elected),
    'fault to elected': between(fault, elected),
    'elected to success': between(elected, success),
    campaigns: scene.bench.campaigns.filter((time) => elected === undefined || time <= elected)
      .length,
  };
}

export function leaderKilled(settings: BenchSettings, replication: number): Values {
  const scene = new Scene(settings, replication);
  const fault = scene.mark();
  scene.bench.kill(scene.leader);
  scene.run(FINE_AFTER);
  scene.fine.firstAfter(fault);
  scene.until(() => scene.elected.length > 0, 60);
  scene.settle(scene.elected[0] ?? fault, 1);
  return succession(scene, fault);
}

export function leaderFrozen(
  settings: BenchSettings,
  replication: number,
  seconds: number,
): Values {
  const scene = new Scene(settings, replication);
  const fault = scene.mark();
  scene.bench.pause(scene.leader);
  scene.run(seconds * 1000);
  scene.bench.resume(scene.leader);
  const resumed = scene.now;
  scene.run(8_000);
  const follows = scene.follows.find(
    ({ member, time }) => member === scene.leader && time >= resumed,
  );
  const { window, 'fault to elected': elected } = succession(scene, fault);
  return {
    window,
    'fault to elected': elected,
    moved: scene.bench.leader?.core.id === scene.leader ? 0 : 1,
    'resumed to follows':
      follows === undefined ? undefined : (follows.time - resumed) / MILLISECOND,
  };
}

export function allRestarted(
  settings: BenchSettings,
  replication: number,
  ending: 'kill' | 'stop',
): Values {
  const scene = new Scene(settings, replication);
  const { bench } = scene;
  const fault = scene.mark();
  if (ending === 'kill') scene.each((id) => bench.kill(id));
  // Followers take longer to go than a leader takes to choose a successor.
  else for (const id of [scene.leader, ...scene.followers]) bench.stop(id);
  const gone = () => bench.cluster.members.every(({ isRunning }) => !isRunning);
  scene.until(gone, 30);
  const lastExit = scene.now - fault;
  scene.run(20);
  const start = scene.mark();
  scene.each((id) => bench.restart(id));
  scene.settle(start, 3);
  const success = scene.fine.firstAfter(start);
  return {
    'fault to third exit': inMilliseconds(lastExit),
    'start to campaign': inMilliseconds((bench.campaigns[0] ?? Number.NaN) - start),
    'start to elected': inMilliseconds((scene.elected[0] ?? Number.NaN) - start),
    'start to success': success === undefined ? undefined : (success - start) / MILLISECOND,
    'leaders elected': scene.elected.length,
  };
}

export function quorumBack(settings: BenchSettings, replication: number): Values {
  const scene = new Scene(settings, replication);
  const { bench } = scene;
  const follower = scene.followers[0]!;
  bench.kill(scene.leader);
  bench.kill(follower);
  scene.run(10_000);
  const start = scene.mark();
  bench.restart(follower);
  scene.settle(start, 2);
  const success = scene.fine.firstAfter(start);
  return {
    'start to campaign': inMilliseconds((bench.campaigns[0] ?? Number.NaN) - start),
    'start to elected': inMilliseconds((scene.elected[0] ?? Number.NaN) - start),
    'start to success': success === undefined ? undefined : (success - start) / MILLISECOND,
  };
}
