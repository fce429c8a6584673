/**
 * The probes of one container together: the startup probe holds the others back until it has
 * succeeded, each failure that counts of startup or liveness asks for the container's end, and
 * readiness is only shown. A probe that a container lacks is left out.
 */
import type { Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { RandomStream } from '../../engine/random-streams.ts';
import type { Endpoint } from '../network/endpoint.ts';
import { Probe } from './probe.ts';
import type { ProbeKind, ProbeSettings } from './probe-settings.ts';

interface ProbePlan {
  readonly endpoint: Endpoint;
  readonly settings: ProbeSettings;
}

export type ProbePlans = Readonly<Partial<Record<ProbeKind, ProbePlan>>>;

/** In the order in which the kubelet makes the workers (prober_manager.go, AddPod). */
const KINDS: readonly ProbeKind[] = ['startup', 'readiness', 'liveness'];

/** Ranks of timers that the probes of one container take. */
export const PROBE_RANKS = KINDS.length;

export class ContainerProbes {
  private readonly onUnhealthy: (kind: ProbeKind, effects: Effects) => void;
  private readonly probes = new Map<ProbeKind, Probe>();
  private readonly name: string;
  private startedAt: Time = 0;
  private runs = false;
  private wasReady = false;

  /** Their ticks are ranked from `rank` on. */
  constructor(
    name: string,
    plans: ProbePlans,
    phases: RandomStream,
    rank: number,
    onUnhealthy: (kind: ProbeKind, effects: Effects) => void,
  ) {
    this.onUnhealthy = onUnhealthy;
    this.name = name;
    KINDS.forEach((kind, index) => {
      const plan = plans[kind];
      if (plan === undefined) return;
      const { endpoint, settings } = plan;
      const notice = (probe: Probe, effects: Effects) => this.noticed(probe, effects);
      this.probes.set(kind, new Probe(kind, endpoint, settings, phases, rank + index, notice));
    });
  }

  /** The kubelet starts. */
  restart(effects: Effects): void {
    this.runs = false;
    this.wasReady = false;
    for (const probe of this.probes.values()) probe.restart(effects);
  }

  /** The kubelet is gone, and with it whether the container is ready. */
  stop(effects: Effects): void {
    this.containerGone(effects);
    for (const probe of this.probes.values()) probe.stop();
  }

  /** A container that has run for long; to be called after `restart`. */
  startWarm(effects: Effects): void {
    this.runs = true;
    this.startedAt = effects.now;
    for (const probe of this.probes.values()) probe.startWarm(effects);
    this.wasReady = this.isReady;
  }

  containerStarted(effects: Effects): void {
    this.runs = true;
    this.startedAt = effects.now;
    for (const probe of this.probes.values()) probe.containerStarted();
    const startup = this.probes.get('startup');
    if (startup === undefined) this.openOthers(effects);
    else startup.open(this.startedAt, effects);
  }

  containerGone(effects: Effects): void {
    this.runs = false;
    for (const probe of this.probes.values()) probe.containerGone();
    this.showReadiness(effects);
  }

  /** What the kubelet would show of the container; nobody but people looks at it. */
  get isReady(): boolean {
    const readiness = this.probes.get('readiness');
    return this.runs && this.hasStarted && (readiness?.result ?? 'success') === 'success';
  }

  ticksElided(now: Time): number {
    return [...this.probes.values()].reduce((sum, probe) => sum + probe.ticksElided(now), 0);
  }

  private get hasStarted(): boolean {
    return (this.probes.get('startup')?.result ?? 'success') === 'success';
  }

  private noticed({ kind, result }: Probe, effects: Effects): void {
    if (kind === 'readiness') this.showReadiness(effects);
    else if (result === 'failure') {
      effects.record({ kind: 'probeFailed', subject: this.name, probe: kind });
      this.onUnhealthy(kind, effects);
    } else if (kind === 'startup') {
      effects.record({ kind: 'probePassed', subject: this.name, probe: kind });
      this.openOthers(effects);
      this.showReadiness(effects);
    }
  }

  private openOthers(effects: Effects): void {
    for (const [kind, probe] of this.probes) {
      if (kind !== 'startup') probe.open(this.startedAt, effects);
    }
  }

  /** Of a container without a readiness probe it says nothing. */
  private showReadiness(effects: Effects): void {
    if (this.isReady === this.wasReady || !this.probes.has('readiness')) return;
    this.wasReady = this.isReady;
    effects.record({
      kind: this.wasReady ? 'containerReady' : 'containerNotReady',
      subject: this.name,
    });
  }
}
