/**
 * What users get of the API: of all connections that the balancer would take now, those that come
 * to a server in time count for the share of requests that it grants, and answers in time under its
 * load. What the server's health endpoint says decides where a connection goes, not whether it
 * counts. Where clients keep connections, those that stand count beside. Computed anew only when
 * somebody says that something has changed. Left out: how long requests take that are granted, but
 * for what impaired network paths add.
 */
import type { Duration, Time } from '../../engine/clock.ts';
import type { Granted } from '../api-server/api-server.ts';
import type { EtcdCluster } from '../etcd/etcd-cluster.ts';
import type { ClusterLoad } from '../load/cluster-load.ts';
import type { Connections } from '../load/connections.ts';
import type { BuiltBalancer } from '../load-balancer/balancer-site.ts';
import type { Outcome } from '../load-balancer/load-balancer.ts';
import type { ControlPlaneMachine } from './control-plane-machine.ts';
import type { ApiLevel } from './kubernetes-plan.ts';

/** What an outage of the API waits for. */
type ApiPhase =
  /** etcd does not grant it. */
  | 'etcd'
  /** Servers grant it and are reached, and have more to do than they can answer in time. */
  | 'overload'
  /** A server grants it, and nobody has the address. */
  | 'failover'
  /** A server grants it, and the balancer is not there. */
  | 'balancer'
  /** A server grants it, and the balancer does not send there. */
  | 'detection'
  /** A server serves, and the network to etcd is too slow, loses too much, or comes and goes. */
  | 'network'
  /** Servers that users reach fill their watch caches. */
  | 'caches'
  /** The server that is nearest to serving starts. */
  | 'start'
  /** The kubelet waits before it starts it. */
  | 'backOff'
  /** It runs, or ends, and grants nothing: a probe must notice, and its end be waited for. */
  | 'probeKill'
  /** No machine of an API server is there. */
  | 'structural';

const STARTING: ReadonlySet<string> = new Set(['connecting', 'loading', 'initialising']);
const NOTHING: Granted = { write: 0, read: 0, cachedRead: 0 };

interface ApiLevelSources {
  readonly machines: readonly ControlPlaneMachine[];
  readonly built: BuiltBalancer;
  readonly etcd: EtcdCluster;
  readonly clientTimeout: Duration;
  readonly handling: Duration;
  isReached(machine: string): boolean;
  /** Of requests, the share that is sent over connections that stand. */
  readonly establishedShare: number;
  /** There where the share is above 0. */
  readonly connections: Connections | undefined;
  /** Undefined where nobody's load matters. */
  readonly load: ClusterLoad | undefined;
}

export class ApiLevels {
  private readonly sources: ApiLevelSources;
  private readonly clock: () => Time;
  private known: Granted | undefined = undefined;

  /** @param clock the time of the simulation that the levels are read in */
  constructor(sources: ApiLevelSources, clock: () => Time) {
    this.sources = sources;
    this.clock = clock;
    const { balancer } = sources.built;
    balancer.watch({ balancerChanged: () => this.forget() });
    for (const { server } of sources.machines) server.onShown = () => this.forget();
  }

  /** Something may have changed. */
  forget(): void {
    this.known = undefined;
  }

  value(level: ApiLevel): number {
    this.known ??= this.sum(this.sources.load);
    return this.known[level];
  }

  /**
   * Of an outage: the first of these that holds, in the order in which they are declared, but for
   * the network, which comes first where it is all that keeps users' servers from serving.
   */
  phase(level: ApiLevel): ApiPhase {
    if (!this.etcdGrants(level)) return 'etcd';
    if (this.sources.load !== undefined && this.sum(undefined)[level] === 1) return 'overload';
    const { machines, built, clientTimeout, handling, isReached } = this.sources;
    const isAble = ({ name, server }: ControlPlaneMachine) =>
      isReached(name) && server.grantedWithin(clientTimeout - handling)[level] > 0;
    const met = this.metByUsers();
    if (this.isFar(met, isAble)) return 'network';
    // Whichever server they come to: it lacks members that answer.
    const isWhole = ({ server }: ControlPlaneMachine) => server.granted[level] === 1;
    const able = machines.filter(isAble);
    if (met.some(isAble) && !able.some(isWhole)) {
      return able.every(({ server }) => server.isFarFromEtcd('some')) ? 'network' : 'etcd';
    }
    const unserved = met.filter((one) => !isAble(one));
    if (level === 'cachedRead' && isFilling(unserved)) return 'caches';
    const isForLooking = built.notices || met.length === 0;
    if (isForLooking && machines.some(isAble)) return this.pathPhase(built);
    // Where nobody looks for a better one it waits for those that users are sent to.
    const failing = built.notices ? machines : unserved;
    const isAny = (holds: (machine: ControlPlaneMachine) => boolean) => failing.some(holds);
    if (isAny(({ server }) => server.isFarFromEtcd('all'))) return 'network';
    if (isAny(({ server }) => STARTING.has(server.phase))) return 'start';
    if (isAny(({ kubelet }) => kubelet.stage === 'waiting')) return 'backOff';
    return isAny(({ server }) => server.phase !== 'down') ? 'probeKill' : 'structural';
  }

