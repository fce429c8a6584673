/**
 * The etcd processes of a cluster and what befalls them: they end, freeze and start. One that ends
 * by itself is started again by its keeper (member-keeper.ts); one whose end somebody demanded
 * stays down until its parts are up again.
 */

import { type Duration, NEVER, wholeMicroseconds } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import { memberKey } from '../parts/stream-keys.ts';
import type { Demand } from '../process/crash-point.ts';
import { type Channel, STREAM_TIMEOUT } from './channel.ts';
import type { EtcdCluster } from './etcd-cluster.ts';
import type { EtcdMember } from './etcd-member.ts';
import type { MemberKeeper, MemberProcess } from './member-keeper.ts';
import type { MemberId } from './raft/message.ts';
import { type Freeze, newSeat, type Seat, usualKeeper } from './seat.ts';

export class Processes implements Component {
  private readonly cluster: EtcdCluster;
  private readonly freezeNoticed: SimulationEvent = { kind: 'freezeNoticed', target: this };
  private readonly graceOver: SimulationEvent = { kind: 'graceOver', target: this };
  private readonly keepers = new Map<MemberId, MemberKeeper>();
  private seats: Seat[] = [];

  constructor(cluster: EtcdCluster) {
    this.cluster = cluster;
  }

  /** From the next replication on somebody else than usual keeps the member's process. */
  keepBy(id: MemberId, keeper: MemberKeeper): void {
    this.keepers.set(id, keeper);
  }

  /** What a keeper may do to the process of a member. */
  processOf(id: MemberId): MemberProcess {
    return {
      start: (effects) => this.launch(id, effects),
      terminate: (effects) => this.terminate(id, effects),
      kill: (effects) => this.slay(id, effects),
    };
  }

  restart(): void {
    this.seats = this.cluster.members.map((_, id) => {
      const { settings } = this.cluster;
      const name = `${settings.names[id]}.etcd`;
      const usual = usualKeeper(settings.keeper, name, this.processOf(id));
      return newSeat(this.keepers.get(id) ?? usual);
    });
  }

  isSeated(id: MemberId): boolean {
    return this.seats[id]?.isUp ?? false;
  }

  /** Whether its machine and kubelet would run the process. */
  isKept(id: MemberId): boolean {
    return this.seats[id]!.isKept;
  }

  /** The parts under the member work, or no longer do. */
  seat(id: MemberId, isUp: boolean, effects: Effects): void {
    this.cluster.wake(effects);
    this.seats[id]!.isUp = isUp;
    if (isUp) this.cluster.faults.care.seated(effects);
    this.changed(effects);
  }

  /** Nothing keeps the process running any more. */
  down(id: MemberId, effects: Effects): void {
    this.letGo(id, effects);
    this.kill(id, effects);
  }

  /** Its keeper ends before it, and starts it again only with its machine. */
  letGo(id: MemberId, effects: Effects): void {
    this.cluster.wake(effects);
    const seat = this.seats[id]!;
    seat.isKept = false;
    seat.keeper.end(effects);
  }

  /** Its machine and keeper are there again, and start it. */
  up(id: MemberId, effects: Effects): void {
    this.cluster.wake(effects);
    this.seats[id]!.isKept = true;
    if (this.cluster.members[id]!.hasData) this.boot(id, effects);
    this.changed(effects);
  }

  /** The process is started, as if its machine had just booted. */
  boot(id: MemberId, effects: Effects): void {
    this.seats[id]!.keeper.begin(effects);
  }

  /** The member itself is gone, and nobody starts it until somebody calls `boot`. */
  remove(id: MemberId, effects: Effects): void {
    this.seats[id]!.keeper.withdraw(effects);
    this.kill(id, effects);
  }

