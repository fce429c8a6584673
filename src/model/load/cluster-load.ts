/**
 * The load of all API servers: nodes spread over them as their connections stand, surges that make
 * each node ask for more, and what becomes of a machine whose memory runs over.
 */
import type { Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import type { Connections } from './connections.ts';
import type { LoadSettings, Surge } from './load-settings.ts';
import { type LoadedServer, ServerLoad } from './server-load.ts';

export class ClusterLoad {
  private readonly settings: LoadSettings;
  private readonly connections: Connections;
  private readonly servers: readonly ServerLoad[];
  private readonly surges = new Set<Surge>();

  /** `servers` in the order of the balancer's. */
  constructor(
    settings: LoadSettings,
    servers: readonly LoadedServer[],
    connections: Connections,
    streams: RandomStreams,
  ) {
    this.settings = settings;
    this.connections = connections;
    this.servers = servers.map((server) => {
      return new ServerLoad(server, settings, streams.stream(`${server.name}/age`));
    });
    connections.onMoved = (server, share, effects) => {
      this.servers[server]!.moved(share * settings.nodes, effects);
    };
  }

  /** All has run for long; connections must have been restarted. */
  restart(effects: Effects): void {
    this.surges.clear();
    this.servers.forEach((server, index) => {
      server.restart(this.connections.standing(index) * this.settings.nodes, effects);
    });
  }

  /** The share of requests that a server answers in time; it moves in steps of a second. */
  share(server: number): number {
    return this.servers[server]!.share;
  }

  isBusy(server: number, now: Time): boolean {
    return this.servers[server]!.load.isBusyAt(now);
  }

  /** Bytes that a server takes. */
  memory(server: number, now: Time): number {
    return this.servers[server]!.load.memoryAt(now);
  }

  roomChanged(server: number, effects: Effects): void {
    this.servers[server]!.roomChanged(effects);
  }

  /** Every node asks for more, until `calm` of the same. */
  surge(surge: Surge, effects: Effects): void {
    this.surges.add(surge);
    this.tellSurge(effects);
  }

  calm(surge: Surge, effects: Effects): void {
    this.surges.delete(surge);
    this.tellSurge(effects);
  }

  private tellSurge(effects: Effects): void {
    const sum = { listsPerNode: 0, requestsPerNode: 0 };
    for (const { listsPerNode, requestsPerNode } of this.surges) {
      sum.listsPerNode += listsPerNode;
      sum.requestsPerNode += requestsPerNode;
    }
    for (const server of this.servers) server.surges(sum, effects);
  }
}
