/**
 * Wires the load of the API servers: to their endpoints, their machines and the etcd member beside
 * each. Health endpoints and leases are not touched by it: API priority and fairness exempts
 * the one and has a level of its own for the other (apiserver pkg/apis/flowcontrol/bootstrap).
 */
import type { Effects } from '../../engine/effects.ts';
import type { RandomStreams } from '../../engine/random-streams.ts';
import type { EtcdCluster } from '../etcd/etcd-cluster.ts';
import { ClusterLoad } from '../load/cluster-load.ts';
import type { Connections } from '../load/connections.ts';
import type { LoadSettings } from '../load/load-settings.ts';
import type { LoadedServer } from '../load/server-load.ts';
import { LoadedMachine, type MemoryWatcher } from '../load/shared-fate.ts';
import type { ControlPlaneMachine } from './control-plane-machine.ts';

interface LoadSite {
  readonly machines: readonly ControlPlaneMachine[];
  readonly etcd: EtcdCluster;
  readonly connections: Connections;
  readonly streams: RandomStreams;
  /** The etcd member on a machine; undefined where there is none. */
  memberOn(machine: string): number | undefined;
  /** The share of requests that is answered may have changed. */
  changed(): void;
}

export class KubernetesLoad {
  readonly cluster: ClusterLoad;
  watcher: MemoryWatcher | undefined;
  private readonly names: readonly string[];
  private readonly loaded: readonly LoadedMachine[];

  constructor(settings: LoadSettings, site: LoadSite) {
    const { machines, etcd, connections, streams } = site;
    this.names = machines.map(({ name }) => name);
    this.loaded = machines.map(({ name }, index) => {
      const machine = new LoadedMachine(name, settings, etcd, site.memberOn(name));
      machine.onGrown = (effects) => this.cluster.roomChanged(index, effects);
      return machine;
    });
    const servers = machines.map((machine, index) => this.serverOn(machine, index, site));
    this.cluster = new ClusterLoad(settings, servers, connections, streams);
  }

  /** All has run for long; connections must have been restarted. */
  restart(effects: Effects): void {
    for (const machine of this.loaded) machine.restart();
    this.cluster.restart(effects);
  }

  /** Members may have come or gone, and their memory with them. */
  etcdLooked(effects: Effects): void {
    this.loaded.forEach((machine, index) => {
      if (machine.serves()) this.watcher?.listens(`${this.names[index]}.etcd`, effects);
      if (machine.turned(effects)) this.cluster.roomChanged(index, effects);
    });
  }

  private serverOn(
    { server }: ControlPlaneMachine,
    index: number,
    { changed }: LoadSite,
  ): LoadedServer {
    const machine = this.loaded[index]!;
    return {
      name: server.name,
      endpoint: server.livez,
      answersLists: () => server.answersLists,
      watchLists: (notice) => {
        server.onLists = notice;
      },
      room: () => machine.room,
      overflow: (effects) => this.overflow(server, index, effects),
      born: (effects) => this.watcher?.listens(server.name, effects),
      changed: (effects) => {
        machine.load(this.cluster.pressure(index, effects.now), effects);
        changed();
      },
    };
  }

  private overflow(server: ControlPlaneMachine['server'], index: number, effects: Effects): void {
    const machine = this.loaded[index]!;
    const victim = machine.victimBeside(this.cluster.memory(index, effects.now));
    this.watcher?.killed(`${this.names[index]}.${victim}`, effects);
    if (victim === 'etcd') machine.killMember(effects);
    else server.kill(effects);
  }
}
