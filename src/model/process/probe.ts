/**
 * One probe of one container, as the kubelet's worker does it (pkg/kubelet/prober/worker.go): a
 * ticker of its own that outlives containers, one question at a time, and a result that changes
 * after so many equal answers in a row. A tick that finds a question under way is kept, once, and
 * served when the answer is there. It sleeps while each question would be answered as the one
 * before. Left out: the extra readiness probe that each sync of a pod not yet ready asks for, and
 * the moment until the kubelet has heard of a new container.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import { PeriodicTimer } from '../../engine/periodic-timer.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import {
  type Answer,
  answerAt,
  type Endpoint,
  type EndpointWatcher,
  isSettled,
} from '../network/endpoint.ts';
import type { ProbeKind, ProbeSettings } from './probe-settings.ts';

type ProbeResult = 'success' | 'failure' | 'unknown';

type ResultNoticer = (probe: Probe, effects: Effects) => void;

/** What the kubelet believes of a container that has not been asked (worker.go, newWorker). */
const INITIAL: Readonly<Record<ProbeKind, ProbeResult>> = {
  startup: 'unknown',
  readiness: 'failure',
  liveness: 'success',
};

export class Probe implements Component, EndpointWatcher {
  readonly kind: ProbeKind;
  /** What the kubelet believes of the present container. */
  result: ProbeResult;
  private readonly endpoint: Endpoint;
  private readonly settings: ProbeSettings;
  private readonly phases: RandomStream;
  private readonly rank: number;
  private readonly noticer: ResultNoticer;
  private readonly timer: PeriodicTimer;
  private readonly ends: SimulationEvent = { kind: 'probeEnds', target: this };
  /** Of the first tick; NEVER while there is no kubelet. */
  private phase: Time = NEVER;
  /** The answer that a question would have met until now. */
  private known: Answer;
  /** Questions are asked from here on; NEVER while nothing may be asked. */
  private openFrom: Time = NEVER;
  private onHold = false;
  /** Neither is forgotten when a container exits. */
  private lastResult: ProbeResult = 'unknown';
  private resultRun = 0;
  /** When the question under way was asked and will be answered; NEVER if there is none. */
  private askedAt: Time = NEVER;
  private endsAt: Time = NEVER;
  private keptTick = false;

  /** `rank` orders its ticks; `noticer` is called whenever the result changes. */
  constructor(
    kind: ProbeKind,
    endpoint: Endpoint,
    settings: ProbeSettings,
    phases: RandomStream,
    rank: number,
    noticer: ResultNoticer,
  ) {
    this.kind = kind;
    this.endpoint = endpoint;
    this.settings = settings;
    this.phases = phases;
    this.rank = rank;
    this.noticer = noticer;
    this.result = INITIAL[kind];
    this.known = endpoint.answer;
    this.timer = new PeriodicTimer(this, `${kind}Probe`, settings.period, rank);
    endpoint.watch(this);
  }

  /** The kubelet starts, and with it the worker, a random part of a period later. */
  restart(effects: Effects): void {
    this.known = this.endpoint.answer;
    this.lastResult = 'unknown';
    this.resultRun = 0;
    this.onHold = false;
    this.containerGone();
    this.phase = effects.now + Math.floor(this.phases.double() * this.settings.period);
    this.timer.start(this.phase, effects);
  }

  /** The kubelet is gone. */
  stop(): void {
    this.containerGone();
    this.phase = NEVER;
    this.timer.suspend();
  }

  /** A new container; it may be asked unless others come first, for which see `open`. */
  containerStarted(): void {
    this.result = INITIAL[this.kind];
    this.onHold = false;
  }

  containerGone(): void {
    this.openFrom = NEVER;
    this.drop();
  }

  /** A container that has run, and satisfied its probe, for long. */
  startWarm(effects: Effects): void {
    this.result = this.kind === 'startup' ? 'success' : this.resultOf(this.endpoint.answer);
    this.lastResult = this.result;
    this.resultRun = Math.max(this.settings.failureThreshold, this.settings.successThreshold);
    if (this.kind !== 'startup') this.open(effects.now - this.settings.initialDelay, effects);
  }

  /** Nothing keeps it from asking any longer but the initial delay of a container that old. */
  open(startedAt: Time, effects: Effects): void {
    // A tick of this very instant that has had its turn found it closed.
    const earliest = effects.tickHasPassed(this.rank) ? effects.now + 1 : effects.now;
    this.openFrom = Math.max(startedAt + this.settings.initialDelay, earliest);
    this.timer.wake(effects);
  }

