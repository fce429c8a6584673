/**
 * A cloud's health check of one target: one probe every interval, whatever the one before took, and
 * thresholds of probes in a row. A probe meets what a request sent at its start meets; one of a
 * healthy target that waits for etcd is answered anew when that comes back in time. Probes that can
 * change nothing are skipped. Left out: that several probers look, each in its own phase;
 * that a probe of an unhealthy target may pass by a recovery while it waits, and not only the next
 * one.
 */
import { type Duration, NEVER, type Time } from '../../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../../engine/effects.ts';
import { PeriodicTimer } from '../../../engine/periodic-timer.ts';
import type { RandomStream } from '../../../engine/random-streams.ts';
import {
  answerAt,
  type Endpoint,
  type EndpointWatcher,
  isSettled,
} from '../../network/endpoint.ts';

export interface TargetCheckSettings {
  /** `tcp` passes as soon as the machine accepts a connection, `https` by an answer alone. */
  readonly protocol: 'tcp' | 'https';
  readonly interval: Duration;
  /** At most the interval. */
  readonly timeout: Duration;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

export class TargetCheck implements Component, EndpointWatcher {
  isHealthy = true;
  private readonly endpoint: Endpoint;
  private readonly settings: TargetCheckSettings;
  private readonly turned: (effects: Effects) => void;
  private readonly timer: PeriodicTimer;
  private readonly ends: SimulationEvent = { kind: 'probeEnds', target: this };
  private endsAt: Time = NEVER;
  private passes = true;
  /** Until then the probe under way is answered anew if its target no longer has to wait. */
  private waitsUntil: Time = 0;
  /** Probes in a row that contradict what is believed. */
  private surprises = 0;

  /** Calls `turned` whenever `isHealthy` changes; `rank` orders its ticks. */
  constructor(
    endpoint: Endpoint,
    settings: TargetCheckSettings,
    rank: number,
    turned: (effects: Effects) => void,
  ) {
    if (settings.timeout > settings.interval) throw new RangeError('a probe outlasts its interval');
    this.endpoint = endpoint;
    this.settings = settings;
    this.turned = turned;
    this.timer = new PeriodicTimer(this, 'probe', settings.interval, rank);
    endpoint.watch(this);
  }

  restart(phases: RandomStream, effects: Effects): void {
    this.isHealthy = true;
    this.passes = true;
    this.waitsUntil = 0;
    this.surprises = 0;
    this.endsAt = NEVER;
    const phase = Math.floor(phases.double() * this.settings.interval);
    this.timer.start(effects.now + phase, effects);
  }

  probesElided(now: Time): number {
    return this.timer.elided(now);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.ends) {
      if (effects.now === this.endsAt) this.end(effects);
      return;
    }
    if (!this.timer.isDue(effects.now)) return;
    this.begin(effects);
    const isQuiet = this.surprises === 0 && this.endsAt === NEVER;
    const isSteady = isQuiet && isSettled(this.endpoint.answer);
    if (isSteady && this.probe(effects.now).passes === this.isHealthy) this.timer.sleep(effects);
    else this.timer.tickAgain(effects);
  }

  answerChanged(endpoint: Endpoint, effects: Effects): void {
    this.timer.wake(effects);
    const { now } = effects;
    const answer = answerAt(endpoint.answer, now);
    if (this.endsAt === NEVER || now >= this.waitsUntil || answer.waits !== undefined) return;
    const isAnswer = answer.kind === 'ok' || answer.kind === 'error';
    if (!isAnswer || now + answer.after >= this.endsAt) return;
    this.waitsUntil = 0;
    this.passes = answer.kind === 'ok';
    this.endsAt = now + answer.after;
    effects.at(this.endsAt, this.ends);
  }

  /** What a probe that began now would find, and when. */
  private probe(now: Time): { readonly passes: boolean; readonly takes: Duration } {
    const { kind, after } = answerAt(this.endpoint.answer, now);
    const { protocol, timeout } = this.settings;
    if (kind === 'refusal') return { passes: false, takes: 0 };
    if (kind === 'silence') return { passes: false, takes: timeout };
    if (protocol === 'tcp') return { passes: true, takes: 0 };
    if (kind === 'hang' || after > timeout) return { passes: false, takes: timeout };
    return { passes: kind === 'ok', takes: after };
  }

  private begin(effects: Effects): void {
    const { passes, takes } = this.probe(effects.now);
    // One that can only say what is known and expected need not be waited for.
    if (passes === this.isHealthy && this.surprises === 0) return;
    this.passes = passes;
    this.waitsUntil = effects.now + (answerAt(this.endpoint.answer, effects.now).waits ?? 0);
    this.endsAt = effects.now + takes;
    if (takes === 0) this.end(effects);
    else effects.at(this.endsAt, this.ends);
  }

  private end(effects: Effects): void {
    this.endsAt = NEVER;
    const { healthyThreshold, unhealthyThreshold } = this.settings;
    if (this.passes === this.isHealthy) {
      this.surprises = 0;
      return;
    }
    this.surprises++;
    if (this.surprises < (this.isHealthy ? unhealthyThreshold : healthyThreshold)) return;
    this.surprises = 0;
    this.isHealthy = !this.isHealthy;
    this.turned(effects);
  }
}
