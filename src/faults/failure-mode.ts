/**
 * One way of failing, again and again: a clock runs until the fault, somebody may have to notice
 * it, a crew may have to come, and the repair starts the clock anew.
 */
import { type Duration, NEVER, type Time, wholeMicroseconds } from '../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../engine/effects.ts';
import { FailureClock } from '../engine/failure-clock.ts';
import type { Law } from '../engine/laws/law.ts';
import { lawOf } from '../engine/laws/law-of.ts';
import type { RandomStream } from '../engine/random-streams.ts';
import type { Part, PartWatcher } from '../model/parts/part.ts';
import type { Detection } from './detection.ts';
import type { Fault } from './fault.ts';
import type { FailureModePlan } from './plans.ts';
import type { RepairJob, RepairShop } from './repair-shop.ts';
import type { Restarts } from './restarts.ts';

type State = 'counting' | 'unnoticed' | 'waiting' | 'repairing';

/** What a mode needs of the world it is wired into. */
interface FailureModeParts {
  readonly fault: Fault;
  /** The clock runs only while this part works. */
  readonly clockOf: Part | undefined;
  readonly detection: Detection | undefined;
  readonly shop: RepairShop;
  readonly restarts: Restarts | undefined;
  stream(purpose: string): RandomStream;
}

export class FailureMode implements Component, PartWatcher, RepairJob {
  readonly plan: FailureModePlan;
  readonly fault: Fault;
  /** Modes of parts that are replaced together with this one's. */
  renewed: readonly FailureMode[] = [];
  private readonly clockOf: Part | undefined;
  private readonly detection: Detection | undefined;
  private readonly shop: RepairShop;
  private readonly restarts: Restarts | undefined;
  private readonly repairLaw: Law;
  /** Draw k is of failure k, whoever repairs it and whenever, or nobody at all. */
  private readonly repairs: RandomStream;
  private readonly dispatches: RandomStream | undefined;
  /** Of start-ups that a machine going down broke off. */
  private readonly repeats: RandomStream;
  private repairLength: Duration = 0;
  private dispatchLength: Duration = 0;
  /** Whether chance hits each of the effect's parts; empty where all are always hit. */
  private readonly hits: ReadonlyMap<Part, RandomStream>;
  private readonly failure: SimulationEvent = { kind: 'failure', target: this };
  private readonly noticed: SimulationEvent = { kind: 'noticed', target: this };
  private readonly repaired: SimulationEvent = { kind: 'repaired', target: this };
  private readonly clock: FailureClock;
  private state: State = 'counting';
  /** When the event now awaited comes; events of any other time are stale. */
  private deadline: Time = NEVER;

  constructor(plan: FailureModePlan, parts: FailureModeParts) {
    this.plan = plan;
    this.fault = parts.fault;
    this.clockOf = parts.clockOf;
    this.detection = parts.detection;
    this.shop = parts.shop;
    this.restarts = parts.restarts;
    this.repairLaw = lawOf(plan.repair.law);
    this.repairs = parts.stream('repair');
    this.repeats = parts.stream('repeat');
    const isSent = plan.repair.by === 'crew' && parts.shop.dispatch !== undefined;
    this.dispatches = isSent ? parts.stream('dispatch') : undefined;
    const maybeHit = plan.hitProbability < 1 ? parts.fault.aims : [];
    this.hits = new Map(maybeHit.map((part) => [part, parts.stream(`hit/${part.stream}`)]));
    this.clock = new FailureClock(
      lawOf(plan.law),
      plan.hazardFactor,
      parts.stream('failure'),
      this.failure,
    );
    this.clockOf?.watch(this);
    this.restarts?.supervise(this);
    this.detection?.onNoticed((effects) => this.notice(effects));
  }

