/**
 * Which machines of the control plane are there, as others see it: a machine that is off, or whose
 * attachment to the network does not work, is silent, and so is everybody to it. Packets between
 * two machines pass unless they are cut either way, since nothing that matters here goes one way
 * only. What is on one machine always reaches itself.
 */
import type { Effects } from '../../engine/effects.ts';
import type { Part, PartWatcher } from '../part.ts';
import type { CutPlan } from '../topology.ts';

export interface NetworkPlace {
  readonly machine: Part;
  /** Absent where nothing can fail it. */
  readonly attachment: Part | undefined;
}

export type NetworkNoticer = (effects: Effects) => void;

export class MachineNetwork implements PartWatcher {
  private readonly places: ReadonlyMap<string, NetworkPlace>;
  /** How many cuts hold, by `from>to`. */
  private readonly cuts = new Map<string, number>();
  private readonly noticers: NetworkNoticer[] = [];

  constructor(places: ReadonlyMap<string, NetworkPlace>) {
    this.places = places;
    for (const { machine, attachment } of places.values()) {
      machine.watch(this);
      attachment?.watch(this);
    }
  }

  /** Noticers are told in the order in which they came. */
  onChanged(noticer: NetworkNoticer): void {
    this.noticers.push(noticer);
  }

  restart(): void {
    this.cuts.clear();
  }

  /** Whether users reach a machine, wherever they are. */
  isReached(machine: string): boolean {
    return (this.places.get(machine)?.machine.works ?? true) && this.isAttached(machine);
  }

  isAttached(machine: string): boolean {
    return this.places.get(machine)?.attachment?.works ?? true;
  }

  passes(one: string, other: string): boolean {
    if (one === other) return true;
    if (!this.isReached(one) || !this.isReached(other)) return false;
    return !this.isCut(one, other) && !this.isCut(other, one);
  }

  isCut(from: string, to: string): boolean {
    return (this.cuts.get(`${from}>${to}`) ?? 0) > 0;
  }

  cut(plan: CutPlan, effects: Effects): void {
    this.count(plan, 1, effects);
  }

  heal(plan: CutPlan, effects: Effects): void {
    this.count(plan, -1, effects);
  }

  partStopped(_part: Part, effects: Effects): void {
    this.tell(effects);
  }

  partStarted(_part: Part, effects: Effects): void {
    this.tell(effects);
  }

  private count({ from, to }: CutPlan, change: 1 | -1, effects: Effects): void {
    for (const sender of from) {
      for (const receiver of to) {
        const key = `${sender}>${receiver}`;
        this.cuts.set(key, (this.cuts.get(key) ?? 0) + change);
      }
    }
    this.tell(effects);
  }

  private tell(effects: Effects): void {
    for (const noticer of this.noticers) noticer(effects);
  }
}
