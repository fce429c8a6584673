/**
 * What a controller manager or scheduler answers its kubelet: well, unless it is frozen, or it
 * believes that it leads and has not renewed for long, of which client-go's HealthzAdaptor tells
 * (tools/leaderelection/healthzadaptor.go). It listens from when it stands by: assumed.
 */
import { type Duration, MICROSECOND, NEVER, type Time } from '../../engine/clock.ts';
import type { Component, Effects, SimulationEvent } from '../../engine/effects.ts';
import type { Answer } from '../network/endpoint.ts';
import { ApiServerEndpoint, HANG, REFUSAL } from '../network/settable-endpoint.ts';
import type { LeaseHolder } from './lease-holder.ts';
import type { LeaseSettings } from './lease-settings.ts';

export class CandidateHealth implements Component {
  readonly endpoint: ApiServerEndpoint;
  private readonly holder: LeaseHolder;
  private readonly ok: Answer;
  private readonly error: Answer;
  /** The age of a lease at which its holder is not well; NEVER where nobody looks at it. */
  private readonly limit: Duration;
  private readonly looks: SimulationEvent = { kind: 'looksAtLease', target: this };
  /** When the age is next looked at, if it is. */
  private looksAt: Time = NEVER;

  /** @param handling how long an answer takes: as an API server's own, assumed */
  constructor(holder: LeaseHolder, { times, watchdog }: LeaseSettings, handling: Duration) {
    this.ok = { kind: 'ok', after: handling };
    this.error = { kind: 'error', after: handling };
    this.endpoint = new ApiServerEndpoint(`${holder.name}/healthz`);
    this.holder = holder;
    this.limit = watchdog === undefined ? NEVER : times.leaseDuration + watchdog;
    holder.onSettled = (effects) => this.look(effects);
  }

  /** A replication starts with a process that has run for long. */
  startWarm(): void {
    this.looksAt = NEVER;
    this.endpoint.reset(this.ok);
  }

  step(_event: SimulationEvent, effects: Effects): void {
    if (effects.now !== this.looksAt) return;
    this.looksAt = NEVER;
    // A leader that sleeps renews; when it wakes, it looks anew.
    if (!this.holder.isAsleep) this.look(effects);
  }

  private look(effects: Effects): void {
    const { isRunning, isFrozen } = this.holder;
    if (!isRunning) this.endpoint.become(REFUSAL, effects);
    else if (isFrozen) this.endpoint.become(HANG, effects);
    else this.endpoint.become(this.isStale(effects) ? this.error : this.ok, effects);
  }

  /** One that has been renewed meanwhile is looked at again then: one look a limit at most. */
  private isStale(effects: Effects): boolean {
    const { elector } = this.holder;
    if (this.limit === NEVER || !elector.isMine) return false;
    const staleFrom = elector.known.changedAt + this.limit + MICROSECOND;
    if (staleFrom <= effects.now) return true;
    if (this.looksAt === NEVER) {
      this.looksAt = staleFrom;
      effects.at(staleFrom, this.looks);
    }
    return false;
  }
}
