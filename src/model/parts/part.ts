/**
 * A part of the control plane that works or not: it has no fault of its own and enough of the
 * parts it depends on work. Why it fails and when it is repaired is the faults' business.
 */
import type { Effects, StateChange } from '../../engine/effects.ts';

declare module '../../engine/effects.ts' {
  interface ChangeData {
    partUp: { part: PartKind };
    partDown: { part: PartKind };
    /** By a health check of the part. */
    believedUp: object;
    believedDown: object;
  }
}

/** Notified when a part stops or starts to work, whatever the reason. */
export interface PartWatcher {
  partStopped(part: Part, effects: Effects): void;
  partStarted(part: Part, effects: Effects): void;
}

export class Part implements PartWatcher {
  readonly name: string;
  readonly kind: PartKind;
  /** What its streams of random numbers are keyed by. */
  readonly stream: string;
  works = true;
  private readonly hostsNeeded: number;
  private readonly hostCount: number;
  private hostsWorking: number;
  private faults = 0;
  private readonly watchers: PartWatcher[] = [];
  private readonly stopped: StateChange;
  private readonly started: StateChange;

  constructor(plan: PartPlan, hosts: readonly Part[]) {
    this.name = plan.name;
    this.kind = plan.kind;
    this.stream = plan.stream ?? plan.name;
    this.hostsNeeded = plan.hostsNeeded;
    this.hostCount = hosts.length;
    this.hostsWorking = hosts.length;
    this.stopped = { kind: 'partDown', subject: plan.name, part: plan.kind };
    this.started = { kind: 'partUp', subject: plan.name, part: plan.kind };
    for (const host of hosts) host.watch(this);
  }

  /** Watchers are notified in the order in which they registered. */
  watch(watcher: PartWatcher): void {
    this.watchers.push(watcher);
  }

  /** Works, without a fault, as at the start of every replication. */
  restart(): void {
    this.works = true;
    this.faults = 0;
    this.hostsWorking = this.hostCount;
  }

  /** Whether a fault of its own keeps it from working, whatever it depends on. */
  get hasFault(): boolean {
    return this.faults > 0;
  }

  /** One more fault keeps it from working. */
  fail(effects: Effects): void {
    this.faults++;
    if (this.works) this.stop(effects);
  }

  /** One fault less. */
  mend(effects: Effects): void {
    this.faults--;
    if (this.shouldWork()) this.start(effects);
  }

  partStopped(_host: Part, effects: Effects): void {
    this.hostsWorking--;
    if (this.works && this.hostsWorking < this.hostsNeeded) this.stop(effects);
  }

  partStarted(_host: Part, effects: Effects): void {
    this.hostsWorking++;
    if (!this.works && this.shouldWork()) this.start(effects);
  }

  private shouldWork(): boolean {
    return this.faults === 0 && this.hostsWorking >= this.hostsNeeded;
  }

  private stop(effects: Effects): void {
    this.works = false;
    effects.record(this.stopped);
    for (const watcher of this.watchers) watcher.partStopped(this, effects);
  }

  private start(effects: Effects): void {
    this.works = true;
    effects.record(this.started);
    for (const watcher of this.watchers) watcher.partStarted(this, effects);
  }
}

export type PartKind =
  | 'zone'
  | 'rack'
  | 'risk'
  | 'machine'
  | 'disk'
  | 'nic'
  | 'link'
  | 'switch'
  | 'attachment'
  | 'process'
  | 'component';

/** One thing that works or not. Hosts stand before the parts that need them. */
export interface PartPlan {
  readonly name: string;
  /** What its streams of random numbers are keyed by, whatever its name; that, if left out. */
  readonly stream?: string;
  readonly kind: PartKind;
  /** Names of the parts this one depends on. */
  readonly hosts: readonly string[];
  /** How many of `hosts` must work for this part to work; all of them unless said otherwise. */
  readonly hostsNeeded: number;
}

/** The parts of a topology, as those who build on them find them. */
export interface Parts {
  /** Undefined where the topology has none of that name. */
  find(name: string): Part | undefined;
}
