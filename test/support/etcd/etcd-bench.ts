/**
 * An etcd cluster in a simulation of its own, driven by hand: it runs for a while, suffers
 * something, runs on. Every tick is simulated. Writes come from whoever uses the bench.
 */
import { type Duration, MILLISECOND, NEVER, SECOND, type Time } from '../../../src/engine/clock.ts';
import type { Effects, SimulationEvent } from '../../../src/engine/effects.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import { lognormalFromMedianAndPercentile } from '../../../src/engine/laws/from-known.ts';
import { type RandomStream, RandomStreams } from '../../../src/engine/random-streams.ts';
import { Simulation } from '../../../src/engine/simulation.ts';
import type { ClusterListener } from '../../../src/model/etcd/cluster-chronicle.ts';
import { EtcdCluster } from '../../../src/model/etcd/etcd-cluster.ts';
import type { EtcdMember } from '../../../src/model/etcd/etcd-member.ts';
import type { EtcdSettings } from '../../../src/model/etcd/etcd-settings.ts';
import type { MemberId, Proposal } from '../../../src/model/etcd/raft/message.ts';
import type { RaftCore } from '../../../src/model/etcd/raft/raft-core.ts';
import type {
  CrashPoint,
  Demand,
  ProcessFreeze,
} from '../../../src/model/process/managed-process.ts';

/** The machine of the measurements: median and 99th percentile of fdatasync, loopback. */
export const MEASURED_FSYNC = lognormalFromMedianAndPercentile(160, 99, 3_400);

/** Names of so many members. */
export function memberNames(members: number): string[] {
  return Array.from({ length: members }, (_, id) => `m${id + 1}`);
}

/** etcd's defaults on the machine of the measurements; assumed latency of the loopback. */
export const BENCH_SETTINGS: EtcdSettings = {
  names: memberNames(3),
  electionTicks: 10,
  preVote: true,
  checkQuorum: true,
  anyAnswerEndsProbe: true,
  snapshotSize: 1_000_000,
  heartbeatInterval: 100 * MILLISECOND,
  initialElectionTickAdvance: true,
  strictReconfigCheck: true,
  addsOnlyToAll: false,
  fsync: MEASURED_FSYNC,
  longestFsync: NEVER,
  backendDisk: 'own',
  startUp: new Deterministic(1),
  latency: () => ({ base: 60, jitter: 60 }),
  loss: 0,
  bandwidth: 1e9,
  writeInterval: undefined,
  tickSpread: 'independent',
  snapshotEvery: 100_000,
  replacement: { order: 'removeFirst', asLearner: true },
  supervisor: 'kubelet',
  backup: undefined,
};

export type BenchSettings = Partial<EtcdSettings> & { readonly members?: number };

const HORIZON: Duration = 3_600 * SECOND;

/** A put that a member has taken on and not yet answered. */
interface Pending {
  readonly member: MemberId;
  readonly answered: (succeeded: boolean) => void;
}

export class EtcdBench implements ClusterListener {
  readonly simulation: Simulation;
  readonly cluster: EtcdCluster;
  /** Of this replication; for draws of the test itself. */
  readonly stream: RandomStream;
  /** Times at which anybody began a campaign. */
  readonly campaigns: Time[] = [];
  roleChangedHook: (member: EtcdMember) => void = () => {};
  appliedHook: (member: EtcdMember, index: number) => void = () => {};
  private readonly pending = new Map<number, Pending>();
  private readonly places = new Map<number, { readonly index: number; readonly term: number }>();
  private readonly freezes = new Map<MemberId, ProcessFreeze>();
  private tickets = 0;

  /** @param asleep members that are not there from the start on */
  constructor(settings: BenchSettings, replication: number, asleep: MemberId[] = []) {
    const streams = new RandomStreams('etcd-bench');
    const observer = { changed: () => {}, settled: () => {} };
    this.simulation = new Simulation(observer, { neverSleep: true, tracing: false });
    streams.restart(replication);
    const { members = 3, ...others } = settings;
    const all = { ...BENCH_SETTINGS, names: memberNames(members), ...others };
    this.cluster = new EtcdCluster(all, streams, this);
    this.stream = streams.stream('test');
    this.simulation.restart(HORIZON);
    // While everybody is dead nothing happens, and time must not run out for that.
    this.after(HORIZON - 1, () => {});
    this.cluster.start(this.simulation);
    for (const id of asleep) this.cluster.processes[id]!.vanish(this.simulation);
  }

