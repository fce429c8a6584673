/**
 * HAProxy's `slowstart`: the weight of a server that has come up rises in sixteenths, looked at
 * once a second (server.c, server_recalc_eweight and server_warmup). Left out: that `roundrobin`
 * shares out small odd weights up to a sixteenth too low, as measured.
 */
import { type Duration, NEVER, SECOND, type Time } from '../../../engine/clock.ts';
import type { Component, Effects, SimulationEvent, StateChange } from '../../../engine/effects.ts';

/** A weight has so many steps: BE_WEIGHT_SCALE in include/haproxy/backend-t.h. */
const WEIGHT_STEPS = 16;

export class SlowStart implements Component {
  private readonly fullWeight: number;
  /** HAProxy keeps `slowstart` in whole seconds, rounded up. */
  private readonly seconds: number;
  private readonly risen: StateChange;
  private readonly changed: (effects: Effects) => void;
  private readonly rises: SimulationEvent = { kind: 'weightRises', target: this };
  private since: Time = NEVER;
  private risesAt: Time = NEVER;

  /** Records `risen` and calls `changed` whenever the weight has risen a step. */
  constructor(
    weight: number,
    slowstart: Duration,
    risen: StateChange,
    changed: (effects: Effects) => void,
  ) {
    this.fullWeight = weight;
    this.seconds = Math.ceil(slowstart / SECOND);
    this.risen = risen;
    this.changed = changed;
  }

  /** Full weight, as HAProxy gives it to servers when it starts. */
  restart(): void {
    this.since = NEVER;
    this.risesAt = NEVER;
  }

  /** The server has come up. */
  begin(effects: Effects): void {
    if (this.seconds === 0) return;
    this.since = effects.now;
    this.awaitRise(effects);
  }

  /** In sixteenths of the settings' weights. */
  weight(now: Time): number {
    return this.fullWeight * this.stepAt(now);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now !== this.risesAt) return;
    effects.record(this.risen);
    this.changed(effects);
    this.awaitRise(effects);
  }

  private stepAt(now: Time): number {
    const passed = this.since === NEVER ? this.seconds : Math.floor((now - this.since) / SECOND);
    if (passed >= this.seconds) return WEIGHT_STEPS;
    return Math.floor((WEIGHT_STEPS * passed) / this.seconds) + 1;
  }

  private awaitRise(effects: Effects): void {
    const before = this.stepAt(effects.now);
    this.risesAt = NEVER;
    for (let passed = 1; passed <= this.seconds; passed++) {
      const time = this.since + passed * SECOND;
      if (time <= effects.now || this.stepAt(time) === before) continue;
      this.risesAt = time;
      effects.at(time, this.rises);
      return;
    }
  }
}
