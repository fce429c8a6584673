/**
 * The load of all API servers: nodes spread over them as their connections stand, surges that make
 * each node ask for more, and what becomes of a machine whose memory runs over.
 */

import type { Time } from '../../engine/clock.ts';
import type { Effects } from '../../engine/effects.ts';
import type { RandomStream, RandomStreams } from '../../engine/random-streams.ts';
import { serverKey } from '../parts/stream-keys.ts';
import type { Connections } from './connections.ts';
import type { LoadSettings, Surge } from './load-settings.ts';
import { type LoadedServer, ServerLoad } from './server-load.ts';
import type { Pressure } from './shared-fate.ts';

/**
 * What lists and memory cost one server: that of all, by a little more or less, drawn anew for each
 * replication. No two run over at the same moment.
 */
class OwnSettings {
  readonly now: { -readonly [Key in keyof LoadSettings]: LoadSettings[Key] };
  private readonly usual: LoadSettings;
  private readonly draws: RandomStream;

  constructor(usual: LoadSettings, draws: RandomStream) {
    this.now = { ...usual };
    this.usual = usual;
    this.draws = draws;
  }

  restart(): void {
    const { spread, listTime, memory } = this.usual;
    if (spread === 0) return;
    const weight = 1 + spread * (2 * this.draws.double() - 1);
    this.now.listTime = Math.ceil(listTime * weight);
    this.now.memory = {
      ...memory,
      base: memory.base * weight,
      perWatch: memory.perWatch * weight,
      perList: memory.perList * weight,
      growth: memory.growth * weight,
    };
  }
}

export class ClusterLoad {
  private readonly settings: LoadSettings;
  private readonly connections: Connections;
  private readonly own: readonly OwnSettings[];
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
    this.own = servers.map((_server, index) => {
      return new OwnSettings(settings, streams.stream(`${serverKey(index)}/spread`));
    });
    this.servers = servers.map((server, index) => {
      const draws = streams.stream(`${serverKey(index)}/age`);
      return new ServerLoad(server, this.own[index]!.now, draws);
    });
    connections.onMoved = (server, share, effects) => {
      this.servers[server]!.moved(share * settings.nodes, effects);
    };
  }

  /** All has run for long; connections must have been restarted. */
  restart(effects: Effects): void {
    this.surges.clear();
    for (const own of this.own) own.restart();
    this.servers.forEach((server, index) => {
      server.restart(this.connections.standing(index) * this.settings.nodes, effects);
    });
  }

  /** The share of requests that a server answers in time; it moves in steps of a second. */
  share(server: number): number {
    return this.servers[server]!.share;
  }

  /** What a server takes of its machine beside memory. */
  pressure(server: number, now: Time): Pressure {
    const { load } = this.servers[server]!;
    const { seats, seatsPerList } = this.settings;
    return { seats: load.usedAt(now), lists: (load.listsAt(now) * seatsPerList) / seats };
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
