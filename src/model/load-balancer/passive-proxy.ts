/**
 * A proxy that learns from the connections it passes on, as nginx's stream module does: a server
 * that does not accept is left alone for `failTimeout`, then tried again by one connection. What it
 * believes at a moment depends on the traffic; the shares are the mean ones under a steady flow of
 * connections, from the moment a server fails on. A server that accepts and then hangs is never
 * noticed. Left out: weights, max_fails above 1 (which delays the first leaving alone only), and
 * that one connection may try several silent servers.
 */
import { type Duration, SECOND } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { Answer, Endpoint, EndpointWatcher } from '../network/endpoint.ts';
import {
  type BalancerWatcher,
  BalancerWatchers,
  type ConnectionProxy,
  type Established,
  establishedTo,
  merged,
  type Outcome,
} from './load-balancer.ts';

export interface PassiveSettings {
  /** `fail_timeout`. */
  readonly failTimeout: Duration;
  /** `proxy_connect_timeout`. */
  readonly connectTimeout: Duration;
  /** `proxy_timeout`. */
  readonly idleTimeout: Duration;
  /** New connections through one proxy, per second. */
  readonly connectionsPerSecond: number;
}

/** nginx's defaults; a connection every 10 s, as of a kubelet and a few pods, is a guess. */
export const NGINX_STREAM: PassiveSettings = {
  failTimeout: 10 * SECOND,
  connectTimeout: 60 * SECOND,
  idleTimeout: 600 * SECOND,
  connectionsPerSecond: 0.1,
};

/** nginx counts whole seconds and waits for more than `fail_timeout` of them: half a one more. */
const ROUNDING: Duration = 0.5 * SECOND;

export class PassiveProxy implements ConnectionProxy, EndpointWatcher {
  readonly name: string;
  private readonly endpoints: readonly Endpoint[];
  private readonly settings: PassiveSettings;
  private readonly watchers = new BalancerWatchers();

  constructor(name: string, endpoints: readonly Endpoint[], settings: PassiveSettings) {
    this.name = name;
    this.endpoints = endpoints;
    this.settings = settings;
    for (const endpoint of endpoints) endpoint.watch(this);
  }

  watch(watcher: BalancerWatcher): void {
    this.watchers.add(watcher);
  }

  answerChanged(_endpoint: Endpoint, effects: Effects): void {
    this.watchers.tell(this, effects);
  }

  outcomes(): readonly Outcome[] {
    const answers = this.endpoints.map(({ answer }) => answer);
    const dead = answers.filter(isDead);
    const alive = this.endpoints.length - dead.length;
    const silent = dead.filter(({ kind }) => kind === 'silence').length;
    // Connections that try a silent server again wait for it before they go elsewhere.
    const late = silent * this.retryShare(alive);
    return merged(
      [0, this.settings.connectTimeout].flatMap((waited) => {
        const share = waited === 0 ? 1 - late : late;
        if (alive === 0) return [{ kind: 'closed', server: undefined, share, after: waited }];
        return answers
          .map((answer, server) => this.met(answer, server, waited, share / alive))
          .filter((outcome) => outcome !== undefined);
      }),
    );
  }

  established(server: number): Established {
    return establishedTo(this.endpoints[server]!.answer, this.settings.idleTimeout);
  }

  /**
   * Of all connections those that try a certain silent server again: one in each `failTimeout` and
   * the time-out before it, and in the time until its turn comes. That takes as many connections as
   * there are servers, and one, since nginx lets a failed server's weight grow again from 0; where
   * all are dead it is the next connection's.
   */
  private retryShare(alive: number): number {
    const { failTimeout, connectTimeout, connectionsPerSecond } = this.settings;
    const leftAlone = connectTimeout + failTimeout + ROUNDING;
    const turn = alive === 0 ? 1 : this.endpoints.length + 1;
    return 1 / ((connectionsPerSecond * leftAlone) / SECOND + turn);
  }

  private met(
    answer: Answer,
    server: number,
    waited: Duration,
    share: number,
  ): Outcome | undefined {
    if (isDead(answer)) return undefined;
    const { kind, after } = answer;
    const { idleTimeout } = this.settings;
    if (kind === 'hang' || after > idleTimeout) {
      return { kind: 'hang', server, share, after: waited + idleTimeout };
    }
    return { kind, server, share, after: waited + after };
  }
}

function isDead({ kind }: Answer): boolean {
  return kind === 'refusal' || kind === 'silence';
}
