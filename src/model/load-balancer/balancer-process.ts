/**
 * The process of a balancer on its machine, HAProxy or keepalived, and systemd, which starts some
 * again a moment after they were killed, and all as the machine boots. What fails the part it
 * stands on keeps it down.
 */
import { type Duration, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import { Part } from '../parts/part.ts';
import type { Mortal } from '../process/kept-process.ts';
import { SYSTEMD_RESTART_DELAY } from '../process/systemd.ts';

/** haproxy.service says Restart=always (admin/systemd), after systemd's RestartSec of 100 ms. */
export const HAPROXY_RESTARTS_AFTER: Duration = SYSTEMD_RESTART_DELAY;
/** keepalived.service has no Restart= (keepalived.service.in): nobody starts it again. */
export const KEEPALIVED_RESTARTS_AFTER: Duration = NEVER;

/** What freezing means for whoever the process is. */
export type Freezer = (isFrozen: boolean, effects: Effects) => void;

export class BalancerProcess implements Component, Mortal {
  readonly part: Part;
  isFrozen = false;
  onEnd: (effects: Effects) => void = () => {};
  /** What it does on SIGTERM before it ends. */
  farewell: (effects: Effects) => void = () => {};
  /** One frozen without this is as good as gone until it thaws. */
  freezer: Freezer = (isFrozen, effects) => {
    if (isFrozen) this.part.fail(effects);
    else this.part.mend(effects);
  };
  private readonly restarts: SimulationEvent = { kind: 'restarts', target: this };
  private restartsAt: Time = NEVER;
  /** Whether it has ended by itself and was not started since. */
  private isGone = false;
  private isKept = true;
  private readonly restartsAfter: Duration;

  /**
   * @param host that it stands on: its machine, or a part of its own that can fail
   * @param restartsAfter it was killed; NEVER: when its host has stopped and is back
   */
  constructor(name: string, host: Part, restartsAfter: Duration) {
    this.restartsAfter = restartsAfter;
    this.part = new Part({ name, kind: 'process', hosts: [host.name], hostsNeeded: 1 }, [host]);
    host.watch({
      // One that dies is not frozen any more.
      partStopped: (_host, effects) => {
        this.thaw(effects);
        this.onEnd(effects);
      },
      partStarted: (_host, effects) => this.boot(effects),
    });
  }

  restart(): void {
    this.part.restart();
    this.isFrozen = false;
    this.restartsAt = NEVER;
    this.isGone = false;
    this.isKept = true;
  }

  get isRunning(): boolean {
    return this.part.works || this.isFrozen;
  }

  kill(effects: Effects): void {
    if (this.isFrozen) this.thaw(effects);
    if (this.part.works) this.end(effects);
  }

  freeze(effects: Effects): void {
    if (!this.part.works) return;
    this.isFrozen = true;
    effects.record({ kind: 'processFrozen', subject: this.part.name });
    this.freezer(true, effects);
  }

  thaw(effects: Effects): void {
    if (!this.isFrozen) return;
    this.isFrozen = false;
    effects.record({ kind: 'processThawed', subject: this.part.name });
    this.freezer(false, effects);
  }

  letGo(): void {
    this.isKept = false;
    this.restartsAt = NEVER;
  }

  /** Both end at once: what passes through HAProxy is cut off (doc/management.txt, SIGTERM). */
  terminate(effects: Effects): void {
    if (!this.part.works) return;
    this.farewell(effects);
    this.end(effects);
  }

  start(effects: Effects): void {
    if (!this.isKept) this.boot(effects);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now === this.restartsAt) this.come(effects);
  }

  private end(effects: Effects): void {
    this.isGone = true;
    this.part.fail(effects);
    if (this.isKept && this.restartsAfter !== NEVER) {
      this.restartsAt = effects.now + this.restartsAfter;
      effects.at(this.restartsAt, this.restarts);
    }
    this.onEnd(effects);
  }

  private boot(effects: Effects): void {
    this.isKept = true;
    if (this.isGone) this.come(effects);
  }

  private come(effects: Effects): void {
    this.restartsAt = NEVER;
    this.isGone = false;
    this.part.mend(effects);
  }
}