  ticksElided(now: Time): number {
    return this.timer.elided(now);
  }

  step(event: SimulationEvent, effects: Effects): void {
    const { now } = effects;
    if (event === this.ends) {
      if (now === this.endsAt) this.settle(effects);
      return;
    }
    if (!this.timer.isDue(now)) return;
    if (this.endsAt !== NEVER) this.keptTick = true;
    else if (this.isSteady() && !effects.neverSleep) {
      this.timer.sleep(effects);
      return;
    } else if (this.isOpen() && now >= this.openFrom) this.ask(now, effects);
    this.timer.tickAgain(effects);
  }

  /** A question under way meets what has changed; so does one asked at a tick skipped. */
  answerChanged(endpoint: Endpoint, effects: Effects): void {
    // What is answered at this very instant is answered first.
    if (this.endsAt === effects.now) this.settle(effects);
    const before = this.known;
    const wasSteady = this.endsAt === NEVER && this.isSteady();
    this.known = endpoint.answer;
    if (this.phase === NEVER) return;
    if (this.endsAt !== NEVER) this.ask(this.askedAt, effects);
    else if (wasSteady && this.isOpen() && !effects.neverSleep) {
      const tick = this.lastTick(effects);
      const asked = tick >= this.openFrom && tick + this.durationOf(before) > effects.now;
      if (asked) this.ask(tick, effects);
    }
    this.timer.wake(effects);
  }

  /** Whether ticks change nothing until something else does. */
  private isSteady(): boolean {
    if (!this.isOpen()) return true;
    const { known, settings } = this;
    if (!isSettled(known)) return false;
    const expected = this.resultOf(known);
    const isExpected = this.lastResult === expected && this.result === expected;
    return isExpected && this.durationOf(known) < settings.period;
  }

  private isOpen(): boolean {
    return this.openFrom !== NEVER && !this.onHold;
  }

  /** The last tick that has had its turn. */
  private lastTick(effects: Effects): Time {
    const { period } = this.settings;
    const tick = this.phase + Math.floor((effects.now - this.phase) / period) * period;
    return tick === effects.now && !effects.tickHasPassed(this.rank) ? tick - period : tick;
  }

  /** A question asked at `askedAt` will be answered as things stand now. */
  private ask(askedAt: Time, effects: Effects): void {
    this.askedAt = askedAt;
    const deadline = askedAt + this.settings.timeout;
    this.endsAt = Math.min(deadline, effects.now + this.durationOf(answerAt(this.known, askedAt)));
    if (this.endsAt <= effects.now) this.settle(effects);
    else effects.at(this.endsAt, this.ends);
  }

  private settle(effects: Effects): void {
    const isLate = effects.now - this.askedAt >= this.settings.timeout;
    const result = isLate ? 'failure' : this.resultOf(answerAt(this.known, this.askedAt));
    this.askedAt = NEVER;
    this.endsAt = NEVER;
    this.take(result, effects);
    if (!this.keptTick) return;
    this.keptTick = false;
    if (this.isOpen()) this.ask(effects.now, effects);
  }

  private take(result: ProbeResult, effects: Effects): void {
    this.resultRun = result === this.lastResult ? this.resultRun + 1 : 1;
    this.lastResult = result;
    const { failureThreshold, successThreshold } = this.settings;
    if (this.resultRun < (result === 'failure' ? failureThreshold : successThreshold)) return;
    const isNews = result !== this.result;
    this.result = result;
    // Whoever will be restarted is left alone, and so is whoever has started.
    if (this.kind === 'startup' || (this.kind === 'liveness' && result === 'failure')) {
      this.onHold = true;
      this.resultRun = 0;
    }
    if (isNews) this.noticer(this, effects);
  }

  private drop(): void {
    this.askedAt = NEVER;
    this.endsAt = NEVER;
    this.keptTick = false;
  }

  private resultOf({ kind, after }: Answer): ProbeResult {
    return kind === 'ok' && after < this.settings.timeout ? 'success' : 'failure';
  }

  private durationOf({ kind, after }: Answer): Duration {
    const { timeout } = this.settings;
    if (kind === 'refusal') return 0;
    return kind === 'hang' || kind === 'silence' ? timeout : Math.min(after, timeout);
  }
}
