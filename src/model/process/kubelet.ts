/**
 * The kubelet as supervisor of one static pod's only container: it starts it, probes it, ends it
 * with SIGTERM and after the grace period SIGKILL, and starts it again at once or after the
 * crash-loop back-off. The pod itself is never deleted or replaced. Left out: pulls of images,
 * the sandbox, and restarts of the kubelet alone.
 */
import { type Duration, MINUTE, NEVER, SECOND, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { RandomStream, RandomStreams } from '../../engine/random-streams.ts';
import type { Part } from '../parts/part.ts';
import { type BackOff, KUBELET_BACK_OFF, KubeletBackOff } from './kubelet-back-off.ts';
import { ContainerProbes, type ProbePlans } from './kubelet-probes.ts';
import type { ManagedProcess, Supervisor } from './managed-process.ts';
import type { ProbeKind } from './probe-settings.ts';

declare module '../../engine/effects.ts' {
  interface ChangeData {
    machineShutsDown: object;
    containerStarted: object;
    containerAskedToStop: object;
    containerKilled: object;
    containerExited: object;
    /** For the back-off. */
    containerWaits: { seconds: number };
    containerReady: object;
    containerNotReady: object;
    probeFailed: { probe: ProbeKind };
    probePassed: { probe: ProbeKind };
  }
}

export interface KubeletSettings {
  readonly backOff: BackOff;
  /** From SIGTERM to SIGKILL. */
  readonly gracePeriod: Duration;
  /** Exits are looked for so often (kubelet.go, genericPlegRelistPeriod). */
  readonly relistPeriod: Duration;
  /** A wait is cut to this at most and looked at again (podSyncFrequency, v1beta1 defaults). */
  readonly resyncPeriod: Duration;
  /** A pod that waits is looked at so often; undefined: when its wait ends (kubernetes#133066). */
  readonly fixedLook: Duration | undefined;
  /** A wait is longer by up to this share (pod_workers.go, workerBackOffPeriodJitterFactor). */
  readonly waitJitter: number;
}

export const KUBELET_DEFAULTS: KubeletSettings = {
  backOff: KUBELET_BACK_OFF,
  // core/v1 default of terminationGracePeriodSeconds; kubeadm's manifests set none.
  gracePeriod: 30 * SECOND,
  relistPeriod: SECOND,
  resyncPeriod: MINUTE,
  // Since Kubernetes 1.34. Before: 10 s (kubelet.go, backOffPeriod).
  fixedLook: undefined,
  waitJitter: 0.5,
};

export interface KubeletStreams {
  /** When the probes' workers begin to tick. */
  readonly phases: RandomStream;
  /** How long exits go unseen, and waits are longer. */
  readonly draws: RandomStream;
}

/** What the kubelet is about with the container. */
export type KubeletStage = 'off' | 'running' | 'stopping' | 'waiting';

/**
 * @param key of the machine, or of what it is for
 * @param supervisor of which container, where a machine has several
 */
export function kubeletStreams(
  streams: RandomStreams,
  key: string,
  container: string,
): KubeletStreams {
  const stream = (purpose: string) => streams.stream(`${key}/${container}.${purpose}`);
  return { phases: stream('probes'), draws: stream('waits') };
}

/** Where the container is, and how its kubelet treats it. */
export interface KubeletSite {
  readonly machine: Part;
  readonly probes: ProbePlans;
  readonly settings: KubeletSettings;
  readonly streams: KubeletStreams;
  /** The probes' ticks are ranked from here on. */
  readonly rank: number;
}

export class Kubelet implements Supervisor, Component {
  readonly name: string;
  /** Times the container was started since the machine was. */
  starts = 0;
  readonly probes: ContainerProbes;
  stage: KubeletStage = 'off';
  private readonly container: ManagedProcess;
  private readonly settings: KubeletSettings;
  private readonly draws: RandomStream;
  private readonly backOff: KubeletBackOff;
  private readonly syncs: SimulationEvent = { kind: 'syncs', target: this };
  private readonly kills: SimulationEvent = { kind: 'kills', target: this };
  private syncsAt: Time = NEVER;
  private killsAt: Time = NEVER;
  /** Whether the container ran when its machine went off, or before. */
  private hadContainerBeforeBoot = false;
  private hasRecordedWait = false;

  constructor(container: ManagedProcess, site: KubeletSite) {
    const { machine, probes, settings, streams, rank } = site;
    this.name = container.name;
    this.container = container;
    this.settings = settings;
    this.draws = streams.draws;
    this.backOff = new KubeletBackOff(settings.backOff);
    const end = (_kind: ProbeKind, effects: Effects) => this.endContainer(effects);
    this.probes = new ContainerProbes(container.name, probes, streams.phases, rank, end);
    container.onExit = (effects) => this.exited(effects);
    machine.watch({ partStopped: () => this.machineWentOff(), partStarted: () => {} });
  }

  get gracePeriod(): Duration {
    return this.settings.gracePeriod;
  }

  get isActive(): boolean {
    return this.stage !== 'off';
  }

  /** A replication starts with a container that has run for long; whoever runs it has it run. */
  startWarm(effects: Effects): void {
    this.hadContainerBeforeBoot = false;
    this.reset(effects);
    this.starts = 1;
    this.stage = 'running';
    this.probes.startWarm(effects);
  }

  /** The machine has booted, or the pod is wanted again. */
  begin(effects: Effects): void {
    this.reset(effects);
    this.start(effects);
  }

  /** The machine is off, or the pod no longer wanted; whoever runs the process ends it. */
  end(effects: Effects): void {
    this.stage = 'off';
    this.forgetPlans();
    this.probes.stop(effects);
  }

  /**
   * The machine is off. Once it has booted its runtime still shows the container, as exited
   * (containerd cri/server/restart.go), and the static pod is the same, so that its first start
   * counts as another one and leaves an entry of back-off (kuberuntime_manager.go, doBackOff).
   */
  private machineWentOff(): void {
    this.hadContainerBeforeBoot = this.starts > 0;
  }

  ticksElided(now: Time): number {
    return this.probes.ticksElided(now);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.kills && effects.now === this.killsAt) {
      this.killsAt = NEVER;
      effects.record({ kind: 'containerKilled', subject: this.name });
      this.container.kill(effects);
    } else if (event === this.syncs && effects.now === this.syncsAt) {
      this.syncsAt = NEVER;
      this.sync(effects);
    }
  }

  private reset(effects: Effects): void {
    this.forgetPlans();
    this.starts = 0;
    this.hasRecordedWait = false;
    this.backOff.restart(this.hadContainerBeforeBoot ? effects.now : NEVER);
    this.hadContainerBeforeBoot = false;
    this.probes.restart(effects);
  }

  private forgetPlans(): void {
    this.syncsAt = NEVER;
    this.killsAt = NEVER;
  }

  /** A probe has given up on it. */
  private endContainer(effects: Effects): void {
    if (this.stage !== 'running') return;
    this.stage = 'stopping';
    this.killsAt = effects.now + this.settings.gracePeriod;
    effects.at(this.killsAt, this.kills);
    effects.record({ kind: 'containerAskedToStop', subject: this.name });
    this.container.terminate(effects);
  }

  private exited(effects: Effects): void {
    effects.record({ kind: 'containerExited', subject: this.name });
    if (this.stage === 'off') return;
    const wasStopped = this.stage === 'stopping';
    this.forgetPlans();
    this.stage = 'waiting';
    this.hasRecordedWait = false;
    this.probes.containerGone(effects);
    if (wasStopped) {
      // The sync that has killed it goes on to start it, knowing only of earlier exits.
      this.sync(effects);
      this.backOff.finished(effects.now);
      return;
    }
    this.backOff.finished(effects.now);
    this.syncIn(Math.floor(this.draws.double() * this.settings.relistPeriod), effects);
  }

  private sync(effects: Effects): void {
    const wait = this.backOff.until(effects.now) - effects.now;
    if (wait <= 0) {
      this.start(effects);
      return;
    }
    if (!this.hasRecordedWait) {
      this.hasRecordedWait = true;
      const seconds = this.backOff.length / SECOND;
      effects.record({ kind: 'containerWaits', subject: this.name, seconds });
    }
    const { resyncPeriod, fixedLook, waitJitter } = this.settings;
    const longer = 1 + waitJitter * this.draws.double();
    this.syncIn(Math.ceil((fixedLook ?? Math.min(wait, resyncPeriod)) * longer), effects);
  }

  private syncIn(wait: Duration, effects: Effects): void {
    this.syncsAt = effects.now + wait;
    effects.at(this.syncsAt, this.syncs);
  }

  private start(effects: Effects): void {
    this.stage = 'running';
    this.starts++;
    this.backOff.started(effects.now);
    effects.record({ kind: 'containerStarted', subject: this.name });
    this.probes.containerStarted(effects);
    this.container.start(effects);
  }
}
