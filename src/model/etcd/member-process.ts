/**
 * The etcd process of one member and what befalls it: it ends, freezes and starts. One that ends by
 * itself is started again by its supervisor: by systemd as Debian has it (etcd.service:
 * Restart=on-abnormal; etcd's own unit in contrib/systemd has Restart=always and RestartSec=10s),
 * by a kubelet (static-member.ts), or by what is left of one where none is simulated. One whose end
 * somebody demanded stays down until its parts are up again.
 */
import { type Duration, NEVER, type Time, wholeMicroseconds } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import { memberKey } from '../parts/stream-keys.ts';
import { BackOffSupervisor } from '../process/kubelet-back-off.ts';
import type {
  Demand,
  ManagedProcess,
  ProcessFreeze,
  Supervisor,
} from '../process/managed-process.ts';
import { SystemdUnit } from '../process/systemd.ts';
import { type Channel, STREAM_TIMEOUT } from './channel.ts';
import type { EtcdMember } from './etcd-member.ts';
import type { EtcdSettings } from './etcd-settings.ts';
import type { MemberId } from './raft/message.ts';

/** The cluster as the process of one member meets it. */
export interface ProcessSurroundings {
  readonly settings: EtcdSettings;
  readonly streams: RandomStreams;
  readonly members: readonly EtcdMember[];
  channel(from: MemberId, to: MemberId): Channel;
  /** Since when a stream has stood; NEVER where it does not. */
  activeSince(from: MemberId, to: MemberId, now: Time): Time;
  /** Whether its peers have given up streams to a member that does not answer. */
  isGivenUp(id: MemberId): boolean;
  wake(effects: Effects): void;
  touched(): void;
  look(effects: Effects): void;
  changed(member: EtcdMember, effects: Effects): void;
  /** A machine and its disk are there again. */
  seated(effects: Effects): void;
}

export class MemberProcess implements ManagedProcess, Component {
  readonly name: string;
  onExit: (effects: Effects, hasFailed?: boolean) => void = () => {};
  /** Whether the parts under the member work. */
  isSeated = true;
  /** Whether something keeps the process running: its machine and its supervisor. */
  isKept = true;
  /** Whether its peers have given up streams to a process that does not answer. */
  isGivenUp = false;
  private readonly cluster: ProcessSurroundings;
  private readonly id: MemberId;
  private readonly freezeNoticed: SimulationEvent = { kind: 'freezeNoticed', target: this };
  private readonly graceOver: SimulationEvent = { kind: 'graceOver', target: this };
  private own: Supervisor | undefined = undefined;
  private usual: Supervisor | undefined = undefined;
  /** Whoever waits for the process to end. */
  private demands: Demand[] = [];
  /** When a process that was asked to stop is killed. */
  private killedAt: Time = NEVER;
  private readonly freezes = new Set<ProcessFreeze>();
  private frozenSince: Time = NEVER;

  constructor(cluster: ProcessSurroundings, id: MemberId) {
    this.cluster = cluster;
    this.id = id;
    this.name = `${cluster.settings.names[id]}.etcd`;
  }

  /** From the next replication on somebody else than usual supervises it. */
  superviseBy(supervisor: Supervisor): void {
    this.own = supervisor;
  }

  /** A replication starts. */
  restart(effects: Effects): void {
    this.isSeated = true;
    this.isKept = true;
    this.isGivenUp = false;
    this.demands = [];
    this.killedAt = NEVER;
    this.freezes.clear();
    this.frozenSince = NEVER;
    if (this.own !== undefined) return;
    this.usual ??=
      this.cluster.settings.supervisor === 'systemd'
        ? new SystemdUnit(this, 'on-abnormal')
        : new BackOffSupervisor(this);
    this.usual.startWarm(effects);
  }

  get exists(): boolean {
    return this.member.isRunning || this.member.isStarting;
  }

  /** The parts under the member work, or no longer do. */
  seat(isUp: boolean, effects: Effects): void {
    this.cluster.wake(effects);
    this.isSeated = isUp;
    if (isUp) this.cluster.seated(effects);
    this.changed(effects);
  }

