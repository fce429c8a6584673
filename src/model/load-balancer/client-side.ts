/**
 * A proxy on each client's machine, with servers of its own belief: what becomes of connections is
 * the mean over the machines. Each proxy may be any balancer, such as an HAProxy that checks, or
 * one that learns from the connections it passes on (passive-proxy.ts).
 */
import type { Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import {
  type BalancerWatcher,
  BalancerWatchers,
  type Established,
  type LoadBalancer,
  merged,
  type Outcome,
  scaled,
} from './load-balancer.ts';

export class ClientSide implements LoadBalancer, BalancerWatcher {
  readonly name: string;
  private readonly proxies: readonly LoadBalancer[];
  private readonly watchers = new BalancerWatchers();

  constructor(name: string, proxies: readonly LoadBalancer[]) {
    this.name = name;
    this.proxies = proxies;
    for (const proxy of new Set(proxies)) proxy.watch(this);
  }

  outcomes(now: Time): readonly Outcome[] {
    const share = 1 / this.proxies.length;
    return merged(this.proxies.flatMap((proxy) => scaled(proxy.outcomes(now), share)));
  }

  /** The proxies differ in what they believe of a server, not in what becomes of its clients. */
  established(server: number, now: Time): Established {
    return this.proxies[0]!.established(server, now);
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    this.watchers.tell(this, effects);
  }
}
