/**
 * kube-vip before the API servers, in ARP mode: the node that holds a Lease in the same cluster
 * holds the address, so that moving it needs what it leads to. Users meet what is behind the
 * address on that node. Each node reaches the Lease through the API server on its own machine. Left
 * out: BGP, the election in etcd, and the time that ARP takes.
 */
import { NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Effects, StateChange } from '../../engine/effects.ts';
import type { Part, PartWatcher } from '../part.ts';
import type { ElectorState } from './elector.ts';
import { type ElectionNode, LeaseElection, type LeaseSettings } from './lease-election.ts';
import {
  type BalancerHost,
  type BalancerWatcher,
  BalancerWatchers,
  type LoadBalancer,
  type Outcome,
} from './load-balancer.ts';

export interface KubeVipNode extends ElectionNode {
  readonly host: BalancerHost;
  /** What answers behind the address on this machine: its API server, or a balancer. */
  readonly balancer: LoadBalancer;
}

/** kube-vip's command line (cmd/kube-vip.go). `restartAfter` is a guess, no kubelet's back-off. */
export const KUBE_VIP_LEASE: LeaseSettings = {
  leaseDuration: 15 * SECOND,
  renewDeadline: 10 * SECOND,
  retryPeriod: 2 * SECOND,
  restartAfter: 2 * SECOND,
};

/** The static pod of kubeadm's sample (kubeadm docs/ha-considerations.md). */
export const KUBEADM_KUBE_VIP_LEASE: LeaseSettings = {
  leaseDuration: 5 * SECOND,
  renewDeadline: 3 * SECOND,
  retryPeriod: SECOND,
  restartAfter: 2 * SECOND,
};

interface Member extends KubeVipNode {
  readonly changes: Readonly<Record<ElectorState, StateChange>>;
  /** Whether the address is on its machine: it stays there when the process is killed. */
  holds: boolean;
  announcedAt: Time;
}

export class KubeVip implements LoadBalancer, PartWatcher, BalancerWatcher {
  readonly name: string;
  private readonly members: readonly Member[];
  private readonly election: LeaseElection;
  private readonly watchers = new BalancerWatchers();

  /** Ticks take the ranks from `firstRank` on, two a node. */
  constructor(
    name: string,
    nodes: readonly KubeVipNode[],
    settings: LeaseSettings,
    firstRank: number,
  ) {
    this.name = name;
    this.members = nodes.map((node) => this.join(node));
    this.election = new LeaseElection(nodes, settings, firstRank, (node, effects) => {
      this.electorChanged(node, effects);
    });
    const balancers = new Set(nodes.map(({ balancer }) => balancer));
    for (const balancer of balancers) balancer.watch(this);
  }

  private join(node: KubeVipNode): Member {
    const { machine, process } = node.host;
    machine.watch(this);
    process.watch(this);
    const change = (state: string): StateChange => ({
      subject: `${this.name}/${machine.name}`,
      state,
    });
    const changes = {
      absent: change('absent'),
      candidate: change('candidate'),
      leader: change('leader'),
      restarting: change('restarting'),
    };
    return { ...node, changes, holds: false, announcedAt: 0 };
  }

  /** All have run for long; the first that runs leads. */
  restart(effects: Effects): void {
    this.election.restart((node) => isThere(this.members[node]!.host), effects);
    this.members.forEach((member, node) => {
      member.holds = this.state(node) === 'leader';
      member.announcedAt = 0;
    });
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  state(node: number): ElectorState {
    return this.election.electors[node]!.state;
  }

  callsElided(now: Time): number {
    return this.election.elided(now);
  }

  /** SIGTERM: gives the Lease back. Its process is to fail in the same instant, after this. */
  stop(node: number, effects: Effects): void {
    this.election.electors[node]!.end(true, effects);
    this.members[node]!.holds = false;
    this.watchers.tell(this, effects);
  }

  /** Leaders announce themselves every 3 s, so that of several holders all meet the newest. */
  outcomes(now: Time): readonly Outcome[] {
    const [first, ...others] = this.members.filter(({ holds }) => holds);
    if (first === undefined)
      return [{ kind: 'silence', server: undefined, share: 1, after: NEVER }];
    const newest = others.reduce((a, b) => (b.announcedAt > a.announcedAt ? b : a), first);
    return newest.balancer.outcomes(now);
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    this.watchers.tell(this, effects);
  }

  partStopped(part: Part, effects: Effects): void {
    this.members.forEach((member, node) => {
      const { machine, process } = member.host;
      if (part !== machine && part !== process) return;
      if (part === machine) member.holds = false;
      if (this.state(node) !== 'absent') this.election.electors[node]!.end(false, effects);
      this.watchers.tell(this, effects);
    });
  }

  /** A kube-vip that starts takes the address off its machine first. */
  partStarted(_part: Part, effects: Effects): void {
    this.members.forEach((member, node) => {
      if (this.state(node) !== 'absent' || !isThere(member.host)) return;
      member.holds = false;
      this.election.electors[node]!.start(effects);
    });
  }

  private electorChanged(node: number, effects: Effects): void {
    const member = this.members[node]!;
    const state = this.state(node);
    member.holds = state === 'leader' || (state === 'absent' && member.holds);
    if (state === 'leader') member.announcedAt = effects.now;
    effects.record(member.changes[state]);
    this.watchers.tell(this, effects);
  }
}

function isThere({ machine, process }: BalancerHost): boolean {
  return machine.works && process.works;
}
