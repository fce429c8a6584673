/**
 * One process that is a candidate for a lease: it starts, leads or stands by, is frozen, killed,
 * asked to stop, or exits because it lost its lease; the kubelet starts it again. Left out: probes,
 * the caches that a new leader fills before it works, and those that a scheduler fills before it
 * stands by.
 */
import { NEVER, type Time, wholeMicroseconds } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent, StateChange } from '../../engine/effects.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type { Answer, Endpoint, EndpointWatcher } from '../endpoint.ts';
import type { Part, PartWatcher } from '../part.ts';
import { type Supervisor, waitsFor } from '../supervisor.ts';
import { type Lease, NOBODY } from './lease.ts';
import { getsThrough, type LeaseApi, type LeaseVerb } from './lease-call.ts';
import { type ElectorOwner, LeaseElector } from './lease-elector.ts';
import { PollGaps } from './lease-gaps.ts';
import { callTimeout, type LeaseSettings } from './lease-settings.ts';

/** Where a candidate is and whom it asks. */
export interface CandidatePlan {
  /** Such as `cp1.kube-scheduler`. */
  readonly name: string;
  /** Works while something runs the process: its machine and kubelet, and no fault of its own. */
  readonly process: Part;
  /** Its boot makes the kubelet forget crashes; undefined where nothing can fail it. */
  readonly machine?: Part;
  /** The API server it asks; kubeadm gives it that of its own machine. */
  readonly api: LeaseApi;
  readonly supervisor: Supervisor;
}

/** All candidates for one lease, who sleep and wake together. */
export interface Candidates {
  readonly lease: Lease;
  readonly settings: LeaseSettings;
  readonly isAsleep: boolean;
  /** To be called before anything changes. */
  wake(effects: Effects): void;
  /** To be called when it has. */
  stepped(effects: Effects): void;
}

export class LeaseHolder implements Component, PartWatcher, EndpointWatcher, ElectorOwner {
  readonly name: string;
  readonly elector: LeaseElector;
  readonly gaps: PollGaps;
  readonly acts: SimulationEvent = { kind: 'acts', target: this };
  /** Called when the process has ended, for whatever reason. */
  onEnd: (effects: Effects) => void = () => {};
  /** What its Gets and its Updates meet. */
  private readonly answers: Record<LeaseVerb, Answer>;
  isRunning = false;
  isFrozen = false;
  private readonly plan: CandidatePlan;
  private readonly candidates: Candidates;
  private readonly stream: RandomStream;
  private readonly starts: SimulationEvent = { kind: 'starts', target: this };
  private readonly changes: Readonly<Record<'leads' | 'lost' | 'stopped' | 'starts', StateChange>>;
  private startsAt: Time = NEVER;
  /** Whether it is to run: not asked to stop, and its part works. */
  private isWanted = true;
  /** Whether it ran when its end was last looked for. */
  private wasRunning = false;

  /** @param stream for its polls' jitter and its start-up */
  constructor(plan: CandidatePlan, candidates: Candidates, stream: RandomStream) {
    const { name } = plan;
    this.name = name;
    this.plan = plan;
    this.candidates = candidates;
    this.stream = stream;
    this.answers = answersOf(plan.api);
    const { lease, settings } = candidates;
    this.gaps = new PollGaps(settings.times, stream);
    this.elector = new LeaseElector(lease, settings, this.gaps, this);
    this.changes = {
      leads: { subject: name, state: 'leads' },
      lost: { subject: name, state: 'exits: lost its lease' },
      stopped: { subject: name, state: 'stopped' },
      starts: { subject: name, state: 'stands by' },
    };
    plan.process.watch(this);
    plan.api.watch(this);
    plan.api.reads?.watch(this);
    plan.machine?.watch({
      partStopped: () => {},
      partStarted: (_machine, effects) => plan.supervisor.restart(effects.now),
    });
  }

  /** Runs, and does something of its own. */
  get isLively(): boolean {
    return this.isRunning && !this.isFrozen;
  }

  /** Whether it does a leader's work, by right or not. */
  get leads(): boolean {
    return this.isLively && this.elector.leads && !this.elector.isStopping;
  }

  answerTo(verb: LeaseVerb): Answer {
    return this.answers[verb];
  }

  /** Whether its calls, of either kind, are answered before it gives them up. */
  get reachesApi(): boolean {
    const timeout = callTimeout(this.candidates.settings.times);
    return getsThrough(this.answers.get, timeout) && getsThrough(this.answers.update, timeout);
  }

  /** Whether the kubelet is about to start it. */
  get isStarting(): boolean {
    return this.startsAt !== NEVER;
  }

