/** What befalls a small control plane in some minutes, drawn at random: much at a time. */
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import { RandomStreams } from '../../../src/engine/random-streams.ts';
import type { Impairment } from '../../../src/model/network/link.ts';
import type { KubernetesBench } from '../control-plane/kubernetes-bench.ts';
import {
  BALANCERS,
  type BalancerName,
  type BenchPlan,
} from '../control-plane/kubernetes-topology.ts';
import { GIBIBYTE, type LoadChanges, loadOf } from '../load/loads.ts';

const PROCESSES = ['cp1.apiServer', 'cp2.apiServer', 'lb1.haproxy', 'lb2.keepalived', 'cp2.etcd'];
const ENDINGS = ['stop', 'beforeFsync', 'afterFsync', 'beforeSend'] as const;

/** What becomes of a network. */
const WORSE: readonly Partial<Impairment>[] = [
  { delay: 30 * MILLISECOND },
  { delay: 700 * MILLISECOND, jitter: 500 * MILLISECOND },
  { delay: 6 * SECOND },
  { loss: 0.05 },
  { loss: 0.6, jitter: 10 * MILLISECOND },
];

/** Some that fit, some whose memory runs over as soon as anything happens, or etcd's does. */
const LOADS: readonly LoadChanges[] = [
  { nodes: 300 },
  { nodes: 3000 },
  { nodes: 3000, sharedFate: {} },
  { nodes: 3000, spread: 0.05, sharedFate: { cpu: { cores: 1, slice: 10 * MILLISECOND } } },
  { nodes: 3000, memory: { machine: 7 * GIBIBYTE } },
  {
    nodes: 600,
    memory: { machine: 10 * GIBIBYTE },
    sharedFate: {
      memory: { etcd: 5 * GIBIBYTE, regrowth: 20 * SECOND },
      disk: { utilization: 0.95, writeTime: 20 * MILLISECOND },
    },
  },
];

/** Of keepers whose polls lie anywhere after a long sleep, which changes what follows. */
export const RANDOM_WHEN_WOKEN: readonly BalancerName[] = ['kubeVip'];

export interface RandomStory {
  readonly plan: BenchPlan;
  befall(bench: KubernetesBench): void;
  readonly seconds: number;
}

/** The same for the same seed. */
export function randomStory(seed: string): RandomStory {
  const draws = new RandomStreams(seed).stream('story');
  const pick = <Value>(values: readonly Value[]) =>
    values[Math.floor(draws.double() * values.length)]!;
  const kinds = (Object.keys(BALANCERS) as BalancerName[]).filter(
    (kind) => !RANDOM_WHEN_WOKEN.includes(kind),
  );
  const layout = pick(['stacked', 'external'] as const);
  const balancer = pick(kinds);
  const isStacked = layout === 'stacked';
  const etcd = isStacked ? ['cp1', 'cp2', 'cp3'] : ['etcd1', 'etcd2', 'etcd3'];
  const machines = [...new Set([...etcd, 'cp1', 'cp2', 'cp3', 'lb1', 'lb2'])];
  const processes = PROCESSES.filter((name) => isStacked || name !== 'cp2.etcd');
  const attached = machines.filter(() => draws.double() < 0.5);
  const ours = balancer === 'nlb' || balancer === 'gcp' ? ['loadBalancer'] : [];
  const parts = [...machines, ...processes, ...ours, ...attached.map((one) => `${one}.attachment`)];
  const ofBalancer = {
    haproxy: ['lb1.haproxy'],
    keepalived: ['lb1.haproxy', 'lb2.haproxy', 'lb1.keepalived', 'lb2.keepalived'],
  } as Readonly<Partial<Record<BalancerName, readonly string[]>>>;
  const servers = ['cp1.apiServer', 'cp2.apiServer', 'cp3.apiServer', 'cp1.scheduler'];
  const mortal = [...servers, ...(ofBalancer[balancer] ?? [])];
  const seconds = pick([120, 600, 1_200]);
  const isLong = isStacked && seconds > 120;
  const startsCold = isLong && draws.double() < 0.5;
  const load = draws.double() < 0.3 ? loadOf(pick(LOADS)) : undefined;
  const surge = {
    listsPerNode: pick([0.01, 0.2]) / SECOND,
    requestsPerNode: pick([0, 5]) / SECOND,
  };
  const happenings = Array.from({ length: 3 + Math.floor(draws.double() * 9) }, () => {
    // Whole seconds now and then, so that much falls into one instant.
    const from = draws.double() < 0.5 ? draws.double() * seconds : Math.floor(draws.double() * 60);
    const lasts = pick([0.3, 4, 30, 150, 400]) * (0.5 + draws.double());
    const part = pick(parts);
    const process = pick(mortal);
    const [one, other] = [pick(machines), pick(machines)];
    const isFrom = pick([etcd, ['lb1'], ['lb1', 'lb2']]);
    const isTo = ['cp1', 'cp2', 'cp3', 'lb2'].filter((name) => !isFrom.includes(name));
    const kind = draws.double();
    const worse = pick(WORSE);
    const member = Math.floor(draws.double() * 3);
    const ending = pick(ENDINGS);
    const stopped = pick(processes);
    return (bench: KubernetesBench) => {
      if (kind < 0.06) bench.shutDown(one, from, lasts);
      else if (kind < 0.12) bench.stop(stopped, from, lasts);
      else if (kind < 0.25) bench.fail(part, from, lasts);
      else if (kind < 0.35) bench.freezeMember(member, from, lasts);
      else if (kind < 0.42) bench.holdDisk(member, from, lasts);
      else if (kind < 0.47) bench.breakDisk(member, from, lasts);
      else if (kind < 0.54) bench.demand(member, ending, from, lasts);
      else if (kind < 0.65) bench.kill(process, from);
      else if (kind < 0.8) bench.freeze(process, from, lasts);
      else if (kind < 0.88) bench.cut({ from: [one], to: [other] }, from, lasts);
      else bench.impair({ from: isFrom, to: isTo }, worse, from, lasts);
    };
  });
  return {
    plan: {
      ...{ layout, balancer, processes: [...processes, ...ours], attached },
      ...(load === undefined ? {} : { load, establishedShare: pick([0, 0.7]) }),
    },
    befall: (bench) => {
      for (const happen of happenings) happen(bench);
      if (load !== undefined) bench.surge(surge, 40, 60);
      if (startsCold) startCold(bench);
      // For longer than a liveness probe has patience.
      else if (isLong) bench.freezeMember(1, 30, 200);
    },
    seconds,
  };
}

/** One machine is back for longer without the others than a startup probe has patience. */
function startCold(bench: KubernetesBench): void {
  bench.fail('cp2', 10, 400);
  bench.fail('cp3', 11, 410);
  bench.fail('cp1', 20, 5);
}
