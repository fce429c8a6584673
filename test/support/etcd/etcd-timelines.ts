/** Random clusters under random faults for some minutes, and all there is to say of their state. */
import { MILLISECOND, SECOND, type Time } from '../../../src/engine/clock.ts';
import type { Effects } from '../../../src/engine/effects.ts';
import { lognormalFromMedianAndPercentile } from '../../../src/engine/laws/from-known.ts';
import { type RandomStream, RandomStreams } from '../../../src/engine/random-streams.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import { EtcdCluster } from '../../../src/model/etcd/etcd-cluster.ts';
import type { EtcdMember } from '../../../src/model/etcd/etcd-member.ts';
import type { ProcessFreeze } from '../../../src/model/process/managed-process.ts';
import { BENCH_SETTINGS, memberNames } from './etcd-bench.ts';

export interface Timeline {
  /** Whole states at each fault, and every change of leaders, in order. */
  readonly lines: readonly string[];
  readonly executed: number;
  readonly elided: number;
}

const LENGTH: Time = 600 * SECOND;
const FIRST_FAULT: Time = 4 * SECOND;
/** Seconds between faults, at the most: from within a heartbeat to long quiet spells. */
const GAPS = [0.05, 2, 20, 200];

/** One cluster and its faults, told by `seed` alone. */
export function timeline(seed: string, neverSleep: boolean): Timeline {
  const streams = new RandomStreams(seed);
  const plan = streams.stream('plan');
  const simulation = new Simulation(
    { changed: () => {}, settled: () => {} },
    { neverSleep, tracing: false },
  );
  const lines: string[] = [];
  const cluster = clusterOf(plan, streams, lines);
  simulation.restart(LENGTH);
  cluster.start(simulation);
  const faults = new Faults(cluster, plan);
  let time = FIRST_FAULT;
  while (time < LENGTH) {
    const strike = faults.next();
    const step = (_: unknown, effects: Effects) => {
      cluster.wake(effects);
      lines.push(`${effects.now} ${cluster.members.map(stateOf).join(' | ')}`);
      lines.push(strike(effects));
    };
    simulation.at(time, { kind: 'fault', target: { step } });
    const gap = GAPS[whole(plan, GAPS.length)]! * plan.double();
    time += Math.floor(gap * SECOND) + 1;
  }
  while (!simulation.run(100_000));
  return { lines, executed: simulation.executed, elided: cluster.ticksElided(LENGTH) };
}

function whole(stream: RandomStream, range: number): number {
  return Math.floor(stream.double() * range);
}

function clusterOf(plan: RandomStream, streams: RandomStreams, lines: string[]): EtcdCluster {
  const members = [1, 3, 3, 3, 5][whole(plan, 5)]!;
  const jitter = plan.double() < 0.5 ? 0 : 300;
  const leading = new Set<string>();
  const settings = {
    ...BENCH_SETTINGS,
    names: memberNames(members),
    electionTicks: 10,
    anyAnswerEndsProbe: streams.stream('version').double() < 0.5,
    preVote: plan.double() < 0.5,
    checkQuorum: true,
    heartbeatInterval: 100 * MILLISECOND,
    writeInterval: plan.double() < 0.5 ? undefined : (20 + whole(plan, 100)) * MILLISECOND,
    fsync: lognormalFromMedianAndPercentile(1000, 99, 8000),
    // One that outlasts a tick loses the next, which sleep does not know of: those are events.
    longestFsync: 90 * MILLISECOND,
    latency: () => ({ base: 200, jitter }),
    tickSpread: 'independent',
  } as const;
  return new EtcdCluster(settings, streams, {
    roleChanged: ({ name, isRunning, core }, { now }) => {
      const leads = isRunning && core.role === 'leader';
      if (leads === leading.has(name)) return;
      if (leads) leading.add(name);
      else leading.delete(name);
      lines.push(`${now} ${name} ${leads ? `leads in term ${core.term}` : 'leads no more'}`);
    },
  });
}

export function stateOf({ name, isRunning, core, applied }: EtcdMember): string {
  const { role, term, vote, leader, electionElapsed, randomizedTimeout, log } = core;
  const progress = [...core.progress].map(
    ([peer, { state, match, next, recentlyActive, paused, hadAll }]) =>
      `${peer}:${state}:${match}:${next}:${recentlyActive}:${paused}:${hadAll}`,
  );
  const raft = [term, vote, leader, electionElapsed, randomizedTimeout].join(' ');
  const positions = [log.last, log.committed, log.stable, applied].join(' ');
  return `${name} ${isRunning ? role : 'down'} ${raft}, ${positions}, ${progress.join(' ')}`;
}

/** Draws faults one after the other; what each does depends on what those before it did. */
class Faults {
  private readonly cluster: EtcdCluster;
  private readonly plan: RandomStream;
  private readonly paused = new Map<number, ProcessFreeze>();
  private readonly cuts: (readonly [from: number, to: number])[] = [];

  constructor(cluster: EtcdCluster, plan: RandomStream) {
    this.cluster = cluster;
    this.plan = plan;
  }

  next(): (effects: Effects) => string {
    const { plan } = this;
    const size = this.cluster.members.length;
    const kind = plan.double();
    const one = whole(plan, size);
    const other = whole(plan, size);
    const chance = plan.double();
    return (effects) => this.strike(kind, one, other, chance, effects);
  }

  private strike(kind: number, one: number, other: number, chance: number, effects: Effects) {
    if (kind < 0.5) return this.killOrRestart(one, kind < 0.35, effects);
    if (kind < 0.7) return this.cut(one, other, chance < 0.6, effects);
    if (kind < 0.8) return this.isolate(one, effects);
    if (kind < 0.93) return this.heal(effects);
    if (kind < 0.97) return this.pauseOrResume(one, effects);
    this.cluster.stall(one, effects.now + Math.floor(chance * 3 * SECOND), effects);
    return `stall ${one}`;
  }

  private killOrRestart(id: number, mayKill: boolean, effects: Effects): string {
    if (!this.cluster.members[id]!.isRunning) {
      this.cluster.processes[id]!.boot(effects);
      return `restart ${id}`;
    }
    if (!mayKill || this.paused.has(id)) return 'nothing';
    this.cluster.processes[id]!.vanish(effects);
    return `kill ${id}`;
  }

  private cut(from: number, to: number, bothWays: boolean, effects: Effects): string {
    if (from === to) return 'nothing';
    this.lose(from, to, effects);
    if (bothWays) this.lose(to, from, effects);
    return `cut ${from} ${bothWays ? '|' : '->'} ${to}`;
  }

  private isolate(id: number, effects: Effects): string {
    for (const { core } of this.cluster.members) {
      if (core.id !== id) this.cut(id, core.id, true, effects);
    }
    return `isolate ${id}`;
  }

  private lose(from: number, to: number, effects: Effects): void {
    this.cluster.cut(from, to, effects);
    this.cuts.push([from, to]);
  }

  private heal(effects: Effects): string {
    for (const [from, to] of this.cuts.splice(0)) this.cluster.heal(from, to, effects);
    return 'heal all';
  }

  private pauseOrResume(id: number, effects: Effects): string {
    if (!this.cluster.members[id]!.isRunning) return 'nothing';
    const freeze = this.paused.get(id);
    if (freeze !== undefined) {
      this.paused.delete(id);
      this.cluster.processes[id]!.thaw(freeze, effects);
    } else {
      this.paused.set(id, this.cluster.processes[id]!.freeze(effects));
    }
    return `${this.paused.has(id) ? 'pause' : 'resume'} ${id}`;
  }
}