  /** At the start of a replication: runs, if its part works, and stands by. */
  restart(now: Time): void {
    const { process, api, supervisor } = this.plan;
    supervisor.restart(Number.NEGATIVE_INFINITY);
    Object.assign(this.answers, answersOf(api));
    this.isFrozen = false;
    this.startsAt = NEVER;
    this.isWanted = process.works;
    this.isRunning = process.works;
    this.wasRunning = process.works;
    this.elector.identity = NOBODY;
    if (process.works) this.elector.begin(now);
    else this.elector.halt();
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.starts) {
      if (effects.now !== this.startsAt) return;
      this.candidates.wake(effects);
      this.run(effects);
    } else {
      if (this.candidates.isAsleep || !this.isLively || effects.now !== this.elector.due) return;
      this.elector.act(effects);
    }
    this.settled(effects);
  }

  /** Dies by itself, such as of a panic; the kubelet starts it again. */
  crash(effects: Effects): void {
    this.change(effects, () => {
      if (!this.isRunning) return;
      this.die();
      if (this.isWanted) this.respawn(effects);
    });
  }

  /** Its kubelet does not start it again, until `start` or until its part works again. */
  letGo(effects: Effects): void {
    this.change(effects, () => {
      this.isWanted = false;
      this.startsAt = NEVER;
    });
  }

  /** SIGTERM; it stays away until `start`. */
  stop(effects: Effects): void {
    this.change(effects, () => this.leave('stop', effects));
  }

  /** Started by hand, or by a kubelet that knows of no crashes. */
  start(effects: Effects): void {
    this.change(effects, () => this.come(effects));
  }

  freeze(effects: Effects): void {
    this.change(effects, () => {
      this.isFrozen = this.isRunning;
    });
  }

  /** What has become due meanwhile happens now. */
  thaw(effects: Effects): void {
    this.change(effects, () => {
      if (!this.isFrozen) return;
      this.isFrozen = false;
      if (this.elector.due <= effects.now) this.elector.act(effects);
    });
  }

  partStopped(_part: Part, effects: Effects): void {
    this.change(effects, () => this.leave('kill', effects));
  }

  partStarted(_part: Part, effects: Effects): void {
    this.change(effects, () => this.come(effects));
  }

  answerChanged(endpoint: Endpoint, effects: Effects): void {
    const { api } = this.plan;
    this.change(effects, () => {
      Object.assign(this.answers, answersOf(api));
      if (!this.isRunning) return;
      if (endpoint === api) this.elector.answerChanged('update', effects);
      if (endpoint === (api.reads ?? api)) this.elector.answerChanged('get', effects);
    });
  }

  acquired(effects: Effects): void {
    effects.record(this.changes.leads);
  }

  exits(hasLost: boolean, effects: Effects): void {
    this.die();
    effects.record(hasLost ? this.changes.lost : this.changes.stopped);
    if (hasLost && this.isWanted) this.respawn(effects);
  }

  private change(effects: Effects, act: () => void): void {
    this.candidates.wake(effects);
    act();
    this.settled(effects);
  }

  /** All is as it is to be; only then those hear of its end who may change it again. */
  private settled(effects: Effects): void {
    this.candidates.stepped(effects);
    const hasEnded = this.wasRunning && !this.isRunning;
    this.wasRunning = this.isRunning;
    if (hasEnded) this.onEnd(effects);
  }

  private leave(ending: 'kill' | 'stop', effects: Effects): void {
    this.isWanted = false;
    this.startsAt = NEVER;
    if (!this.isRunning) return;
    // One that is frozen cannot react, and is killed when its grace is over.
    if (ending === 'stop' && !this.isFrozen) this.elector.stop(effects);
    else this.die();
  }

  private come(effects: Effects): void {
    if (this.isWanted || !this.plan.process.works) return;
    this.die();
    this.isWanted = true;
    this.boot(effects.now, effects);
  }

  private die(): void {
    this.isRunning = false;
    this.isFrozen = false;
    this.elector.halt();
  }

  private respawn(effects: Effects): void {
    const wait = this.plan.supervisor.crashed(effects.now);
    if (wait > 0) effects.record({ subject: this.name, state: waitsFor(wait) });
    this.boot(effects.now + wait, effects);
  }

  private boot(from: Time, effects: Effects): void {
    this.plan.supervisor.started(from);
    const startUp = wholeMicroseconds(this.candidates.settings.startUp.draw(this.stream));
    this.startsAt = from + startUp;
    effects.at(this.startsAt, this.starts);
  }

  private run(effects: Effects): void {
    this.startsAt = NEVER;
    this.isRunning = true;
    effects.record(this.changes.starts);
    this.elector.begin(effects.now);
    this.elector.act(effects);
  }
}

function answersOf(api: LeaseApi): Record<LeaseVerb, Answer> {
  return { get: (api.reads ?? api).answer, update: api.answer };
}
