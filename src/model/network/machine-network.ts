/**
 * Which machines of the control plane are there, as others see it: a machine that is off, or whose
 * attachment to the network does not work, is silent, and so is everybody to it. Packets between
 * two machines pass unless they are cut either way, since nothing that matters here goes one way
 * only; what makes them slow or loses some is the network path between the two (network-path.ts).
 * What is on one machine always reaches itself. Left out: what the network between them does in its
 * best days.
 */
import type { Effects } from '../../engine/effects.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import type { Part, PartWatcher } from '../parts/part.ts';
import type { Impairment } from './link.ts';
import { NetworkPath } from './network-path.ts';

export interface NetworkPlace {
  readonly machine: Part;
  /** Absent where nothing can fail it. */
  readonly attachment: Part | undefined;
}

type NetworkNoticer = (effects: Effects) => void;

export class MachineNetwork implements PartWatcher {
  private readonly places: ReadonlyMap<string, NetworkPlace>;
  /** How many cuts hold, by `from>to`. */
  private readonly cuts = new Map<string, number>();
  /** What impairs packets, by `from>to`. */
  private readonly impairments = new Map<string, Impairment[]>();
  /** Network paths that were asked for since they changed last, by `one>other`. */
  private readonly paths = new Map<string, NetworkPath | undefined>();
  private readonly noticers: NetworkNoticer[] = [];
  private readonly streams: Pick<RandomStreams, 'key'>;

  constructor(places: ReadonlyMap<string, NetworkPlace>, streams: Pick<RandomStreams, 'key'>) {
    this.places = places;
    this.streams = streams;
    for (const { machine, attachment } of places.values()) {
      machine.watch(this);
      attachment?.watch(this);
    }
  }

  /** Noticers are notified in the order in which they registered. */
  onChanged(noticer: NetworkNoticer): void {
    this.noticers.push(noticer);
  }

  restart(): void {
    this.cuts.clear();
    this.impairments.clear();
    this.paths.clear();
  }

  /** Whether a machine is there and attached; other ends, such as users, always are. */
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

  /**
   * Whether a fault impairs the network path, or lets it come and go, be it passable now or not.
   */
  isHindered(one: string, other: string): boolean {
    return this.impairments.has(`${one}>${other}`) || this.impairments.has(`${other}>${one}`);
  }

  isCut(from: string, to: string): boolean {
    return (this.cuts.get(`${from}>${to}`) ?? 0) > 0;
  }

  /** What delays or loses packets between two machines; undefined where nothing does. */
  path(one: string, other: string): NetworkPath | undefined {
    if (this.impairments.size === 0 || one === other) return undefined;
    const key = `${one}>${other}`;
    if (!this.paths.has(key)) this.paths.set(key, this.pathNow(one, other));
    return this.paths.get(key);
  }

  impair(plan: CutPlan, impairment: Impairment, effects: Effects): void {
    this.eachPair(plan, (key) => {
      this.impairments.set(key, [...(this.impairments.get(key) ?? []), impairment]);
    });
    this.paths.clear();
    this.tell(effects);
  }

  /** Of what `impair` did. */
  relieve(plan: CutPlan, impairment: Impairment, effects: Effects): void {
    this.eachPair(plan, (key) => {
      const all = [...(this.impairments.get(key) ?? [])];
      all.splice(all.indexOf(impairment), 1);
      if (all.length > 0) this.impairments.set(key, all);
      else this.impairments.delete(key);
    });
    this.paths.clear();
    this.tell(effects);
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

  private count(plan: CutPlan, change: 1 | -1, effects: Effects): void {
    this.eachPair(plan, (key) => this.cuts.set(key, (this.cuts.get(key) ?? 0) + change));
    this.tell(effects);
  }

  private eachPair({ from, to }: CutPlan, visit: (key: string) => void): void {
    for (const sender of from) {
      for (const receiver of to) visit(`${sender}>${receiver}`);
    }
  }

  private pathNow(one: string, other: string): NetworkPath | undefined {
    const there = this.impairments.get(`${one}>${other}`) ?? [];
    const back = this.impairments.get(`${other}>${one}`) ?? [];
    if (there.length + back.length === 0) return undefined;
    const streamOf = (name: string) => this.places.get(name)?.machine.stream ?? name;
    const key = this.streams.key(`${streamOf(one)}<->${streamOf(other)}/way`);
    const path = new NetworkPath(key, there, back);
    return path.isSound ? undefined : path;
  }

  private tell(effects: Effects): void {
    for (const noticer of this.noticers) noticer(effects);
  }
}

/** Messages from any of `from` to any of `to` are lost. Names are those of machines. */
export interface CutPlan {
  readonly from: readonly string[];
  readonly to: readonly string[];
}