  /** Nothing keeps the process running any more. */
  down(effects: Effects): void {
    this.letGo(effects);
    this.vanish(effects);
  }

  /** Its supervisor ends before it, and starts it again only with its machine. */
  letGo(effects: Effects): void {
    this.cluster.wake(effects);
    this.isKept = false;
    this.supervisor.end(effects);
  }

  /** Its machine and supervisor are there again, and start it. */
  up(effects: Effects): void {
    this.cluster.wake(effects);
    this.isKept = true;
    if (this.member.hasData) this.boot(effects);
    this.changed(effects);
  }

  /** The process is started, as if its machine had just booted. */
  boot(effects: Effects): void {
    this.supervisor.begin(effects);
  }

  /** The member itself is gone, and nobody starts it until somebody calls `boot`. */
  remove(effects: Effects): void {
    this.supervisor.end(effects);
    this.vanish(effects);
  }

  /**
   * Somebody wants the process to end, and waits until it has: to stop, which any end of it is, or
   * to crash at a point, which the processes after it are to do too where it ends otherwise.
   * @param grace from SIGTERM to SIGKILL, if it is not its supervisor's; NEVER: nobody kills it
   */
  demand(demand: Demand, effects: Effects, grace = this.supervisor.gracePeriod): void {
    this.cluster.wake(effects);
    const isStop = demand.ending === 'stop';
    if (isStop && !this.member.isRunning) {
      demand.ended(effects);
      return;
    }
    this.demands.push(demand);
    if (isStop) this.stop(grace, effects);
    else this.arm();
    this.changed(effects);
  }

  /** What has not come to pass is wanted no longer; a process asked to stop stops all the same. */
  withdraw(demand: Demand, effects: Effects): void {
    this.cluster.wake(effects);
    this.demands = this.demands.filter((other) => other !== demand);
    this.arm();
    this.changed(effects);
  }

  /** It is gone at once, as with its machine. */
  vanish(effects: Effects): void {
    this.cluster.wake(effects);
    const { member } = this;
    const { crashedAt } = member.loop;
    member.kill();
    this.freezes.clear();
    this.frozenSince = NEVER;
    this.isGivenUp = false;
    this.killedAt = NEVER;
    this.eachChannel((channel, isReceiver) => channel.close(effects, isReceiver));
    this.cluster.changed(member, effects);
    this.changed(effects);
    const isMet = ({ ending }: Demand) => ending === 'stop' || ending === crashedAt;
    const met = this.demands.filter(isMet);
    this.demands = this.demands.filter((demand) => !isMet(demand));
    for (const demand of met) demand.ended(effects);
  }

  /** The disk takes writes again. */
  diskRepaired(effects: Effects): void {
    if (this.isKept) this.supervisor.repaired?.(effects);
  }

  /**
   * The process ends by itself, or by its supervisor's hand, who starts it again if there is one.
   * @param hasFailed it exits because a write failed; else a signal ends it
   */
  exit(effects: Effects, hasFailed = false): void {
    effects.record({ kind: 'memberExited', subject: this.member.name });
    if (this.exists) this.vanish(effects);
    if (this.isKept) this.onExit(effects, hasFailed);
  }

  /** The process is started; its Raft runs once it is up. */
  start(effects: Effects): void {
    const { settings, streams } = this.cluster;
    const { member } = this;
    if (member.isRunning || !member.hasData) return;
    const startUp = settings.startUp.draw(streams.stream(`${memberKey(this.id)}/etcd.startUp`));
    member.boot(wholeMicroseconds(startUp), effects);
  }

  /** The process is up. One that cannot write exits before its peers hear of it. */
  started(effects: Effects): void {
    const { member } = this;
    if (member.disk.isBroken) {
      this.exit(effects, true);
      return;
    }
    this.cluster.wake(effects);
    this.dial(effects);
    member.start(this.cluster.settings.heartbeatInterval, effects);
    this.arm();
    this.changed(effects);
  }

