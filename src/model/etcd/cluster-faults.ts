/**
 * What befalls a cluster from outside: processes end, freeze and start, disks stall and break,
 * links are cut and impaired, data are lost. Each wakes the cluster first. A process that ends by
 * itself is started again by the kubelet, after its back-off.
 */
import { NEVER, type Time, wholeMicroseconds } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { Spell } from '../disk.ts';
import { type Channel, STREAM_TIMEOUT } from './channel.ts';
import { ClusterCare } from './cluster-care.ts';
import type { Ending } from './crash-point.ts';
import type { EtcdCluster } from './etcd-cluster.ts';
import type { EtcdMember } from './etcd-member.ts';
import type { ReplacementPlan } from './etcd-plan.ts';
import type { Impairment } from './link.ts';
import type { MemberId } from './message.ts';
import { newSeat, type Seat } from './seat.ts';

export class ClusterFaults implements Component {
  readonly care: ClusterCare;
  private readonly cluster: EtcdCluster;
  private readonly respawns: SimulationEvent = { kind: 'respawns', target: this };
  private readonly freezeNoticed: SimulationEvent = { kind: 'freezeNoticed', target: this };
  private seats: Seat[] = [];
  private alarms = 0;

  constructor(cluster: EtcdCluster) {
    this.cluster = cluster;
    this.care = new ClusterCare(cluster, this);
  }

  reset(): void {
    this.seats = this.cluster.members.map(newSeat);
    this.alarms = 0;
    this.care.restart();
  }

  isSeated(id: MemberId): boolean {
    return this.seats[id]?.isUp ?? false;
  }

  /** Whether its machine and kubelet would run the process. */
  isKept(id: MemberId): boolean {
    return this.seats[id]!.isKept;
  }

  /** Frozen for so long that its peers treat it as gone. */
  isGivenUp(id: MemberId): boolean {
    return this.seats[id]!.isGivenUp;
  }

  /** The parts under the member work, or no longer do. */
  seat(id: MemberId, isUp: boolean, effects: Effects): void {
    this.wake(effects);
    this.seats[id]!.isUp = isUp;
    if (isUp) {
      this.care.operator.look(effects);
      this.care.safety.look(effects);
    }
    this.changed(effects);
  }

  /** Nothing keeps the process running any more; it ends as said. */
  processDown(id: MemberId, ending: Ending, effects: Effects): void {
    this.wake(effects);
    this.seats[id]!.isKept = false;
    this.seats[id]!.respawnsAt = NEVER;
    const member = this.cluster.members[id]!;
    if (ending === 'kill' || !member.isRunning) this.kill(id, effects);
    else if (ending === 'stop') this.stop(id, effects);
    else member.crashAt(ending);
    this.changed(effects);
  }

  processUp(id: MemberId, effects: Effects): void {
    this.wake(effects);
    const member = this.cluster.members[id]!;
    if (member.isRunning) this.kill(id, effects);
    const seat = this.seats[id]!;
    seat.isKept = true;
    seat.supervisor.restart(effects.now);
    if (member.hasData) this.boot(id, effects);
    this.changed(effects);
  }

  kill(id: MemberId, effects: Effects): void {
    this.wake(effects);
    const member = this.cluster.members[id]!;
    member.kill();
    Object.assign(this.seats[id]!, { freezes: 0, frozenSince: NEVER, isGivenUp: false });
    this.eachChannel(id, (channel, isReceiver) => channel.close(effects, isReceiver));
    this.cluster.changed(member, effects);
    this.changed(effects);
  }

  /** SIGTERM: a leader first hands over to the voter to which it has been connected longest. */
  stop(id: MemberId, effects: Effects): void {
    this.wake(effects);
    const { channels, members } = this.cluster;
    const member = members[id]!;
    const since = (voter: MemberId) => channels[voter]?.[id]?.activeSince(effects.now) ?? NEVER;
    const connected = member.core.voters.filter((voter) => voter !== id && since(voter) !== NEVER);
    const successor = connected.sort((one, other) => since(one) - since(other) || one - other)[0];
    member.stop(successor, effects);
    this.changed(effects);
  }

  /** The process ends by itself; the kubelet starts it again where there is one to do so. */
  exits(member: EtcdMember, effects: Effects): void {
    const { id } = member.core;
    this.kill(id, effects);
    effects.record({ subject: member.name, state: 'etcd has exited' });
    const seat = this.seats[id]!;
    if (!seat.isKept) return;
    seat.respawnsAt = effects.now + seat.supervisor.crashed(effects.now);
    effects.at(seat.respawnsAt, this.respawns);
  }

  /** The process is started; its Raft runs once it is up. */
  boot(id: MemberId, effects: Effects): void {
    const { settings, streams, members } = this.cluster;
    const startUp = settings.startUp.draw(streams.stream(`${settings.names[id]}/etcd.startUp`));
    this.seats[id]!.supervisor.started(effects.now);
    members[id]!.boot(wholeMicroseconds(startUp), effects);
  }

