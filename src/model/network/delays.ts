/**
 * How long something takes whose length is a matter of chance, as a list of lengths and the share
 * of each; what is left of 1 never ends.
 */
import type { Duration } from '../../engine/clock.ts';

export interface Delay {
  readonly after: Duration;
  readonly share: number;
}

/** Shares below are taken for never: nobody would see so few. */
const NEGLIGIBLE = 1e-9;

export class Delays {
  readonly all: readonly Delay[];

  constructor(all: readonly Delay[]) {
    this.all = all;
  }

  static always(after: Duration): Delays {
    return new Delays([{ after, share: 1 }]);
  }

  /** One after the other, each by chances of its own. */
  followedBy(next: Delays): Delays {
    const sums = new Map<Duration, number>();
    for (const one of this.all) {
      for (const other of next.all) {
        const after = one.after + other.after;
        sums.set(after, (sums.get(after) ?? 0) + one.share * other.share);
      }
    }
    const all = [...sums].map(([after, share]) => ({ after, share }));
    return new Delays(all.filter(({ share }) => share >= NEGLIGIBLE).sort(byLength));
  }

  /** The share that ends within so long. */
  within(patience: Duration): number {
    return this.all.reduce((sum, { after, share }) => sum + (after <= patience ? share : 0), 0);
  }
}

function byLength(one: Delay, other: Delay): number {
  return one.after - other.after;
}