  /**
   * Somebody wants the process to end, and waits until it has: to stop, which any end of it is, or
   * to crash at a point, which the processes after it are to do too where it ends otherwise.
   * @param grace from SIGTERM to SIGKILL, if it is not its keeper's; NEVER: nobody kills it
   */
  demand(id: MemberId, demand: Demand, effects: Effects, grace?: Duration): void {
    this.cluster.wake(effects);
    const isStop = demand.ending === 'stop';
    if (isStop && !this.cluster.members[id]!.isRunning) {
      demand.ended(effects);
      return;
    }
    const seat = this.seats[id]!;
    seat.demands.push(demand);
    if (isStop) this.stop(id, grace ?? seat.keeper.grace, effects);
    else this.arm(id);
    this.changed(effects);
  }

  /** What has not come to pass is wanted no longer; a process asked to stop stops all the same. */
  withdraw(id: MemberId, demand: Demand, effects: Effects): void {
    this.cluster.wake(effects);
    const seat = this.seats[id]!;
    seat.demands = seat.demands.filter((other) => other !== demand);
    this.arm(id);
    this.changed(effects);
  }

  kill(id: MemberId, effects: Effects): void {
    this.cluster.wake(effects);
    const member = this.cluster.members[id]!;
    const seat = this.seats[id]!;
    const { crashedAt } = member.loop;
    member.kill();
    seat.freezes.clear();
    Object.assign(seat, { frozenSince: NEVER, isGivenUp: false, killedAt: NEVER });
    this.eachChannel(id, (channel, isReceiver) => channel.close(effects, isReceiver));
    this.cluster.changed(member, effects);
    this.changed(effects);
    const isMet = ({ ending }: Demand) => ending === 'stop' || ending === crashedAt;
    const met = seat.demands.filter(isMet);
    seat.demands = seat.demands.filter((demand) => !isMet(demand));
    for (const demand of met) demand.ended(effects);
  }

  /** The disk takes writes again. */
  diskMended(id: MemberId, effects: Effects): void {
    const { isKept, keeper } = this.seats[id]!;
    if (isKept) keeper.diskMended?.(effects);
  }

  /**
   * The process ends by itself, or by its keeper's hand, who starts it again if there is one.
   * @param hasFailed it exits because a write failed; else a signal ends it
   */
  exits(member: EtcdMember, effects: Effects, hasFailed = false): void {
    const { id } = member.core;
    const seat = this.seats[id]!;
    effects.record({ kind: 'memberExited', subject: member.name });
    if (member.isRunning || member.isStarting) this.kill(id, effects);
    if (seat.isKept) seat.keeper.exited(effects, hasFailed);
  }

  /** The process is started; its Raft runs once it is up. */
  private launch(id: MemberId, effects: Effects): void {
    const { settings, streams, members } = this.cluster;
    const member = members[id]!;
    if (member.isRunning || !member.hasData) return;
    const startUp = settings.startUp.draw(streams.stream(`${memberKey(id)}/etcd.startUp`));
    member.boot(wholeMicroseconds(startUp), effects);
  }

  /** The process is up. One that cannot write exits before its peers hear of it. */
  started(member: EtcdMember, effects: Effects): void {
    if (member.disk.isBroken) {
      this.exits(member, effects, true);
      return;
    }
    this.cluster.wake(effects);
    this.dial(member.core.id, effects);
    member.start(this.cluster.settings.heartbeatInterval, effects);
    this.arm(member.core.id);
    this.changed(effects);
  }

  /** The process is frozen, until every freeze of it has been resumed. */
  pause(id: MemberId, effects: Effects): Freeze {
    this.cluster.wake(effects);
    const freeze: Freeze = {};
    const { freezes } = this.seats[id]!;
    const member = this.cluster.members[id]!;
    if (!member.isRunning) return freeze;
    freezes.add(freeze);
    if (freezes.size > 1) return freeze;
    member.pause();
    this.seats[id]!.frozenSince = effects.now;
    effects.at(effects.now + STREAM_TIMEOUT, this.freezeNoticed);
    this.changed(effects);
    return freeze;
  }

