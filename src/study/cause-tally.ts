/** Why a level was lost, summed over outages: by cause, trigger, phase and single fault. */
import type { Duration } from '../engine/clock.ts';
import type { Cause } from './cause.ts';
import type { LevelHistory, Phase } from './level-history.ts';
import type { CauseFigures, InvolvementFigures, PhaseShares, TriggerFigures } from './result.ts';

interface CauseCount {
  downtime: Duration;
  outages: number;
  readonly example: readonly string[];
}

export class CauseTally {
  downtime: Duration = 0;
  private readonly byCause = new Map<string, CauseCount>();
  private readonly byTrigger = new Map<string, number>();
  private readonly byFault = new Map<string, Duration>();
  private readonly byPhase = new Map<Phase, Duration>();

  add(history: LevelHistory): void {
    for (const { cause, trigger } of history.outages) {
      this.counted(cause).outages++;
      const kind = trigger?.identity.kind ?? 'none';
      this.byTrigger.set(kind, (this.byTrigger.get(kind) ?? 0) + 1);
    }
    for (const { cause, phase, length } of history.charges) {
      this.downtime += length;
      this.counted(cause).downtime += length;
      this.byPhase.set(phase, (this.byPhase.get(phase) ?? 0) + length);
      for (const { identity } of cause.faults) {
        this.byFault.set(identity.name, (this.byFault.get(identity.name) ?? 0) + length);
      }
    }
  }

  phases(): PhaseShares {
    return {
      structural: this.share(this.byPhase.get('structural')),
      detection: this.share(this.byPhase.get('detection')),
      planned: this.share(this.byPhase.get('planned')),
    };
  }

  causes(): CauseFigures[] {
    const figures = [...this.byCause].map(([cause, { downtime, outages, example }]) => ({
      cause,
      downtimeShare: this.share(downtime),
      outages,
      example,
    }));
    return figures.sort((one, other) => other.downtimeShare - one.downtimeShare);
  }

  triggers(): TriggerFigures[] {
    const figures = [...this.byTrigger].map(([trigger, outages]) => ({ trigger, outages }));
    return figures.sort((one, other) => other.outages - one.outages);
  }

  involved(): InvolvementFigures[] {
    const figures = [...this.byFault].map(([fault, downtime]) => ({
      fault,
      downtimeShare: this.share(downtime),
    }));
    return figures.sort((one, other) => other.downtimeShare - one.downtimeShare);
  }

  private share(downtime: Duration | undefined): number {
    return this.downtime === 0 ? 0 : (downtime ?? 0) / this.downtime;
  }

  private counted(cause: Cause): CauseCount {
    const known = this.byCause.get(cause.label);
    if (known !== undefined) return known;
    const example = cause.faults.map((fault) => fault.identity.name);
    const count = { downtime: 0, outages: 0, example };
    this.byCause.set(cause.label, count);
    return count;
  }
}