  restart(effects: Effects): void {
    this.state = 'counting';
    this.deadline = NEVER;
    this.repairLength = 0;
    this.dispatchLength = 0;
    this.fault.restart();
    this.restarts?.restart();
    this.clock.renew();
    this.clock.run(effects);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.failure) {
      if (this.clock.expires(effects.now)) this.fail(effects);
    } else if (effects.now === this.deadline) {
      if (event === this.repaired && this.state === 'repairing') this.mend(effects);
      else if (event === this.noticed) this.notice(effects);
    }
  }

  /** The part has no service, so it does not wear. */
  partStopped(_part: Part, effects: Effects): void {
    if (this.state === 'counting') this.clock.pause(effects);
  }

  partStarted(_part: Part, effects: Effects): void {
    if (this.state === 'counting') this.clock.run(effects);
  }

  crewAssigned(effects: Effects): void {
    this.state = 'repairing';
    const { repairLength, dispatchLength } = this;
    this.repairUntil(this.shop.finish(effects.now, dispatchLength, repairLength), effects);
  }

  /** The machine under a supervised process stopped: no restart until the machine is back. */
  hostStopped(): void {
    if (this.state === 'repairing') this.deadline = NEVER;
  }

  /** The machine is back and starts its processes, without back-off. */
  hostStarted(effects: Effects): void {
    if (this.state !== 'repairing') return;
    const startUp = wholeMicroseconds(this.repairLaw.draw(this.repeats));
    this.repairUntil(effects.now + startUp, effects);
  }

  /** The failed thing was replaced, by this repair or together with another part. */
  renew(effects: Effects): void {
    if (this.state !== 'counting') this.abandonRepair(effects);
    this.clock.renew();
    if (this.clockOf === undefined || this.clockOf.works) this.clock.run(effects);
  }

  private fail(effects: Effects): void {
    this.repairLength = wholeMicroseconds(this.repairLaw.draw(this.repairs));
    if (this.dispatches !== undefined) {
      this.dispatchLength = Math.round(this.shop.dispatch!.draw(this.dispatches));
    }
    if (this.hits.size > 0 && !this.hitsAny()) {
      this.renew(effects);
      return;
    }
    this.state = 'unnoticed';
    this.fault.begin(effects);
    if (this.plan.repair.by !== 'crew') this.repairItself(effects);
    else if (this.detection === undefined) this.notice(effects);
    else this.awaitDetection(this.detection, effects);
  }

  /** A shared cause that by chance hits nobody is no fault. */
  private hitsAny(): boolean {
    const { hitProbability } = this.plan;
    this.fault.narrow((part) => this.hits.get(part)!.double() < hitProbability);
    return this.fault.aims.length > 0;
  }

  /** By a reboot, a provider or the kubelet, which restarts nothing on a machine that is down. */
  private repairItself(effects: Effects): void {
    this.state = 'repairing';
    this.fault.noticed = true;
    const wait = this.restarts?.crashed(effects.now) ?? 0;
    if (wait !== NEVER) this.repairUntil(effects.now + wait + this.repairLength, effects);
  }

  private awaitDetection(detection: Detection, effects: Effects): void {
    const time = detection.noticedAt(effects.now);
    if (time === undefined) return;
    this.deadline = time;
    effects.at(time, this.noticed);
  }

  private notice(effects: Effects): void {
    if (this.state !== 'unnoticed') return;
    this.fault.notice(effects);
    this.state = 'waiting';
    this.deadline = NEVER;
    this.shop.request(this, effects);
  }

  private mend(effects: Effects): void {
    this.state = 'counting';
    this.deadline = NEVER;
    this.restarts?.started(effects.now);
    this.fault.end(effects);
    if (this.plan.repair.by === 'crew') this.shop.release(effects);
    this.renew(effects);
    for (const mode of this.renewed) mode.renew(effects);
  }

  private abandonRepair(effects: Effects): void {
    const { state } = this;
    this.state = 'counting';
    this.deadline = NEVER;
    this.fault.end(effects);
    if (this.plan.repair.by !== 'crew') return;
    if (state === 'waiting') this.shop.withdraw(this);
    else if (state === 'repairing') this.shop.release(effects);
  }

  private repairUntil(time: Time, effects: Effects): void {
    this.deadline = time;
    effects.at(time, this.repaired);
  }
}