  /** The process is frozen, until every freeze of it is over. */
  freeze(effects: Effects): ProcessFreeze {
    this.cluster.wake(effects);
    const freeze: ProcessFreeze = {};
    if (!this.member.isRunning) return freeze;
    this.freezes.add(freeze);
    if (this.freezes.size > 1) return freeze;
    this.member.pause();
    this.frozenSince = effects.now;
    effects.at(effects.now + STREAM_TIMEOUT, this.freezeNoticed);
    this.changed(effects);
    return freeze;
  }

  /** A freeze is over; one whose process has died since thaws nothing. */
  thaw(freeze: ProcessFreeze, effects: Effects): void {
    this.cluster.wake(effects);
    const { member } = this;
    if (!this.freezes.delete(freeze) || this.freezes.size > 0) return;
    const wasGivenUp = this.isGivenUp;
    this.frozenSince = NEVER;
    this.isGivenUp = false;
    member.resume(effects);
    if (wasGivenUp && member.isRunning) this.dial(effects);
    this.changed(effects);
  }

  step(event: SimulationEvent, effects: Effects): void {
    const { now } = effects;
    if (event === this.freezeNoticed && this.frozenSince + STREAM_TIMEOUT === now) {
      this.cluster.wake(effects);
      this.isGivenUp = true;
      this.eachChannel((channel) => channel.close(effects));
      this.changed(effects);
    } else if (event === this.graceOver && this.killedAt === now) {
      this.killedAt = NEVER;
      this.kill(effects);
    }
  }

  /** SIGKILL. One that is held by its disk is as if frozen until that returns. */
  kill(effects: Effects): void {
    const { member } = this;
    if (member.handOver.sigkill(effects.now)) {
      this.exit(effects);
      return;
    }
    effects.record({ kind: 'memberHeldByDisk', subject: member.name });
    this.freeze(effects);
  }

  /** SIGTERM: a process that only starts has no handler for it yet, and ends at once. */
  terminate(effects: Effects): void {
    this.cluster.wake(effects);
    const { member } = this;
    if (!member.isRunning) this.exit(effects);
    else if (!member.isStopping) this.handOver(effects);
    this.changed(effects);
  }

  private get member(): EtcdMember {
    return this.cluster.members[this.id]!;
  }

  private get supervisor(): Supervisor {
    return (this.own ?? this.usual)!;
  }

  /** SIGTERM, and SIGKILL after the grace period, by whoever demands it. */
  private stop(grace: Duration, effects: Effects): void {
    if (this.member.isStopping) return;
    this.killedAt = effects.now + grace;
    if (this.killedAt !== NEVER) effects.at(this.killedAt, this.graceOver);
    this.handOver(effects);
  }

  /** A leader first hands over to the voter to which it has been connected longest. */
  private handOver(effects: Effects): void {
    const { cluster, id, member } = this;
    const since = (voter: MemberId) => cluster.activeSince(voter, id, effects.now);
    const connected = member.core.voters.filter((voter) => voter !== id && since(voter) !== NEVER);
    const successor = connected.sort((one, other) => since(one) - since(other) || one - other)[0];
    member.stop(successor, effects);
  }

  private arm(): void {
    const endings = this.demands.map(({ ending }) => ending);
    this.member.crashAt(new Set(endings.filter((ending) => ending !== 'stop')));
  }

  private changed(effects: Effects): void {
    this.cluster.touched();
    this.cluster.look(effects);
  }

  /** Whoever is there connects with the member, each way. */
  private dial(effects: Effects): void {
    const { cluster, id } = this;
    for (const { core, isRunning } of cluster.members) {
      if (core.id === id || !isRunning || cluster.isGivenUp(core.id)) continue;
      cluster.channel(id, core.id).open(effects);
      cluster.channel(core.id, id).open(effects);
    }
  }

  private eachChannel(act: (channel: Channel, isReceiver: boolean) => void): void {
    const { cluster, id } = this;
    for (const { core } of cluster.members) {
      if (core.id === id) continue;
      act(cluster.channel(id, core.id), false);
      act(cluster.channel(core.id, id), true);
    }
  }
}
