/**
 * Who keeps the process of an etcd member running: whatever starts it with its machine, and again
 * when it has exited. Where Kubernetes is simulated that is a kubelet (model/kubernetes), else what
 * is left of one here: its back-off, and nobody who asks the process anything.
 */
import { type Duration, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import { KUBELET_BACK_OFF, Supervisor } from '../process/supervisor.ts';

/** A member's process, as its keeper handles it. */
export interface MemberProcess {
  /** Nothing where it runs already, or has no data to start from. */
  start(effects: Effects): void;
  /** SIGTERM. */
  terminate(effects: Effects): void;
  /** SIGKILL: gone within the call, but for one that is held by its disk. */
  kill(effects: Effects): void;
}

export interface MemberKeeper {
  /** From SIGTERM to SIGKILL. */
  readonly grace: Duration;
  /** Its machine has booted, or somebody has put a new member there: the process is started. */
  begin(effects: Effects): void;
  /** Its machine is gone; whoever runs the process ends it. */
  end(effects: Effects): void;
  /** Its data are gone: nothing is to be started until `begin`. */
  withdraw(effects: Effects): void;
  /** The process has exited, by itself (`hasFailed`) or by a signal, and the machine is there. */
  exited(effects: Effects, hasFailed: boolean): void;
  /** The disk takes writes again. */
  diskMended?(effects: Effects): void;
}

/** Kubernetes, terminationGracePeriodSeconds, for static pods too. */
const POD_GRACE: Duration = 30 * SECOND;

export class SupervisedMember implements MemberKeeper, Component {
  readonly grace = POD_GRACE;
  private readonly process: MemberProcess;
  private readonly supervisor = new Supervisor(KUBELET_BACK_OFF);
  private readonly respawns: SimulationEvent = { kind: 'respawns', target: this };
  private respawnsAt: Time = NEVER;

  constructor(process: MemberProcess) {
    this.process = process;
    this.supervisor.restart(Number.NEGATIVE_INFINITY);
  }

  begin(effects: Effects): void {
    this.supervisor.started(effects.now);
    this.process.start(effects);
  }

  end(effects: Effects): void {
    this.respawnsAt = NEVER;
    this.supervisor.restart(effects.now);
  }

  /** A restart that is due finds no data. */
  withdraw(): void {}

  exited(effects: Effects): void {
    this.respawnsAt = effects.now + this.supervisor.crashed(effects.now);
    effects.at(this.respawnsAt, this.respawns);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now !== this.respawnsAt) return;
    this.respawnsAt = NEVER;
    this.begin(effects);
  }
}
