/**
 * One address that moves between machines, as users of one place meet it: they go to those of its
 * holders that the network lets them reach, whoever else has it.
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

/** What users meet on each machine that may have the address. */
export interface AddressView {
  isReached(node: number): boolean;
  readonly proxies: readonly ConnectionProxy[];
}

/** By whom the address is held now. */
interface MovingAddress {
  readonly name: string;
  routes(view: AddressView): readonly Route[];
  watch(watcher: BalancerWatcher): void;
}

export class AddressFrom implements LoadBalancer, BalancerWatcher {
  readonly name: string;
  private readonly address: MovingAddress;
  private readonly view: AddressView;
  private readonly watchers = new BalancerWatchers();

  constructor(address: MovingAddress, view: AddressView) {
    this.name = address.name;
    this.address = address;
    this.view = view;
    address.watch(this);
    for (const proxy of view.proxies) proxy.watch(this);
  }

  outcomes(now: Time): readonly Outcome[] {
    return outcomesOver(this.routes(), now);
  }

  routes(): readonly Route[] {
    return this.address.routes(this.view);
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    this.watchers.tell(this, effects);
  }
}
