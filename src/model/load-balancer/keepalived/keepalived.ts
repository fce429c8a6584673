/**
 * Machines with a balancer each, and keepalived, which puts one address before whichever of them is
 * master. Users meet what the balancer of the address's holder gives. Adverts can be cut in each
 * direction, or lost now and then. Left out: the time GARP takes, some ms; adverts that come late.
 */
import type { Time } from '../../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../../engine/effects.ts';
import type { RandomStream, RandomStreams } from '../../../engine/random-streams.ts';
import type { NetworkPath } from '../../network/network-path.ts';
import type { Part, PartWatcher } from '../../parts/part.ts';
import { balancerKey } from '../../parts/stream-keys.ts';
import {
  type BalancerHost,
  type BalancerWatcher,
  BalancerWatchers,
  type ConnectionProxy,
  type LoadBalancer,
  newestOf,
  type Outcome,
  outcomesOver,
  type Route,
} from '../load-balancer.ts';
import type { AddressView } from '../moving-address.ts';
import {
  OWNER_PRIORITY,
  type TrackScriptSettings,
  type VrrpSettings,
} from './keepalived-settings.ts';
import { TrackScript } from './track-script.ts';
import { VrrpNode, type VrrpSegment, type VrrpState } from './vrrp-node.ts';

/** A machine with keepalived on it, and the balancer that runs beside. */
interface KeepalivedNode {
  readonly host: BalancerHost;
  readonly balancer: ConnectionProxy;
}

interface Member extends KeepalivedNode {
  readonly vrrp: VrrpNode;
  readonly script: TrackScript | undefined;
  /** Whether the address is on its machine: it stays there when the process crashes. */
  holds: boolean;
  announcedAt: Time;
}

/** Ranks that one node takes: adverts, its deadline, its script. */
const RANKS_A_NODE = 3;

