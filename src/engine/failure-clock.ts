/**
 * The time until a failure, which passes only while the clock runs. One unit exponential is drawn
 * a life; the failure comes when the hazard used up reaches it. A clock can be paused and
 * resumed with its age.
 */
import { type Duration, NEVER, type Time, wholeMicroseconds } from './clock.ts';
import type { Effects, SimulationEvent } from './effects.ts';
import type { Law } from './laws/law.ts';
import type { RandomStream } from './random-streams.ts';

export class FailureClock {
  private readonly law: Law;
  private readonly stream: RandomStream;
  private readonly failure: SimulationEvent;
  private readonly factor: number;
  /** When the failure comes if nothing changes; failure events of any other time are stale. */
  private deadline: Time = NEVER;
  private lifetime: Duration = NEVER;
  private age: Duration = 0;
  private runningSince: Time = NEVER;

  /** The hazard of `law` is multiplied by `factor`, which is not negative; 0 never fails. */
  constructor(law: Law, factor: number, stream: RandomStream, failure: SimulationEvent) {
    this.law = law;
    this.factor = factor;
    this.stream = stream;
    this.failure = failure;
  }

  /** A new part: age 0, a new life, paused until `run`. */
  renew(): void {
    this.deadline = NEVER;
    this.runningSince = NEVER;
    this.age = 0;
    const hazard = -Math.log(1 - this.stream.double());
    this.lifetime = this.factor === 0 ? NEVER : this.law.inverseHazard(hazard / this.factor);
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
}
