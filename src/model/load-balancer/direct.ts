/** No balancer at all: one address behind which one API server listens. */

import { NEVER } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { Endpoint, EndpointWatcher } from '../network/endpoint.ts';
import {
  type BalancerWatcher,
  BalancerWatchers,
  type ConnectionProxy,
  type Established,
  establishedTo,
  type Outcome,
  straight,
} from './load-balancer.ts';

export class Direct implements ConnectionProxy, EndpointWatcher {
  readonly name: string;
  private readonly endpoint: Endpoint;
  private readonly server: number;
  private readonly watchers = new BalancerWatchers();

  constructor(endpoint: Endpoint, server: number) {
    this.name = endpoint.name;
    this.endpoint = endpoint;
    this.server = server;
    endpoint.watch(this);
  }

  outcomes(): readonly Outcome[] {
    return [straight(this.server, this.endpoint.answer, 1)];
  }

  established(): Established {
    return establishedTo(this.endpoint.answer, NEVER);
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  answerChanged(_endpoint: Endpoint, effects: Effects): void {
    this.watchers.tell(this, effects);
  }
}
