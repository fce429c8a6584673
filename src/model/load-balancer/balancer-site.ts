/** What stands around a balancer, and what becomes of one that is built there. */
import type { Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import type { ApiServer } from '../api-server/api-server.ts';
import type { Endpoint } from '../network/endpoint.ts';
import type { MachineNetwork } from '../network/machine-network.ts';
import { type Between, RemoteEndpoint } from '../network/remote-endpoint.ts';
import type { PartKind, Parts } from '../parts/part.ts';
import { Part } from '../parts/part.ts';
import type { SupervisedProcess } from '../process/managed-process.ts';
import type { LoadBalancer } from './load-balancer.ts';

/** The address of an API server that a balancer's checks and its users' connections meet. */
type Asked = 'healthz' | 'readyz';

/** A machine with an API server on it. */
interface ServerMachine {
  readonly name: string;
  readonly server: ApiServer;
}

export interface BuiltBalancer {
  readonly balancer: LoadBalancer;
  readonly asked: Asked;
  /** Whether it ever sends elsewhere than to a server that does not serve. */
  readonly notices: boolean;
  /** Whether one address moves between machines, so that it may have no holder. */
  readonly moves: boolean;
  /**
   * Takes servers out of what new connections may go to, or puts them back; absent where nobody
   * keeps such a list.
   */
  readonly register?: (servers: readonly number[], isIn: boolean, effects: Effects) => void;
  /** By name, such as `lb1.haproxy`. */
  readonly processes: ReadonlyMap<string, SupervisedProcess>;
  /** As one that has run for long; API servers and parts must be there. */
  restart(effects: Effects): void;
  ticksElided(now: Time): number;
}

export class BalancerSite {
  readonly machines: readonly ServerMachine[];
  readonly network: MachineNetwork;
  readonly streams: RandomStreams;
  private readonly parts: Parts;
  private readonly takeRanks: (count: number) => number;
  private readonly remotes: RemoteEndpoint[] = [];

  /** @param takeRanks gives the first of so many ranks of timers that nobody else has */
  constructor(
    machines: readonly ServerMachine[],
    network: MachineNetwork,
    parts: Parts,
    streams: RandomStreams,
    takeRanks: (count: number) => number,
  ) {
    this.machines = machines;
    this.network = network;
    this.parts = parts;
    this.streams = streams;
    this.takeRanks = takeRanks;
  }

  ranks(count: number): number {
    return this.takeRanks(count);
  }

  restart(): void {
    for (const remote of this.remotes) remote.restart();
  }

  /** A part of the topology, or one that nothing can fail. */
  part(name: string, kind: PartKind): Part {
    return this.parts.find(name) ?? new Part({ name, kind, hosts: [], hostsNeeded: 0 }, []);
  }

  find(name: string): Part | undefined {
    return this.parts.find(name);
  }

  /** The API servers as a machine meets them. */
  endpointsFrom(machine: string, asked: Asked): Endpoint[] {
    const { network } = this;
    return this.remote(asked, (other) => ({
      isPassable: () => network.passes(machine, other),
      path: () => network.path(machine, other),
    }));
  }

  /** The API servers as users meet them, who are nowhere in particular. */
  endpoints(asked: Asked): Endpoint[] {
    const { network } = this;
    return this.remote(asked, (machine) => ({
      isPassable: () => network.isReached(machine),
      path: () => undefined,
    }));
  }

  private remote(asked: Asked, betweenIt: (machine: string) => Between): RemoteEndpoint[] {
    const remotes = this.machines.map(({ name, server }) => {
      return new RemoteEndpoint(server[asked], this.network, betweenIt(name));
    });
    this.remotes.push(...remotes);
    return remotes;
  }
}