  started(member: EtcdMember, effects: Effects): void {
    if (member.disk.isBroken) {
      this.exits(member, effects);
      return;
    }
    this.dial(member.core.id, effects);
    member.start(this.cluster.settings.heartbeatInterval, effects);
    this.changed(effects);
  }

  /** The process is frozen, until as many calls of `resume` as of `pause`. */
  pause(id: MemberId, effects: Effects): void {
    this.wake(effects);
    const seat = this.seats[id]!;
    const member = this.cluster.members[id]!;
    if (!member.isRunning || seat.freezes++ > 0) return;
    member.pause();
    seat.frozenSince = effects.now;
    effects.at(effects.now + STREAM_TIMEOUT, this.freezeNoticed);
    this.changed(effects);
  }

  resume(id: MemberId, effects: Effects): void {
    this.wake(effects);
    const seat = this.seats[id]!;
    const member = this.cluster.members[id]!;
    if (seat.freezes === 0 || --seat.freezes > 0) return;
    const wasGivenUp = seat.isGivenUp;
    seat.frozenSince = NEVER;
    seat.isGivenUp = false;
    member.resume(effects);
    if (wasGivenUp && member.isRunning) this.dial(id, effects);
    this.changed(effects);
  }

  /** The disk's content is gone, and the process with it. */
  loseData(id: MemberId, effects: Effects): void {
    this.wake(effects);
    this.kill(id, effects);
    this.cluster.members[id]!.erase();
    this.care.safety.lost(id, effects);
    this.changed(effects);
  }

  /** The member is gone for good, and a new one takes its place. */
  replaceOnPurpose(id: MemberId, plan: ReplacementPlan, effects: Effects): void {
    this.wake(effects);
    this.kill(id, effects);
    this.cluster.members[id]!.erase();
    this.care.operator.request(id, plan, effects);
    this.changed(effects);
  }

  /** No fsync of the member's disk that begins before `until` returns before it. */
  stall(id: MemberId, until: Time, effects: Effects): void {
    this.disk(id, effects).stall(effects.now, until);
  }

  /** The member's disk, to do something to. */
  disk(id: MemberId, effects: Effects) {
    this.wake(effects);
    this.cluster.touched();
    return this.cluster.members[id]!.disk;
  }

  /** No fsync returns until as many calls of `releaseDisk`. */
  holdDisk(id: MemberId, effects: Effects): void {
    this.disk(id, effects).hold(effects.now);
    this.changed(effects);
  }

  releaseDisk(id: MemberId, effects: Effects): void {
    this.disk(id, effects).release(effects);
    this.changed(effects);
  }

  slowDisk(id: MemberId, spell: Spell, effects: Effects): void {
    this.disk(id, effects).beginSpell(spell);
  }

  endSpell(id: MemberId, spell: Spell, effects: Effects): void {
    this.disk(id, effects).endSpell(spell);
  }

  cut(from: MemberId, to: MemberId, effects: Effects): void {
    this.wake(effects);
    this.cluster.channel(from, to).cut(effects);
    this.cluster.channel(to, from).loseAcks(effects);
  }

  heal(from: MemberId, to: MemberId, effects: Effects): void {
    this.wake(effects);
    this.cluster.channel(from, to).heal(effects);
    this.cluster.channel(to, from).regainAcks(effects);
  }

  impair(from: MemberId, to: MemberId, impairment: Impairment, effects: Effects): void {
    this.wake(effects);
    this.cluster.channel(from, to).impair(impairment, effects);
  }

  relieve(from: MemberId, to: MemberId, impairment: Impairment, effects: Effects): void {
    this.wake(effects);
    this.cluster.channel(from, to).relieve(impairment, effects);
  }

  /** The database is over its quota, until as many calls with false as with true. */
  alarm(isOn: boolean, effects: Effects): void {
    this.wake(effects);
    this.alarms += isOn ? 1 : -1;
    this.cluster.hasSpaceAlarm = this.alarms > 0;
    this.changed(effects);
  }

  step(event: SimulationEvent, effects: Effects): void {
    this.wake(effects);
    const { now } = effects;
    this.seats.forEach((seat, id) => {
      if (event === this.respawns && seat.respawnsAt === now) this.respawn(id, effects);
      if (event === this.freezeNoticed && seat.frozenSince + STREAM_TIMEOUT === now) {
        seat.isGivenUp = true;
        this.eachChannel(id, (channel) => channel.close(effects));
      }
    });
    this.changed(effects);
  }

  private wake(effects: Effects): void {
    this.cluster.wake(effects);
  }

  private changed(effects: Effects): void {
    this.cluster.touched();
    this.cluster.look(effects);
  }

  private respawn(id: MemberId, effects: Effects): void {
    const member = this.cluster.members[id]!;
    const seat = this.seats[id]!;
    seat.respawnsAt = NEVER;
    if (!seat.isKept || member.isRunning) return;
    if (member.hasData) this.boot(id, effects);
  }

  /** Whoever is there connects with the member, each way. */
  private dial(id: MemberId, effects: Effects): void {
    for (const { core, isRunning } of this.cluster.members) {
      if (core.id === id || !isRunning || this.isGivenUp(core.id)) continue;
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