export class Keepalived
  implements Component, LoadBalancer, VrrpSegment, PartWatcher, BalancerWatcher
{
  readonly name: string;
  private readonly settings: VrrpSettings;
  private readonly phases: RandomStream;
  private readonly members: readonly Member[];
  /** Of users who reach all machines. */
  private readonly everywhere: AddressView;
  private readonly cuts = new Map<string, number>();
  /** Impaired network paths of adverts, by `from to`. */
  private readonly paths = new Map<string, NetworkPath>();
  private readonly watchers = new BalancerWatchers();

  /** Ticks take the ranks from `firstRank` on, three a node. */
  constructor(
    name: string,
    nodes: readonly KeepalivedNode[],
    settings: VrrpSettings,
    script: TrackScriptSettings | undefined,
    streams: Pick<RandomStreams, 'stream'>,
    firstRank: number,
  ) {
    this.name = name;
    this.settings = settings;
    this.phases = streams.stream('keepalived');
    this.members = nodes.map((node, index) => {
      const draws = streams.stream(`${balancerKey(index)}/keepalived.script`);
      return this.join(node, index, script, draws, firstRank + index * RANKS_A_NODE);
    });
    const proxies = nodes.map(({ balancer }) => balancer);
    this.everywhere = { isReached: () => true, proxies };
    for (const balancer of new Set(proxies)) balancer.watch(this);
  }

  private join(
    node: KeepalivedNode,
    index: number,
    script: TrackScriptSettings | undefined,
    draws: RandomStream,
    rank: number,
  ): Member {
    const vrrp = new VrrpNode(index, this.settings, this, rank);
    node.host.machine.watch(this);
    node.host.process.watch(this);
    const tracks =
      script === undefined
        ? undefined
        : new TrackScript(node.balancer, script, draws, rank + 2, (effects) => {
            this.scriptTurned(index, script.weight, effects);
          });
    return { ...node, vrrp, script: tracks, holds: false, announcedAt: 0 };
  }

  /** All have run for long: the best of those that run is master. */
  restart(effects: Effects): void {
    this.cuts.clear();
    this.paths.clear();
    for (const { vrrp } of this.members) vrrp.restart();
    const running = this.members.filter(({ host }) => host.process.works);
    const best = running.reduce<Member | undefined>((better, member) => {
      const { vrrp } = member;
      const isBetter =
        better === undefined || vrrp.isBetterThan(better.vrrp.priority, better.vrrp.index);
      return isBetter ? member : better;
    }, undefined);
    const phase = effects.now + Math.floor(this.phases.double() * this.settings.advertInt);
    for (const member of this.members) {
      member.holds = member === best;
      member.announcedAt = 0;
      if (!running.includes(member)) {
        member.script?.stop();
        continue;
      }
      member.vrrp.startWarm(member === best ? 'master' : 'backup', phase, effects);
      member.script?.restart(effects);
    }
  }

  /** Nothing of its own: nodes and scripts ask for their own events. */
  step(_event: SimulationEvent, _effects: Effects): void {}

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  state(node: number): VrrpState {
    return this.members[node]!.vrrp.state;
  }

  priority(node: number): number {
    return this.members[node]!.vrrp.priority;
  }

  ticksElided(now: Time): number {
    return this.members.reduce(
      (sum, { vrrp, script }) => sum + vrrp.elided(now) + (script?.elided(now) ?? 0),
      0,
    );
  }

  /** Adverts of one node no longer reach another, until as many calls of `heal`. */
  cut(from: number, to: number, effects: Effects): void {
    this.disturb(effects);
    this.cuts.set(`${from} ${to}`, (this.cuts.get(`${from} ${to}`) ?? 0) + 1);
  }

  heal(from: number, to: number, effects: Effects): void {
    this.disturb(effects);
    this.cuts.set(`${from} ${to}`, (this.cuts.get(`${from} ${to}`) ?? 0) - 1);
  }

  /** Adverts of one node go to another over an impaired network path, or over a sound one again. */
  reroute(from: number, to: number, path: NetworkPath | undefined, effects: Effects): void {
    this.disturb(effects);
    if (path === undefined) this.paths.delete(`${from} ${to}`);
    else this.paths.set(`${from} ${to}`, path);
  }

  /** keepalived is stopped with SIGTERM. Its process is to fail in the same instant, after this. */
  stop(node: number, effects: Effects): void {
    const member = this.members[node]!;
    member.holds = false;
    member.script?.stop();
    member.vrrp.stop(effects);
    this.watchers.tell(this, effects);
  }

  outcomes(now: Time): readonly Outcome[] {
    return outcomesOver(this.routes(), now);
  }

  /** Of several holders the newest has its share of the clients, and the others the rest. */
  routes({ isReached, proxies }: AddressView = this.everywhere): readonly Route[] {
    const holders = this.members.filter(({ holds, vrrp }) => holds && isReached(vrrp.index));
    const newest = newestOf(holders);
    const others = holders.length - 1;
    const newestShare = others === 0 ? 1 : this.settings.newestShare;
    return holders.map((holder) => ({
      key: holder.vrrp.index,
      share: holder === newest ? newestShare : (1 - newestShare) / others,
      proxy: proxies[holder.vrrp.index]!,
    }));
  }

  speak(speaker: VrrpNode, priority: number, effects: Effects): void {
    for (const { vrrp } of this.members) {
      if (!this.reaches(speaker, vrrp)) continue;
      const isLost = this.path(speaker, vrrp)?.losesAt(effects.now) ?? false;
      if (!isLost) vrrp.hear(priority, speaker, effects);
    }
  }

  disturb(effects: Effects): void {
    for (const { vrrp } of this.members) {
      const { priority } = vrrp;
      const lastAdvert = vrrp.wake(effects);
      if (lastAdvert === undefined) continue;
      for (const { vrrp: hearer } of this.members) {
        if (this.reaches(vrrp, hearer) && hearer.obeys(priority)) {
          hearer.isReleased(lastAdvert, effects);
        }
      }
    }
  }

  isQuietAround(master: VrrpNode): boolean {
    const hearers = this.members.filter(({ vrrp }) => this.reaches(master, vrrp));
    if (!hearers.every(({ vrrp }) => vrrp.isUnmovedBy(master.priority))) return false;
    if (hearers.some(({ vrrp }) => this.path(master, vrrp)?.losesThere)) return false;
    // A delay before preempting begins anew with each advert of a better master.
    if (this.settings.preemptDelay > 0 && hearers.some(({ vrrp }) => this.hearsWorse(vrrp))) {
      return false;
    }
    for (const { vrrp } of hearers) if (vrrp.obeys(master.priority)) vrrp.isHeld();
    return true;
  }

  stateChanged(node: VrrpNode, effects: Effects): void {
    const member = this.members[node.index]!;
    member.holds = node.state === 'master' || (node.state === 'absent' && member.holds);
    if (node.state === 'master') member.announcedAt = effects.now;
    const { name } = this;
    const machine = member.host.machine.name;
    const subject = `${name}/${machine}`;
    effects.record({ kind: 'vrrpState', subject, balancer: name, machine, state: node.state });
    this.watchers.tell(this, effects);
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    this.watchers.tell(this, effects);
  }

  partStopped(part: Part, effects: Effects): void {
    for (const member of this.members) {
      const { host, vrrp, script } = member;
      if (part !== host.machine && part !== host.process) continue;
      if (part === host.machine) member.holds = false;
      if (vrrp.state !== 'absent') {
        script?.stop();
        vrrp.vanish(effects);
      }
      this.watchers.tell(this, effects);
    }
  }

  /** A keepalived that starts takes the address off its machine first. */
  partStarted(_part: Part, effects: Effects): void {
    for (const member of this.members) {
      const { host, vrrp, script } = member;
      if (vrrp.state !== 'absent' || !host.process.works || !host.machine.works) continue;
      member.holds = false;
      vrrp.start(effects);
      script?.start(effects);
    }
  }

  private hearsWorse(hearer: VrrpNode): boolean {
    if (hearer.state !== 'backup') return false;
    return this.members.some(({ vrrp }) => {
      return vrrp.state === 'master' && this.reaches(vrrp, hearer) && !hearer.obeys(vrrp.priority);
    });
  }

  private reaches(from: VrrpNode, to: VrrpNode): boolean {
    return from !== to && (this.cuts.get(`${from.index} ${to.index}`) ?? 0) <= 0;
  }

  private path(from: VrrpNode, to: VrrpNode): NetworkPath | undefined {
    return this.paths.get(`${from.index} ${to.index}`);
  }

  private scriptTurned(index: number, weight: number, effects: Effects): void {
    const { vrrp, script } = this.members[index]!;
    if (weight === 0) vrrp.setFaulty(script!.fails, effects);
    else if (this.settings.priorities[index] !== OWNER_PRIORITY) {
      vrrp.adjust(script!.fails === weight < 0 ? weight : 0, effects);
    }
  }
}