  /** A freeze is over; one whose process has died since thaws nothing. */
  resume(id: MemberId, freeze: Freeze, effects: Effects): void {
    this.cluster.wake(effects);
    const seat = this.seats[id]!;
    const member = this.cluster.members[id]!;
    if (!seat.freezes.delete(freeze) || seat.freezes.size > 0) return;
    const wasGivenUp = seat.isGivenUp;
    seat.frozenSince = NEVER;
    seat.isGivenUp = false;
    member.resume(effects);
    if (wasGivenUp && member.isRunning) this.dial(id, effects);
    this.changed(effects);
  }

  step(event: SimulationEvent, effects: Effects): void {
    const { now } = effects;
    this.seats.forEach((seat, id) => {
      if (event === this.freezeNoticed && seat.frozenSince + STREAM_TIMEOUT === now) {
        this.cluster.wake(effects);
        seat.isGivenUp = true;
        this.eachChannel(id, (channel) => channel.close(effects));
        this.changed(effects);
      }
      if (event === this.graceOver && seat.killedAt === now) {
        seat.killedAt = NEVER;
        this.slay(id, effects);
      }
    });
  }

  /** SIGKILL. One that is held by its disk is as if frozen until that returns. */
  private slay(id: MemberId, effects: Effects): void {
    const member = this.cluster.members[id]!;
    if (member.handOver.slay(effects.now)) {
      this.exits(member, effects);
      return;
    }
    effects.record({ kind: 'memberHeldByDisk', subject: member.name });
    this.pause(id, effects);
  }

  /** SIGTERM, and SIGKILL after the grace period, by whoever demands it. */
  private stop(id: MemberId, grace: Duration, effects: Effects): void {
    if (this.cluster.members[id]!.isStopping) return;
    const killedAt = effects.now + grace;
    this.seats[id]!.killedAt = killedAt;
    if (killedAt !== NEVER) effects.at(killedAt, this.graceOver);
    this.handOver(id, effects);
  }

  /** SIGTERM: a process that only starts has no handler for it yet, and ends at once. */
  private terminate(id: MemberId, effects: Effects): void {
    this.cluster.wake(effects);
    const member = this.cluster.members[id]!;
    if (!member.isRunning) this.exits(member, effects);
    else if (!member.isStopping) this.handOver(id, effects);
    this.changed(effects);
  }

  /** A leader first hands over to the voter to which it has been connected longest. */
  private handOver(id: MemberId, effects: Effects): void {
    const { channels, members } = this.cluster;
    const member = members[id]!;
    const since = (voter: MemberId) => channels[voter]?.[id]?.activeSince(effects.now) ?? NEVER;
    const connected = member.core.voters.filter((voter) => voter !== id && since(voter) !== NEVER);
    const successor = connected.sort((one, other) => since(one) - since(other) || one - other)[0];
    member.stop(successor, effects);
  }

  private arm(id: MemberId): void {
    const endings = this.seats[id]!.demands.map(({ ending }) => ending);
    this.cluster.members[id]!.crashAt(new Set(endings.filter((ending) => ending !== 'stop')));
  }

  private changed(effects: Effects): void {
    this.cluster.touched();
    this.cluster.look(effects);
  }

  /** Whoever is there connects with the member, each way. */
  private dial(id: MemberId, effects: Effects): void {
    for (const { core, isRunning } of this.cluster.members) {
      if (core.id === id || !isRunning || this.seats[core.id]!.isGivenUp) continue;
      this.cluster.channel(id, core.id).open(effects);
      this.cluster.channel(core.id, id).open(effects);
    }
  }

  private eachChannel(id: MemberId, act: (channel: Channel, isReceiver: boolean) => void): void {
    for (const { core } of this.cluster.members) {
      if (core.id === id) continue;
      act(this.cluster.channel(id, core.id), false);
      act(this.cluster.channel(core.id, id), true);
    }
  }
}
