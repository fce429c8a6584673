/**
 * A cloud's network balancer: it passes packets on, so that nobody tries again for the client. What
 * its checks find comes into force after a while; where all targets are unhealthy it may send to
 * all. It fails as one part. Left out: its own zones, and shares by source address.
 */
import { type Duration, NEVER, type Time } from '../../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../../engine/effects.ts';
import type { RandomStream } from '../../../engine/random-streams.ts';
import type { Endpoint, EndpointWatcher } from '../../network/endpoint.ts';
import type { Part, PartWatcher } from '../../parts/part.ts';
import {
  type BalancerWatcher,
  BalancerWatchers,
  type ConnectionProxy,
  type Established,
  establishedTo,
  type Outcome,
  RESET,
  STALLS,
  serverChange,
  straight,
} from '../load-balancer.ts';
import { TargetCheck, type TargetCheckSettings } from './target-check.ts';

export interface CloudSettings extends TargetCheckSettings {
  /** From a change of health or of the targets until new connections heed it. */
  readonly propagation: Duration;
  /** Whether all get connections where none is healthy; else nobody answers. */
  readonly failOpen: boolean;
  /** How long connections to a target that was taken out go on. */
  readonly deregistrationDelay: Duration;
  /** Whether connections are reset as their target becomes unhealthy, unless all then are open. */
  readonly resetsUnhealthy: boolean;
  /** How long a connection without a word is remembered. */
  readonly idleTimeout: Duration;
}

interface Target {
  readonly endpoint: Endpoint;
  readonly check: TargetCheck;
  /** What is in force. */
  readonly inForce: Record<Fact, boolean>;
  /** When it was taken out; NEVER while it is in. */
  leftAt: Time;
  /** The moment in which connections to it are reset, as it became unhealthy. */
  resetAt: Time;
}

type Fact = 'healthy' | 'registered';

const KINDS = {
  healthy: { true: 'targetHealthy', false: 'targetUnhealthy' },
  registered: { true: 'targetRegistered', false: 'targetDeregistered' },
} as const;

/** What is known and not yet in force. */
interface Pending {
  readonly at: Time;
  readonly target: Target;
  readonly fact: Fact;
  readonly value: boolean;
}

export class Cloud implements Component, ConnectionProxy, EndpointWatcher, PartWatcher {
  readonly name: string;
  private readonly settings: CloudSettings;
  private readonly own: Part;
  private readonly phases: RandomStream;
  private readonly targets: readonly Target[];
  private readonly watchers = new BalancerWatchers();
  private pending: Pending[] = [];
  private readonly propagates: SimulationEvent = { kind: 'propagates', target: this };

  /** `own` is the balancer itself. Ticks take the ranks from `firstRank` on, one a target. */
  constructor(
    name: string,
    endpoints: readonly Endpoint[],
    settings: CloudSettings,
    own: Part,
    phases: RandomStream,
    firstRank: number,
  ) {
    this.name = name;
    this.settings = settings;
    this.own = own;
    this.phases = phases;
    this.targets = endpoints.map((endpoint, index) => this.target(endpoint, firstRank + index));
    for (const endpoint of endpoints) endpoint.watch(this);
    own.watch(this);
  }

  private target(endpoint: Endpoint, rank: number): Target {
    const check = new TargetCheck(endpoint, this.settings, rank, (effects) => {
      this.change(target, 'healthy', check.isHealthy, effects);
    });
    const target: Target = {
      endpoint,
      check,
      inForce: { healthy: true, registered: true },
      leftAt: NEVER,
      resetAt: NEVER,
    };
    return target;
  }

  /** As one that has run for long with all targets healthy. */
  restart(effects: Effects): void {
    this.pending = [];
    for (const target of this.targets) {
      target.leftAt = NEVER;
      target.resetAt = NEVER;
      target.inForce.healthy = true;
      target.inForce.registered = true;
      target.check.restart(this.phases, effects);
    }
  }

  /** Changes have come into force. */
  step(_event: SimulationEvent, effects: Effects): void {
    const due = this.pending.filter(({ at }) => at <= effects.now);
    this.pending = this.pending.filter(({ at }) => at > effects.now);
    for (const { target, fact, value } of due) {
      if (target.inForce[fact] === value) continue;
      target.inForce[fact] = value;
      effects.record(serverChange(KINDS[fact][`${value}`], this.name, target.endpoint));
      if (this.resets(target)) target.resetAt = effects.now;
      this.watchers.tell(this, effects);
    }
    if (this.targets.some(({ leftAt }) => this.isDrained(leftAt, effects.now))) {
      this.watchers.tell(this, effects);
    }
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  isHealthy(target: number): boolean {
    return this.targets[target]!.check.isHealthy;
  }

  probesElided(now: Time): number {
    return this.targets.reduce((sum, { check }) => sum + check.probesElided(now), 0);
  }

  /** A target is taken out, or put back. */
  register(target: number, isRegistered: boolean, effects: Effects): void {
    const one = this.targets[target]!;
    one.leftAt = isRegistered ? NEVER : effects.now;
    this.change(one, 'registered', isRegistered, effects);
    const { deregistrationDelay } = this.settings;
    if (!isRegistered) effects.at(effects.now + deregistrationDelay, this.propagates);
  }

  outcomes(): readonly Outcome[] {
    const nobody: Outcome = { kind: 'silence', server: undefined, share: 1, after: NEVER };
    if (!this.own.works) return [nobody];
    const members = this.targets.filter(({ inForce }) => inForce.registered);
    const open = this.isFailedOpen ? members : members.filter(({ inForce }) => inForce.healthy);
    if (open.length === 0) return [nobody];
    return open.map((target) => {
      return straight(this.targets.indexOf(target), target.endpoint.answer, 1 / open.length);
    });
  }

  /** What becomes of connections that stand to a target. */
  established(target: number, now: Time): Established {
    const { endpoint, leftAt, resetAt } = this.targets[target]!;
    if (!this.own.works) return STALLS;
    if (now === resetAt || this.isDrained(leftAt, now)) return RESET;
    return establishedTo(endpoint.answer, this.settings.idleTimeout);
  }

  answerChanged(_endpoint: Endpoint, effects: Effects): void {
    this.watchers.tell(this, effects);
  }

  partStopped(_part: Part, effects: Effects): void {
    this.watchers.tell(this, effects);
  }

  partStarted(_part: Part, effects: Effects): void {
    this.watchers.tell(this, effects);
  }

  /** Nobody is healthy, and all get connections. */
  private get isFailedOpen(): boolean {
    const isHealthy = ({ inForce }: Target) => inForce.healthy && inForce.registered;
    return this.settings.failOpen && !this.targets.some(isHealthy);
  }

  /**
   * AWS's guide: a target that becomes unhealthy has its connections reset, unless by that the
   * balancer fails open. What becomes of connections when that is over it does not tell: here they
   * go on.
   */
  private resets({ inForce }: Target): boolean {
    return this.settings.resetsUnhealthy && !inForce.healthy && !this.isFailedOpen;
  }

  private isDrained(leftAt: Time, now: Time): boolean {
    return leftAt !== NEVER && now >= leftAt + this.settings.deregistrationDelay;
  }

  private change(target: Target, fact: Fact, value: boolean, effects: Effects): void {
    const at = effects.now + this.settings.propagation;
    this.pending.push({ at, target, fact, value });
    if (at === effects.now) this.step(this.propagates, effects);
    else effects.at(at, this.propagates);
  }
}
