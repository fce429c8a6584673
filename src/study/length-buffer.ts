/**
 * Lengths of one replication's outages, in bounded memory, kept apart until it is known whether
 * the replication counts: one that is interrupted is thrown away whole.
 */
import type { Duration } from '../engine/clock.ts';
import { QuantileSketch } from '../statistics/quantile-sketch.ts';

/** Lengths kept as such; most replications have fewer, and are spared a sketch of their own. */
const MOST_KEPT = 1024;

export class LengthBuffer {
  private readonly latest: Duration[] = [];
  private earlier = new QuantileSketch();

  add(length: Duration): void {
    if (this.latest.length === MOST_KEPT) {
      for (const kept of this.latest) this.earlier.add(kept);
      this.latest.length = 0;
    }
    this.latest.push(length);
  }

  addTo(sketch: QuantileSketch): void {
    if (this.earlier.count > 0) sketch.merge(this.earlier.data());
    for (const length of this.latest) sketch.add(length);
  }

  clear(): void {
    this.latest.length = 0;
    if (this.earlier.count > 0) this.earlier = new QuantileSketch();
  }
}
