/**
 * systemd as supervisor of a process, by its defaults where a unit says nothing else
 * (systemd-system.conf): killed by a signal it is started again after a moment, unless it was
 * started too often; having exited with a failure a unit with Restart=on-abnormal stays away, until
 * whoever repairs what it failed of starts it (assumed).
 */
import { type Duration, MILLISECOND, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { ManagedProcess, Supervisor } from './managed-process.ts';

/** From SIGTERM to SIGKILL: DefaultTimeoutStopSec. */
const SYSTEMD_STOP_TIMEOUT: Duration = 90 * SECOND;
/** From the end of a process to its next start, if it is started again: DefaultRestartSec. */
const RESTART_DELAY: Duration = 100 * MILLISECOND;
/** DefaultStartLimitBurst starts in DefaultStartLimitIntervalSec are let pass (ratelimit_below). */
const START_LIMIT = { burst: 5, interval: 10 * SECOND } as const;

/** Restart= of the unit. */
export type SystemdRestart = 'no' | 'on-abnormal' | 'always';

export class SystemdUnit implements Supervisor, Component {
  readonly gracePeriod = SYSTEMD_STOP_TIMEOUT;
  isActive = true;
  private readonly process: ManagedProcess;
  private readonly restart: SystemdRestart;
  private readonly respawns: SimulationEvent = { kind: 'respawns', target: this };
  private respawnsAt: Time = NEVER;
  /** When the starts that are counted began. */
  private countsSince: Time = Number.NEGATIVE_INFINITY;
  private starts = 0;
  private hasGivenUp = false;

  constructor(process: ManagedProcess, restart: SystemdRestart) {
    this.process = process;
    this.restart = restart;
    process.onExit = (effects, hasFailed = false) => this.exited(effects, hasFailed);
  }

  startWarm(): void {
    this.end();
    this.isActive = true;
    this.countsSince = Number.NEGATIVE_INFINITY;
    this.starts = 0;
  }

  begin(effects: Effects): void {
    this.isActive = true;
    this.countsSince = Number.NEGATIVE_INFINITY;
    this.start(effects);
  }

  end(): void {
    this.isActive = false;
    this.respawnsAt = NEVER;
    this.hasGivenUp = false;
  }

  repaired(effects: Effects): void {
    if (this.hasGivenUp) this.begin(effects);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now === this.respawnsAt) this.start(effects);
  }

  private exited(effects: Effects, hasFailed: boolean): void {
    if (!this.isActive || this.restart === 'no') return;
    if (hasFailed && this.restart === 'on-abnormal') {
      this.giveUp(effects);
      return;
    }
    this.respawnsAt = effects.now + RESTART_DELAY;
    effects.at(this.respawnsAt, this.respawns);
  }

  private start(effects: Effects): void {
    this.respawnsAt = NEVER;
    this.hasGivenUp = false;
    if (effects.now > this.countsSince + START_LIMIT.interval) {
      this.countsSince = effects.now;
      this.starts = 0;
    }
    this.starts++;
    if (this.starts > START_LIMIT.burst) this.giveUp(effects);
    else this.process.start(effects);
  }

  private giveUp(effects: Effects): void {
    this.hasGivenUp = true;
    effects.record({ kind: 'systemdGaveUp', subject: this.process.name });
  }
}
