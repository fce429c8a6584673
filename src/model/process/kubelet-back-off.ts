/**
 * The kubelet's crash-loop back-off for one container, as kuberuntime_manager.go (doBackOff) and
 * client-go's flowcontrol.Backoff compute it. The wait counts from the finish of the latest
 * container that the kubelet knew to have exited when it began to sync: of one that exited by
 * itself that is its own finish, of one that the kubelet has just killed that of the one before
 * (kubernetes#22240). So a container killed by a probe after a long life starts again at once.
 */
import { type Duration, MINUTE, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { ManagedProcess, Supervisor } from './managed-process.ts';

export interface BackOff {
  /** The wait before the second restart in a row; the first is immediate. */
  readonly initial: Duration;
  readonly maximum: Duration;
  /** Healthy running after which crashes are forgotten. */
  readonly forgottenAfter: Duration;
}

/**
 * Kubelet's crash-loop back-off: 10 s doubling to 300 s (MaxContainerBackOff), forgotten after
 * 10 min (twice the maximum).
 */
export const KUBELET_BACK_OFF: BackOff = {
  initial: 10 * SECOND,
  maximum: 300 * SECOND,
  forgottenAfter: 10 * MINUTE,
};

export class KubeletBackOff {
  private readonly settings: BackOff;
  /** The wait in force; 0 while there is no entry. */
  private wait: Duration = 0;
  private startedAt: Time = 0;
  /** When the latest container finished of which that is known; NEVER if none is. */
  private finishedAt: Time = NEVER;

  constructor(settings: BackOff) {
    this.settings = settings;
  }

  /**
   * The kubelet starts: what it knew was in memory. That a container of the pod has run before its
   * machine went off, it learns from the runtime; NEVER: none has.
   */
  restart(finishedAt: Time = NEVER): void {
    this.wait = 0;
    this.startedAt = 0;
    this.finishedAt = finishedAt;
  }

  /** The wait in force; 0 where there is none. */
  get length(): Duration {
    return this.wait;
  }

  /** A container has exited, and the kubelet has seen it. */
  finished(at: Time): void {
    this.finishedAt = at;
  }

  /** A container has exited by itself, and is seen at once: how long its next start waits. */
  crashed(now: Time): Duration {
    this.finished(now);
    return Math.max(0, this.until(now) - now);
  }

  /** From when on a container may be started, which may lie in the past. */
  until(now: Time): Time {
    if (this.finishedAt === NEVER || this.wait === 0 || this.isForgotten(now)) return 0;
    return this.finishedAt + this.wait;
  }

  /** A container is started. Its first start leaves no entry, the second one the initial wait. */
  started(now: Time): void {
    if (this.finishedAt !== NEVER) {
      const { initial, maximum } = this.settings;
      const isNew = this.wait === 0 || this.isForgotten(now);
      this.wait = isNew ? initial : Math.min(2 * this.wait, maximum);
    }
    this.startedAt = now;
  }

  /** Entries so old are swept away, also those of a container still waiting (Backoff.GC). */
  private isForgotten(now: Time): boolean {
    return now - this.startedAt > this.settings.forgottenAfter;
  }
}

/** Kubernetes, terminationGracePeriodSeconds, for static pods too. */
const POD_GRACE_PERIOD: Duration = 30 * SECOND;

/** What is left of a kubelet where none is simulated: its back-off, and no probes. */
export class BackOffSupervisor implements Supervisor, Component {
  readonly gracePeriod = POD_GRACE_PERIOD;
  isActive = true;
  private readonly process: ManagedProcess;
  private readonly backOff = new KubeletBackOff(KUBELET_BACK_OFF);
  private readonly respawns: SimulationEvent = { kind: 'respawns', target: this };
  private respawnsAt: Time = NEVER;

  constructor(process: ManagedProcess) {
    this.process = process;
    process.onExit = (effects) => this.exited(effects);
  }

  startWarm(): void {
    this.end();
    this.isActive = true;
  }

  begin(effects: Effects): void {
    this.isActive = true;
    this.backOff.started(effects.now);
    this.process.start(effects);
  }

  end(): void {
    this.isActive = false;
    this.respawnsAt = NEVER;
    this.backOff.restart();
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now !== this.respawnsAt) return;
    this.respawnsAt = NEVER;
    this.begin(effects);
  }

  private exited(effects: Effects): void {
    if (!this.isActive) return;
    this.respawnsAt = effects.now + this.backOff.crashed(effects.now);
    effects.at(this.respawnsAt, this.respawns);
  }
}
