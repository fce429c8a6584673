/**
 * The process of a balancer on its machine, HAProxy or keepalived, and systemd, which starts it
 * again a moment after it was killed. What fails the part it stands on keeps it down.
 */
import { type Duration, MILLISECOND, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent, StateChange } from '../../engine/effects.ts';
import { Part } from '../part.ts';

/** systemd's RestartSec; that units restart always is assumed. */
const RESTART_AFTER: Duration = 100 * MILLISECOND;

/** What freezing means for whoever the process is. */
export type Freezer = (isFrozen: boolean, effects: Effects) => void;

export class BalancerProcess implements Component {
  readonly part: Part;
  isFrozen = false;
  /** One frozen without this is as good as gone until it thaws. */
  freezer: Freezer = (isFrozen, effects) => {
    if (isFrozen) this.part.fail(effects);
    else this.part.mend(effects);
  };
  private readonly restarts: SimulationEvent = { kind: 'restarts', target: this };
  private restartsAt: Time = NEVER;
  private readonly changes: Readonly<Record<'frozen' | 'thawed', StateChange>>;

  /** @param host that it stands on: its machine, or a part of its own that can fail */
  constructor(name: string, host: Part) {
    this.part = new Part({ name, kind: 'process', hosts: [host.name], hostsNeeded: 1 }, [host]);
    const change = (state: string): StateChange => ({ subject: name, state });
    // One that dies is not frozen any more.
    host.watch({ partStopped: (_host, effects) => this.thaw(effects), partStarted: () => {} });
    this.changes = { frozen: change('frozen'), thawed: change('thawed') };
  }

  restart(): void {
    this.part.restart();
    this.isFrozen = false;
    this.restartsAt = NEVER;
  }

  kill(effects: Effects): void {
    if (this.isFrozen) this.thaw(effects);
    if (!this.part.works) return;
    this.part.fail(effects);
    this.restartsAt = effects.now + RESTART_AFTER;
    effects.at(this.restartsAt, this.restarts);
  }

  freeze(effects: Effects): void {
    if (!this.part.works) return;
    this.isFrozen = true;
    effects.record(this.changes.frozen);
    this.freezer(true, effects);
  }

  thaw(effects: Effects): void {
    if (!this.isFrozen) return;
    this.isFrozen = false;
    effects.record(this.changes.thawed);
    this.freezer(false, effects);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now !== this.restartsAt) return;
    this.restartsAt = NEVER;
    this.part.mend(effects);
  }
}
