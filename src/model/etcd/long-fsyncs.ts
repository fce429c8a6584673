/**
 * Fsyncs so long that they can matter: rare ones, by the tail of the disk's law. They come one by
 * one as events, at the rate at which writes draw them, so that all the shorter ones between can be
 * skipped. Left out: that they may come in clusters.
 */
import { type Duration, NEVER, type Time, YEAR } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import { type Law, unitExponential } from '../../engine/laws/law.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type { Disk } from '../parts/disk.ts';

/** Rates below this, a year, are left out: nobody would see one. */
const LEAST_A_YEAR = 1e-9;

interface LongFsyncWatcher {
  wake(effects: Effects): void;
  touched(): void;
  stepped(ticked: boolean, effects: Effects): void;
}

export class LongFsyncs implements Component {
  private readonly disk: Disk;
  private readonly law: Law;
  private readonly longest: Duration;
  private readonly stream: RandomStream;
  private readonly watcher: LongFsyncWatcher;
  /** From one to the next, in the mean. */
  private readonly meanGap: Duration;
  private readonly begins: SimulationEvent = { kind: 'longFsync', target: this };
  private readonly ends: SimulationEvent = { kind: 'longFsyncOver', target: this };

  /** @param writeInterval between fsyncs, each of which may be a long one; undefined for none */
  constructor(
    disk: Disk,
    law: Law,
    longest: Duration,
    writeInterval: Duration | undefined,
    stream: RandomStream,
    watcher: LongFsyncWatcher,
  ) {
    this.disk = disk;
    this.law = law;
    this.longest = longest;
    this.stream = stream;
    this.watcher = watcher;
    const chance = longest === NEVER ? 0 : Math.exp(-law.cumulativeHazard(longest));
    this.meanGap = writeInterval === undefined ? NEVER : writeInterval / chance;
  }

  restart(effects: Effects): void {
    if (YEAR / this.meanGap > LEAST_A_YEAR) this.next(effects);
  }

  step(event: SimulationEvent, effects: Effects): void {
    this.watcher.wake(effects);
    this.watcher.touched();
    if (event === this.begins) {
      const hazard = this.law.cumulativeHazard(this.longest) + unitExponential(this.stream);
      const until: Time = effects.now + Math.round(this.law.inverseHazard(hazard));
      this.disk.stall(effects.now, until);
      effects.at(until, this.ends);
      this.next(effects);
    }
    this.watcher.stepped(false, effects);
  }

  private next(effects: Effects): void {
    const gap = this.meanGap * unitExponential(this.stream);
    effects.at(effects.now + Math.ceil(gap), this.begins);
  }
}
