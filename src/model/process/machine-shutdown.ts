/**
 * A machine that is shut down in good order, as a kubeadm machine is by default. There the kubelet
 * has no part in it (shutdownGracePeriod is 0 s, kubelet config v1beta1): systemd stops its units,
 * the kubelet, HAProxy and keepalived among them; containers, whose scopes have no dependencies
 * (runc libcontainer/cgroups/systemd/v2.go, DefaultDependencies), are among the remaining processes
 * to all of which systemd-shutdown then sends SIGTERM at once. When all have ended, or at its
 * limit, the machine goes. Left out: the time that units take, unmounting, networks that go before
 * the last process, and that systemd-shutdown lets go on what was frozen.
 */
import { type Duration, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent, StateChange } from '../../engine/effects.ts';
import type { Part, PartWatcher } from '../parts/part.ts';
import type { Demand } from './managed-process.ts';

/**
 * What has not ended by then is killed: systemd src/shutdown/shutdown.c, DEFAULT_TIMEOUT_USEC,
 * which is DefaultTimeoutStopSec too.
 */
export const SHUTDOWN_LIMIT: Duration = 90 * SECOND;

/** Wants a process to end in good order, which nobody starts again before its machine boots. */
export type Stop = (demand: Demand, effects: Effects) => void;

export class MachineShutdown implements Component, PartWatcher {
  private readonly machine: Part;
  private readonly stops: readonly Stop[];
  private readonly limit: SimulationEvent = { kind: 'shutdownLimit', target: this };
  private readonly begins: StateChange;
  /** Of those who wait until the machine may go. */
  private demands: Demand[] = [];
  private limitAt: Time = NEVER;
  /** Processes that have not ended. */
  private left = 0;

  /** @param stops its processes in the order in which they are asked; told at one instant */
  constructor(machine: Part, stops: readonly Stop[]) {
    this.machine = machine;
    this.stops = stops;
    this.begins = { kind: 'machineShutsDown', subject: machine.name };
    machine.watch(this);
  }

  restart(): void {
    this.demands = [];
    this.limitAt = NEVER;
  }

  /** It is not to be called back: who wants it waits until it is told that the machine may go. */
  demand(demand: Demand, effects: Effects): void {
    if (!this.machine.works) {
      demand.ended(effects);
      return;
    }
    this.demands.push(demand);
    if (this.demands.length === 1) this.begin(effects);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now === this.limitAt) this.end(effects);
  }

  /** Whatever the reason, it is off. */
  partStopped(_machine: Part, effects: Effects): void {
    this.end(effects);
  }

  partStarted(): void {}

  private begin(effects: Effects): void {
    effects.record(this.begins);
    this.limitAt = effects.now + SHUTDOWN_LIMIT;
    effects.at(this.limitAt, this.limit);
    const { limitAt } = this;
    // One more than there are, so that none of them is the last before all have been asked.
    this.left = this.stops.length + 1;
    const ended = (at: Effects) => {
      // Those of an earlier shutdown, which the end of the machine cut short, count no more.
      if (this.limitAt !== limitAt) return;
      this.left--;
      if (this.left === 0) this.end(at);
    };
    for (const stop of this.stops) stop({ ending: 'stop', ended }, effects);
    ended(effects);
  }

  private end(effects: Effects): void {
    const { demands } = this;
    this.restart();
    for (const demand of demands) demand.ended(effects);
  }
}
