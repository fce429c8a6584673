/**
 * The disk under one member: how long an fsync takes now. Slow spells multiply and add, stalls hold
 * every fsync until they end, and a broken or full disk fails every write, which is the member's to
 * die of. Fsyncs longer than `longest` are left out here: they are rare, and drawn as events of
 * their own (long-fsyncs.ts), so that all others can be skipped.
 */
import { type Duration, NEVER, type Time, wholeMicroseconds } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { Law } from '../../engine/laws/law.ts';
import { uniformAt } from '../../engine/stateless-draw.ts';
import { type Wait, waitAt } from './wait.ts';

const FSYNC = 1;
const QUEUE = 2;

/** Notified when fsyncs that were held may go on. */
export interface DiskUser {
  diskReleased(effects: Effects): void;
}

/** A time in which every fsync takes `factor` times as long and `added` more, after a wait. */
export interface Spell {
  readonly factor: number;
  readonly added: Duration;
  /** For what others have written before it; undefined: none. */
  readonly wait?: Wait;
}

export class Disk {
  readonly users: DiskUser[] = [];
  private readonly law: Law;
  /** Chance of an fsync that is not longer than `longest`. */
  private readonly ordinary: number;
  private readonly table: Float64Array;
  private key = 0;
  private spells: Spell[] = [];
  private holds = 0;
  private heldFrom: Time = 0;
  private faults = 0;
  /** A stall of known length, from and until. */
  private stalledFrom: Time = 0;
  private stalledUntil: Time = 0;

  constructor(fsync: Law, longest: Duration = NEVER) {
    this.law = fsync;
    this.ordinary = longest === NEVER ? 1 : 1 - Math.exp(-fsync.cumulativeHazard(longest));
    this.table = quantileTable(fsync, this.ordinary);
  }

  /** As new; `key` tells its draws from those of other disks and replications. */
  restart(key: number): void {
    this.key = key;
    this.spells = [];
    this.holds = 0;
    this.faults = 0;
    this.stalledFrom = 0;
    this.stalledUntil = 0;
  }

  /** Holds until `endSpell` of the same. */
  beginSpell(spell: Spell): void {
    this.spells.push(spell);
  }

  endSpell(spell: Spell): void {
    this.spells = this.spells.filter((other) => other !== spell);
  }

  /** No fsync begun from now on returns until as many calls of `release` as of `hold`. */
  hold(now: Time): void {
    if (this.holds++ === 0) this.heldFrom = now;
  }

  release(effects: Effects): void {
    if (--this.holds === 0) for (const user of this.users) user.diskReleased(effects);
  }

  /** No fsync begun from now on and before `until` returns before it. */
  stall(now: Time, until: Time): void {
    if (now >= this.stalledUntil) this.stalledFrom = now;
    this.stalledUntil = Math.max(this.stalledUntil, until);
  }

  /** Every write fails until as many calls of `mend` as of `fail`. */
  fail(): void {
    this.faults++;
  }

  mend(): void {
    this.faults--;
  }

  get isBroken(): boolean {
    return this.faults > 0;
  }

  /** Whether a write begun now would return some time. */
  get takesWrites(): boolean {
    return this.faults === 0 && this.holds === 0;
  }

  /** Neither slow nor stalled nor broken. */
  isHealthy(now: Time): boolean {
    return (
      this.spells.length === 0 &&
      this.holds === 0 &&
      this.faults === 0 &&
      (now >= this.stalledUntil || now < this.stalledFrom)
    );
  }

  /** How long an fsync that begins at `time` takes; NEVER where that is not known yet. */
  fsync(time: Time): Duration {
    if (this.holds > 0 && time >= this.heldFrom) return NEVER;
    const share = uniformAt(this.key, time, FSYNC);
    let length = this.spells.length === 0 ? this.ordinaryLength(share) : lengthAt(this.law, share);
    for (const { factor, added, wait } of this.spells) {
      length = length * factor + added;
      if (wait !== undefined) length += waitAt(wait, this.key, time, QUEUE);
    }
    const held = time >= this.stalledFrom ? Math.max(0, this.stalledUntil - time) : 0;
    return held + wholeMicroseconds(length);
  }

  /** Of an fsync within `longest`, by its rank among them. */
  private ordinaryLength(share: number): Duration {
    const cell = share * CELLS;
    const place = Math.floor(cell);
    if (place < EXACT_CELLS || place >= CELLS - EXACT_CELLS) {
      return lengthAt(this.law, share * this.ordinary);
    }
    const below = this.table[place]!;
    return below + (cell - place) * (this.table[place + 1]! - below);
  }
}

/** Lengths are read from a table of so many equally likely cells: inverting a law takes long. */
const CELLS = 2048;
/** Cells at either end in which the law itself is asked, since it bends there. */
const EXACT_CELLS = 32;

/** Lengths at the edges of the cells; one table for all disks under one law. */
const tables = new WeakMap<Law, Map<number, Float64Array>>();

function quantileTable(law: Law, ordinary: number): Float64Array {
  const known = tables.get(law) ?? new Map<number, Float64Array>();
  tables.set(law, known);
  const table = known.get(ordinary) ?? new Float64Array(CELLS + 1);
  if (known.has(ordinary)) return table;
  for (let cell = EXACT_CELLS; cell <= CELLS - EXACT_CELLS; cell++) {
    table[cell] = lengthAt(law, (cell / CELLS) * ordinary);
  }
  known.set(ordinary, table);
  return table;
}

function lengthAt(law: Law, share: number): Duration {
  return law.inverseHazard(-Math.log(1 - share));
}
