/**
 * kube-vip before the API servers, in ARP mode: the node that holds a Lease in the same cluster
 * holds the address, so that moving it needs what it leads to. Users meet what is behind the
 * address on that node. Each node reaches the Lease through the API server on its own machine. Left
 * out: BGP, the election in etcd, and the time that ARP takes.
 */
import { type Duration, MICROSECOND, SECOND, type Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import { LeaseElection } from '../lease/lease-election.ts';
import { candidateInPod, type LeaseHolder } from '../lease/lease-holder.ts';
import type { LeaseTimes } from '../lease/lease-settings.ts';
import type { Endpoint } from '../network/endpoint.ts';
import type { Part, PartWatcher } from '../parts/part.ts';
import { candidateKey } from '../parts/stream-keys.ts';
import { type KubeletSettings, type KubeletStreams, kubeletStreams } from '../process/kubelet.ts';
import type { SupervisedProcess } from '../process/managed-process.ts';
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
} from './load-balancer.ts';
import type { AddressView } from './moving-address.ts';

/** Its client's own (pkg/k8s/client.go, defaultTimeout), whatever renewDeadline is. */
const CALL_TIMEOUT: Duration = 10 * SECOND;

interface KubeVipNode {
  readonly host: BalancerHost;
  /** What answers behind the address on this machine: its API server, or a balancer. */
  readonly balancer: ConnectionProxy;
  /** Through which it reaches the Lease. */
  readonly api: Endpoint;
}

export interface KubeVipSettings {
  readonly times: LeaseTimes;
  /** From its start until it is a candidate; a kubelet's back-off comes before it. */
  readonly restartAfter: Duration;
  /** Of the machines it runs on. */
  readonly kubelet: KubeletSettings;
}

type KubeVipState = 'absent' | 'candidate' | 'leader' | 'starting';

interface Member extends KubeVipNode {
  readonly holder: LeaseHolder;
  readonly process: SupervisedProcess;
  state: KubeVipState;
  /** Whether the address is on its machine: it stays there when the process is killed. */
  holds: boolean;
  announcedAt: Time;
}

export class KubeVip implements LoadBalancer, PartWatcher, BalancerWatcher {
  readonly name: string;
  private readonly members: readonly Member[];
  /** Of users who reach all machines. */
  private readonly everywhere: AddressView;
  private readonly election: LeaseElection;
  private readonly watchers = new BalancerWatchers();

  constructor(
    name: string,
    nodes: readonly KubeVipNode[],
    { times, restartAfter, kubelet }: KubeVipSettings,
    streams: RandomStreams,
  ) {
    this.name = name;
    // ReleaseOnCancel, and the node's name as identity (pkg/cluster/clusterLeaderElection.go).
    const itself = { releasesOnCancel: true, keepsIdentity: true } as const;
    const startUp = {
      family: 'deterministic',
      value: Math.max(restartAfter, MICROSECOND),
    } as const;
    const settings = { times: { ...times, callTimeout: CALL_TIMEOUT }, startUp, ...itself };
    this.election = new LeaseElection(name, settings, streams);
    this.election.onStepped = (effects) => this.look(effects);
    this.members = nodes.map((node, index) =>
      this.join(node, kubelet, kubeletStreams(streams, candidateKey(name, index), 'kubelet')),
    );
    const proxies = nodes.map(({ balancer }) => balancer);
    this.everywhere = { isReached: () => true, proxies };
    for (const balancer of new Set(proxies)) balancer.watch(this);
  }

  private join(node: KubeVipNode, settings: KubeletSettings, streams: KubeletStreams): Member {
    const { machine, process: host } = node.host;
    const name = `${this.name}/${machine.name}`;
    const holder = this.election.add({ name, api: node.api });
    // kubeadm's sample has no probes.
    const { process } = candidateInPod(holder, host, {
      machine,
      probes: {},
      settings,
      streams,
      rank: 0,
    });
    machine.watch(this);
    return { ...node, holder, process, holds: false, announcedAt: 0, state: 'absent' };
  }

  /** All have run for long; one of those that can leads. */
  restart(effects: Effects): void {
    for (const { process } of this.members) process.startWarm(effects);
    this.election.restart(effects);
    for (const member of this.members) {
      member.state = stateOf(member.holder);
      member.holds = member.state === 'leader';
      member.announcedAt = 0;
    }
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  state(node: number): KubeVipState {
    return this.members[node]!.state;
  }

  callsElided(now: Time): number {
    return this.election.ticksElided(now);
  }

  /** The static pod on a node. */
  process(node: number): SupervisedProcess {
    return this.members[node]!.process;
  }

  /** Leaders announce themselves every 3 s, so that of several holders all meet the newest. */
  outcomes(now: Time): readonly Outcome[] {
    return outcomesOver(this.routes(), now);
  }

  routes({ isReached, proxies }: AddressView = this.everywhere): readonly Route[] {
    const holders = this.members.filter(({ holds }, node) => holds && isReached(node));
    const newest = newestOf(holders);
    if (newest === undefined) return [];
    const node = this.members.indexOf(newest);
    return [{ key: node, share: 1, proxy: proxies[node]! }];
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    this.watchers.tell(this, effects);
  }

  /** Of a machine: the address on it is gone with it. */
  partStopped(machine: Part, effects: Effects): void {
    for (const member of this.members) if (member.host.machine === machine) member.holds = false;
    this.watchers.tell(this, effects);
  }

  partStarted(): void {}

  private look(effects: Effects): void {
    for (const member of this.members) this.lookAt(member, effects);
  }

  private lookAt(member: Member, effects: Effects): void {
    const state = stateOf(member.holder);
    const before = member.state;
    if (state === before) return;
    member.state = state;
    const hasBegun = before === 'absent' || before === 'starting';
    if (state === 'leader') {
      member.holds = true;
      member.announcedAt = effects.now;
      // One that starts takes the address off its machine, and so does one that ends by itself.
    } else if (hasBegun || endsByItself(member)) member.holds = false;
    this.watchers.tell(this, effects);
  }
}

/** Killed, it leaves the address where it is; asked to stop, it takes it away as it ends. */
function endsByItself({ holder, host }: Member): boolean {
  return holder.wasAsked || (host.process.works && !holder.wasKilled);
}

function stateOf({ isRunning, isStarting, elector }: LeaseHolder): KubeVipState {
  if (!isRunning) return isStarting ? 'starting' : 'absent';
  return elector.leads ? 'leader' : 'candidate';
}
