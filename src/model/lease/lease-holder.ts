/**
 * One process that is a candidate for a lease: it starts, leads or stands by, is frozen, killed,
 * asked to stop, or exits because it lost its lease; its kubelet starts it again. Left out: the
 * caches that a new leader fills before it works, and those that a scheduler fills before it stands
 * by.
 */

import { NEVER, type Time, wholeMicroseconds } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import { lawOf } from '../../engine/laws/law-of.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type { Answer, Endpoint, EndpointWatcher } from '../network/endpoint.ts';
import type { Part } from '../parts/part.ts';
import { Kubelet, type KubeletSite, type KubeletStage } from '../process/kubelet.ts';
import { type FreezableProcess, SupervisedProcess } from '../process/managed-process.ts';
import { type Lease, NO_HOLDER } from './lease.ts';
import { getsThrough, type LeaseApi, type LeaseVerb } from './lease-call.ts';
import { type ElectorOwner, LeaseElector } from './lease-elector.ts';
import { PollGaps } from './lease-gaps.ts';
import { callTimeout, type LeaseSettings } from './lease-settings.ts';

/** Who a candidate is and whom it asks. */
export interface CandidatePlan {
  /** Such as `cp1.kube-scheduler`. */
  readonly name: string;
  /** The API server it asks; kubeadm gives it that of its own machine. */
  readonly api: LeaseApi;
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

export class LeaseHolder implements Component, FreezableProcess, EndpointWatcher, ElectorOwner {
  readonly name: string;
  readonly elector: LeaseElector;
  readonly gaps: PollGaps;
  readonly acts: SimulationEvent = { kind: 'acts', target: this };
  onExit: (effects: Effects) => void = () => {};
  /** Called when all is as it is to be after the process has ended, for whatever reason. */
  onEnd: (effects: Effects) => void = () => {};
  /** Called when something about it may have changed. */
  onSettled: (effects: Effects) => void = () => {};
  /** Who starts it, and again; undefined until somebody does. */
  supervisor: { readonly stage: KubeletStage } | undefined = undefined;
  /** Of the latest process: whether it was asked to stop, and whether it was killed. */
  wasAsked = false;
  wasKilled = false;
  /** What its Gets and its Updates meet. */
  private readonly answers: Record<LeaseVerb, Answer>;
  isRunning = false;
  isFrozen = false;
  private readonly plan: CandidatePlan;
  private readonly candidates: Candidates;
  private readonly stream: RandomStream;
  private readonly starts: SimulationEvent = { kind: 'starts', target: this };
  private startsAt: Time = NEVER;
  /** Asked to stop while it was frozen. */
  private isAsked = false;
  /** Whether there was a process when its end was last looked for. */
  private wasAlive = false;

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
    plan.api.watch(this);
    plan.api.reads?.watch(this);
  }

  /** Runs, and does something of its own. */
  get isLively(): boolean {
    return this.isRunning && !this.isFrozen;
  }

  /** Whether there is a process, be it one that starts. */
  get exists(): boolean {
    return this.isRunning || this.startsAt !== NEVER;
  }

  /** Whether it does a leader's work, by right or not. */
  get leads(): boolean {
    return this.isLively && this.elector.leads && !this.elector.isStopping;
  }

  /** Whether nothing that it knows is kept up to date, as nothing changes by itself. */
  get isAsleep(): boolean {
    return this.candidates.isAsleep;
  }

  answerTo(verb: LeaseVerb): Answer {
    return this.answers[verb];
  }

  /** Whether its calls, of either kind, are answered before it gives them up. */
  get reachesApi(): boolean {
    const timeout = callTimeout(this.candidates.settings.times);
    return getsThrough(this.answers.get, timeout) && getsThrough(this.answers.update, timeout);
  }

  /** Whether it starts, or its kubelet is about to start it. */
  get isStarting(): boolean {
    return this.startsAt !== NEVER || this.supervisor?.stage === 'waiting';
  }

  /** At the start of a replication: runs and stands by. */
  restart(now: Time): void {
    Object.assign(this.answers, answersOf(this.plan.api));
    this.isFrozen = false;
    this.isAsked = false;
    this.startsAt = NEVER;
    this.isRunning = true;
    this.wasAlive = true;
    this.wasAsked = false;
    this.wasKilled = false;
    this.elector.identity = NO_HOLDER;
    this.elector.begin(now);
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

  start(effects: Effects): void {
    this.change(effects, () => {
      if (!this.exists) this.boot(effects);
    });
  }

  /** SIGTERM. One that only starts has no handler for it yet, and ends at once. */
  terminate(effects: Effects): void {
    this.wasAsked = true;
    this.change(effects, () => {
      if (this.isFrozen) this.isAsked = true;
      else if (!this.isRunning) this.die();
      else if (!this.elector.isStopping) this.elector.stop(effects);
    });
  }

  /** SIGKILL, a crash, or the end of its machine. */
  kill(effects: Effects): void {
    this.wasKilled = true;
    this.change(effects, () => this.die());
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
      if (this.isAsked && !this.elector.isStopping) this.elector.stop(effects);
      else if (this.elector.due <= effects.now) this.elector.act(effects);
    });
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
    effects.record({ kind: 'candidateLeads', subject: this.name });
  }

  exits(hasLost: boolean, effects: Effects): void {
    this.die();
    effects.record({
      kind: hasLost ? 'candidateLostLease' : 'candidateStopped',
      subject: this.name,
    });
  }

  private change(effects: Effects, act: () => void): void {
    this.candidates.wake(effects);
    act();
    this.settled(effects);
  }

  /** Its kubelet hears first, so that all is as it is to be when others do. */
  private settled(effects: Effects): void {
    const hasEnded = this.wasAlive && !this.exists;
    this.wasAlive = this.exists;
    if (hasEnded) this.onExit(effects);
    this.candidates.stepped(effects);
    this.onSettled(effects);
    if (hasEnded) this.onEnd(effects);
  }

  private die(): void {
    this.isRunning = false;
    this.isFrozen = false;
    this.isAsked = false;
    this.startsAt = NEVER;
    this.elector.halt();
  }

  private boot(effects: Effects): void {
    this.wasAsked = false;
    this.wasKilled = false;
    const startUp = wholeMicroseconds(lawOf(this.candidates.settings.startUp).draw(this.stream));
    this.startsAt = effects.now + startUp;
    effects.at(this.startsAt, this.starts);
  }

  private run(effects: Effects): void {
    this.startsAt = NEVER;
    this.isRunning = true;
    effects.record({ kind: 'candidateStandsBy', subject: this.name });
    this.elector.begin(effects.now);
    this.elector.act(effects);
  }
}

function answersOf(api: LeaseApi): Record<LeaseVerb, Answer> {
  return { get: (api.reads ?? api).answer, update: api.answer };
}

/** A candidate as the only container of a static pod. */
export function candidateInPod(
  holder: LeaseHolder,
  host: Part,
  site: KubeletSite,
): { readonly process: SupervisedProcess; readonly kubelet: Kubelet } {
  const kubelet = new Kubelet(holder, site);
  holder.supervisor = kubelet;
  return { process: new SupervisedProcess(holder, kubelet, host), kubelet };
}
