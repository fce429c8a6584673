/**
 * An etcd member as a unit of systemd, as Debian has it (etcd.service: Restart=on-abnormal, the
 * rest by default): killed by a signal it is started again after a moment, unless it was started
 * too often; having exited with a failure it stays away, as after a write that failed. Whoever
 * mends its disk starts it (assumed). Nobody asks it anything. etcd's own unit (contrib/systemd)
 * has Restart=always and RestartSec=10s instead.
 */
import { NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent, StateChange } from '../../engine/effects.ts';
import { SYSTEMD_RESTART_DELAY, SYSTEMD_STOP_TIMEOUT } from '../process/systemd.ts';
import type { MemberKeeper, MemberProcess } from './member-keeper.ts';

/** DefaultStartLimitBurst starts in DefaultStartLimitIntervalSec are let pass (ratelimit_below). */
const START_LIMIT = { burst: 5, interval: 10 * SECOND } as const;

export class SystemdMember implements MemberKeeper, Component {
  readonly grace = SYSTEMD_STOP_TIMEOUT;
  private readonly process: MemberProcess;
  private readonly respawns: SimulationEvent = { kind: 'respawns', target: this };
  private readonly gaveUp: StateChange;
  private respawnsAt: Time = NEVER;
  /** When the starts that are counted began. */
  private countsSince: Time = Number.NEGATIVE_INFINITY;
  private starts = 0;
  private hasGivenUp = false;

  constructor(name: string, process: MemberProcess) {
    this.process = process;
    this.gaveUp = { kind: 'systemdGaveUp', subject: name };
  }

  begin(effects: Effects): void {
    this.countsSince = Number.NEGATIVE_INFINITY;
    this.start(effects);
  }

  end(): void {
    this.respawnsAt = NEVER;
    this.hasGivenUp = false;
  }

  withdraw(): void {
    this.end();
  }

  exited(effects: Effects, hasFailed: boolean): void {
    if (hasFailed) {
      this.giveUp(effects);
      return;
    }
    this.respawnsAt = effects.now + SYSTEMD_RESTART_DELAY;
    effects.at(this.respawnsAt, this.respawns);
  }

  diskMended(effects: Effects): void {
    if (this.hasGivenUp) this.begin(effects);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now === this.respawnsAt) this.start(effects);
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
    effects.record(this.gaveUp);
  }
}
