/**
 * A proxy on each client's machine, with servers of its own belief: what becomes of connections is
 * the mean over the machines. Each proxy may be any balancer, such as an HAProxy that checks.
 */
import type { Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import {
  type BalancerWatcher,
  BalancerWatchers,
  type ConnectionProxy,
  type LoadBalancer,
  type Outcome,
  outcomesOver,
  type Route,
} from './load-balancer.ts';

export class ClientSide implements LoadBalancer, BalancerWatcher {
  readonly name: string;
  private readonly all: readonly Route[];
  private readonly watchers = new BalancerWatchers();

  constructor(name: string, proxies: readonly ConnectionProxy[]) {
    this.name = name;
    const share = 1 / proxies.length;
    this.all = proxies.map((proxy, key) => ({ key, share, proxy }));
    for (const proxy of new Set(proxies)) proxy.watch(this);
  }

  outcomes(now: Time): readonly Outcome[] {
    return outcomesOver(this.routes(), now);
  }

  routes(): readonly Route[] {
    return this.all;
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    this.watchers.tell(this, effects);
  }
}