  private pathPhase({ balancer, moves }: BuiltBalancer): ApiPhase {
    const isAway = ({ kind, server }: Outcome) => server === undefined && kind !== 'closed';
    if (!balancer.outcomes(this.clock()).every(isAway)) return 'detection';
    return moves ? 'failover' : 'balancer';
  }

  /** Whether a fault is at the network to etcd of all servers that users meet, or else could. */
  private isFar(
    met: readonly ControlPlaneMachine[],
    isAble: (machine: ControlPlaneMachine) => boolean,
  ): boolean {
    const { machines } = this.sources;
    if (!machines.some(({ server }) => server.isFarFromEtcd('all'))) return false;
    const all = met.length > 0 ? met : machines.filter(isAble);
    return all.length > 0 && all.every(({ server }) => server.isFarFromEtcd('all'));
  }

  private metByUsers(): ControlPlaneMachine[] {
    const { machines, built } = this.sources;
    const outcomes = built.balancer.outcomes(this.clock());
    return machines.filter((_, index) => outcomes.some(({ server }) => server === index));
  }

  /** Caches are filled by reads; while they stand they need none. */
  private etcdGrants(level: ApiLevel): boolean {
    const { etcd, machines } = this.sources;
    const { write, read } = etcd.chronicle.levels;
    if (level === 'write') return write;
    return read || (level === 'cachedRead' && machines.some(({ server }) => server.keepsWatches));
  }

  /** @param load undefined: as if nobody's load mattered */
  private sum(load: ClusterLoad | undefined): Granted {
    const { built, machines, establishedShare, connections } = this.sources;
    const { clientTimeout, handling } = this.sources;
    const now = this.clock();
    const sum = { ...NOTHING };
    const add = (share: number, server: number, patience: Duration) => {
      const granted = machines[server]!.server.grantedWithin(patience);
      const answered = share * (load?.share(server) ?? 1);
      sum.write += answered * granted.write;
      sum.read += answered * granted.read;
      sum.cachedRead += answered * granted.cachedRead;
    };
    for (const outcome of built.balancer.outcomes(now)) {
      const { share, server } = outcome;
      if (server === undefined) continue;
      const patience = this.patienceOf(outcome, server);
      if (patience >= 0) add((1 - establishedShare) * share, server, patience);
    }
    if (connections !== undefined && establishedShare > 0) {
      machines.forEach((_, server) => {
        add(establishedShare * connections.carried(server), server, clientTimeout - handling);
      });
    }
    return { write: whole(sum.write), read: whole(sum.read), cachedRead: whole(sum.cachedRead) };
  }

  /**
   * How long etcd may take for a request that came to its server so, below 0 if it came too late.
   * It waits as long for its server as a question about its health did, then is handled.
   */
  private patienceOf({ kind, after }: Outcome, server: number): Duration {
    if (kind !== 'ok' && kind !== 'error') return -1;
    const { machines, built, handling, clientTimeout } = this.sources;
    const waited = after - machines[server]!.server[built.asked].answer.after;
    return clientTimeout - waited - handling;
  }
}

/** Whether nothing but caches that are being filled keeps these servers from serving. */
function isFilling(failing: readonly ControlPlaneMachine[]): boolean {
  return (
    failing.length > 0 &&
    failing.every(({ server }) => server.phase === 'serving' && !server.keepsWatches)
  );
}

/** Balancers leave out outcomes of a share below 1e-9; nobody would see a brownout so small. */
const NEGLIGIBLE = 1e-6;

/** Shares that add up to more were counted twice. */
function whole(share: number): number {
  if (share > 1 + NEGLIGIBLE) throw new RangeError(`${share} of all requests are answered`);
  return share > 1 - NEGLIGIBLE ? 1 : share;
}
