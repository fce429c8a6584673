/** What stands around a balancer, and what becomes of one that is built there. */
import type { Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import type { ApiServer } from '../api-server/api-server.ts';
import type { Endpoint } from '../network/endpoint.ts';
import type { MachineNetwork } from '../network/machine-network.ts';
import { RemoteEndpoint } from '../network/remote-endpoint.ts';
import type { PartKind, Parts } from '../parts/part.ts';
import { Part } from '../parts/part.ts';
import type { SupervisedProcess } from '../process/managed-process.ts';
import { BalancerFront } from './balancer-front.ts';
import type { BalancerHost, ConnectionProxy, LoadBalancer } from './load-balancer.ts';
import { UsersOfPlaces } from './users-of-places.ts';

/** The address of an API server that a balancer's checks and its users' connections meet. */
type Asked = 'healthz' | 'readyz';

/** Users who are in one place, an end of the network. */
export interface ClientPlace {
  readonly name: string;
  /** Of all users; those of all places add up to 1. */
  readonly share: number;
}

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
  readonly clients: readonly ClientPlace[];
  readonly machines: readonly ServerMachine[];
  readonly network: MachineNetwork;
  readonly streams: RandomStreams;
  private readonly parts: Parts;
  private readonly takeRanks: (count: number) => number;
  private readonly remotes: RemoteEndpoint[] = [];

  /** @param takeRanks gives the first of so many ranks of timers that nobody else has */
  constructor(
    clients: readonly ClientPlace[],
    machines: readonly ServerMachine[],
    network: MachineNetwork,
    parts: Parts,
    streams: RandomStreams,
    takeRanks: (count: number) => number,
  ) {
    this.clients = clients;
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

  /** The API servers as a machine, users or a cloud's balancer meet them. */
  endpointsFrom(end: string, asked: Asked): Endpoint[] {
    const { network } = this;
    const remotes = this.machines.map(({ name, server }) => {
      const isPassable = () => network.passes(end, name);
      const path = () => network.path(end, name);
      return new RemoteEndpoint(server[asked], network, { isPassable, path });
    });
    this.remotes.push(...remotes);
    return remotes;
  }

  /** A balancer of one machine as an end of the network meets it. */
  frontFrom({ name }: ClientPlace, inner: ConnectionProxy, host: BalancerHost): BalancerFront {
    const { network } = this;
    const front = new BalancerFront(inner, host, () => network.passes(name, host.machine.name));
    network.onChanged((effects) => front.look(effects));
    return front;
  }

  /** What all users meet, each by what there is where they are. */
  overPlaces(name: string, from: (place: ClientPlace) => LoadBalancer): LoadBalancer {
    const { clients } = this;
    const [only] = clients;
    if (clients.length === 1) return from(only!);
    return new UsersOfPlaces(
      name,
      clients.map((place) => ({ share: place.share, balancer: from(place) })),
    );
  }
}