  get now(): Time {
    return this.simulation.now;
  }

  get leader(): EtcdMember | undefined {
    return this.cluster.leader;
  }

  /** Lets this much time pass. */
  run(duration: Duration): void {
    let ended = false;
    this.after(duration, () => {
      ended = true;
    });
    while (!ended) this.simulation.run(1);
  }

  /** Lets time pass until it is so; false if it is not so within `limit`. */
  runUntil(isSo: () => boolean, limit: Duration): boolean {
    const end = this.now + limit;
    while (!isSo() && this.now < end) this.simulation.run(1);
    return isSo();
  }

  after(duration: Duration, act: (effects: Effects) => void): void {
    const target = { step: (_event: SimulationEvent, effects: Effects) => act(effects) };
    this.simulation.at(this.now + duration, { kind: 'bench', target });
  }

  kill(id: MemberId): void {
    this.cluster.processes[id]!.down(this.simulation);
    for (const [ticket, { member }] of [...this.pending]) {
      if (member === id) this.settle(ticket, false);
    }
  }

  /** SIGTERM, and no kubelet that starts it again. */
  stop(id: MemberId): void {
    this.end(id, 'stop');
  }

  /** Ends when it next comes to a point of its pipeline, and nobody starts it again. */
  crashAt(id: MemberId, point: CrashPoint): Demand {
    return this.end(id, point);
  }

  private end(id: MemberId, ending: Demand['ending']): Demand {
    const { processes } = this.cluster;
    const demand: Demand = { ending, ended: (effects) => processes[id]!.down(effects) };
    processes[id]!.demand(demand, this.simulation);
    return demand;
  }

  restart(id: MemberId): void {
    this.cluster.processes[id]!.up(this.simulation);
  }

  pause(id: MemberId): void {
    this.freezes.set(id, this.cluster.processes[id]!.freeze(this.simulation));
  }

  resume(id: MemberId): void {
    this.cluster.processes[id]!.thaw(this.freezes.get(id)!, this.simulation);
  }

  /** No fsync of the member's write-ahead log returns for so long. */
  stall(id: MemberId, duration: Duration): void {
    this.cluster.stall(id, this.now + duration, this.simulation);
  }

  cut(from: MemberId, to: MemberId): void {
    this.cluster.cut(from, to, this.simulation);
  }

  heal(from: MemberId, to: MemberId): void {
    this.cluster.heal(from, to, this.simulation);
  }

  /** A put at a member, which answers once it has applied it; given up after `patience`. */
  put(id: MemberId, patience: Duration, answered: (succeeded: boolean) => void): void {
    const ticket = ++this.tickets;
    this.pending.set(ticket, { member: id, answered });
    this.after(patience, () => {
      this.cluster.members[id]!.withdraw(ticket);
      this.settle(ticket, false);
    });
    const proposal: Proposal = { type: 'proposal', from: id, to: id, ticket };
    this.cluster.members[id]!.receive(proposal, this.simulation);
    this.answerIfApplied(ticket);
  }

  accepted(proposal: Proposal, index: number, term: number): void {
    if (proposal.ticket > 0) this.places.set(proposal.ticket, { index, term });
  }

  applied(applier: EtcdMember, index: number): void {
    this.appliedHook(applier, index);
    for (const [ticket, { member }] of [...this.pending]) {
      if (member === applier.core.id) this.answerIfApplied(ticket);
    }
  }

  campaigned(_core: RaftCore): void {
    this.campaigns.push(this.now);
  }

  roleChanged(member: EtcdMember): void {
    this.roleChangedHook(member);
  }

  private answerIfApplied(ticket: number): void {
    const pending = this.pending.get(ticket);
    const place = this.places.get(ticket);
    if (pending === undefined || place === undefined) return;
    const { core, applied } = this.cluster.members[pending.member]!;
    if (applied >= place.index && core.log.termAt(place.index) === place.term) {
      this.settle(ticket, true);
    }
  }

  private settle(ticket: number, succeeded: boolean): void {
    const pending = this.pending.get(ticket);
    this.pending.delete(ticket);
    this.places.delete(ticket);
    pending?.answered(succeeded);
  }
}
