/**
 * The balancer of one machine as those see it who ask it from elsewhere: silent while the machine
 * cannot be reached; without a word while its process is frozen, since the machine still takes
 * connections in. Left out: checks that a frozen process does not do, which go on here.
 */
import { NEVER, type Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import {
  absence,
  type BalancerHost,
  type BalancerWatcher,
  BalancerWatchers,
  type ConnectionProxy,
  type Established,
  type LoadBalancer,
  type Outcome,
  STALLS,
} from './load-balancer.ts';

const SILENT: Outcome = { kind: 'silence', server: undefined, share: 1, after: NEVER };
const HUNG: Outcome = { kind: 'hang', server: undefined, share: 1, after: NEVER };

export class BalancerFront implements ConnectionProxy, BalancerWatcher {
  readonly name: string;
  isFrozen = false;
  private readonly inner: ConnectionProxy;
  private readonly host: BalancerHost;
  private readonly isReached: () => boolean;
  private readonly watchers = new BalancerWatchers();

  constructor(inner: ConnectionProxy, host: BalancerHost, isReached: () => boolean) {
    this.name = inner.name;
    this.inner = inner;
    this.host = host;
    this.isReached = isReached;
    inner.watch(this);
  }

  outcomes(now: Time): readonly Outcome[] {
    if (!this.isReached()) return [SILENT];
    return this.isStuck ? [HUNG] : this.inner.outcomes(now);
  }

  established(server: number, now: Time): Established {
    if (!this.isReached() || this.isStuck) return STALLS;
    return this.inner.established(server, now);
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  freeze(isFrozen: boolean, effects: Effects): void {
    this.isFrozen = isFrozen;
    this.look(effects);
  }

  /** What is before it may have changed. */
  look(effects: Effects): void {
    this.watchers.tell(this, effects);
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    this.look(effects);
  }

  private get isStuck(): boolean {
    return this.isFrozen && absence(this.host) === undefined;
  }
}
