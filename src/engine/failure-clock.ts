/**
 * The time until a failure, which passes only while the clock runs. One unit exponential is drawn
 * a life; the failure comes when the hazard used up reaches it. A clock can be paused, resumed
 * with its age, and carried over a change of the hazard's factor.
 */
import { type Duration, NEVER, type Time, wholeMicroseconds } from './clock.ts';
import type { Effects, SimulationEvent } from './effects.ts';
import type { Law } from './laws/law.ts';
import type { RandomStream } from './random-streams.ts';

export class FailureClock {
  private readonly law: Law;
  private readonly stream: RandomStream;
  private readonly failure: SimulationEvent;
  private readonly firstFactor: number;
  private factor: number;
  /** When the failure comes if nothing changes; failure events of any other time are stale. */
  private deadline: Time = NEVER;
  /** Of the unit exponential drawn for this life, what had not been used at age `factorSince`. */
  private hazardLeft = 0;
  private factorSince: Duration = 0;
  private lifetime: Duration = NEVER;
  private age: Duration = 0;
  private runningSince: Time = NEVER;

  /** The hazard of `law` is multiplied by `factor`, which is not negative; 0 never fails. */
  constructor(law: Law, factor: number, stream: RandomStream, failure: SimulationEvent) {
    this.law = law;
    this.firstFactor = factor;
    this.factor = factor;
    this.stream = stream;
    this.failure = failure;
  }

  /** As if made anew: paused, and its factor as it was at first. */
  restart(): void {
    this.factor = this.firstFactor;
    this.renew();
  }

  /** A new part: age 0, a new life, paused until `run`. */
  renew(): void {
    this.deadline = NEVER;
    this.runningSince = NEVER;
    this.age = 0;
    this.factorSince = 0;
    this.hazardLeft = -Math.log(1 - this.stream.double());
    this.lifetime = this.lifetimeFrom(0);
  }

  run(effects: Effects): void {
    if (this.runningSince !== NEVER) return;
    this.runningSince = effects.now;
    if (this.lifetime === NEVER) return;
    this.deadline = effects.now + wholeMicroseconds(this.lifetime - this.age);
    effects.at(this.deadline, this.failure);
  }

  /** Whether the failure event at `now` is this life's; if so the clock rests until `renew`. */
  expires(now: Time): boolean {
    if (now !== this.deadline) return false;
    this.deadline = NEVER;
    return true;
  }

  pause(effects: Effects): void {
    if (this.runningSince === NEVER) return;
    this.age += effects.now - this.runningSince;
    this.runningSince = NEVER;
    this.deadline = NEVER;
  }

  /** The hazard per unit of age from now on; what was used up stays used. */
  setFactor(factor: number, effects: Effects): void {
    const running = this.runningSince !== NEVER;
    this.pause(effects);
    const hazardNow = this.law.cumulativeHazard(this.age);
    this.hazardLeft -= this.factor * (hazardNow - this.law.cumulativeHazard(this.factorSince));
    this.factorSince = this.age;
    this.factor = factor;
    this.lifetime = this.lifetimeFrom(hazardNow);
    if (running) this.run(effects);
  }

  /** The age at failure, given the law's cumulative hazard at the present age. */
  private lifetimeFrom(hazardNow: number): Duration {
    if (this.factor === 0) return NEVER;
    return this.law.inverseHazard(hazardNow + this.hazardLeft / this.factor);
  }
}
