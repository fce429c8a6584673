/** What users meet who are in several places of the network, each with a view of the balancer. */
import type { Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import {
  type BalancerWatcher,
  BalancerWatchers,
  type LoadBalancer,
  merged,
  type Outcome,
  type Route,
  routesOf,
  scaled,
} from './load-balancer.ts';

interface UsersOfPlace {
  /** Of all users. */
  readonly share: number;
  readonly balancer: LoadBalancer;
}

/** More than any balancer has routes. */
const ROUTES_A_PLACE = 1_000;

export class UsersOfPlaces implements LoadBalancer, BalancerWatcher {
  readonly name: string;
  private readonly places: readonly UsersOfPlace[];
  private readonly watchers = new BalancerWatchers();

  constructor(name: string, places: readonly UsersOfPlace[]) {
    this.name = name;
    this.places = places;
    for (const balancer of new Set(places.map((place) => place.balancer))) balancer.watch(this);
  }

  outcomes(now: Time): readonly Outcome[] {
    return merged(
      this.places.flatMap(({ share, balancer }) => scaled(balancer.outcomes(now), share)),
    );
  }

  /** Users of a place without a route are on none, so that shares may add up to less than 1. */
  routes(): readonly Route[] {
    return this.places.flatMap(({ share, balancer }, place) =>
      routesOf(balancer).map((route) => ({
        ...route,
        place,
        key: place * ROUTES_A_PLACE + route.key,
        share: share * route.share,
      })),
    );
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  balancerChanged(_balancer: LoadBalancer, effects: Effects): void {
    this.watchers.tell(this, effects);
  }
}
