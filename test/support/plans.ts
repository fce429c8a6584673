/** Scenarios built in code, for tests that need no file. */
import { HOUR, YEAR } from '../../src/engine/clock.ts';
import { Exponential } from '../../src/engine/laws/exponential.ts';
import type { Law } from '../../src/engine/laws/law.ts';
import type { FailureModePlan, RepairShopPlan } from '../../src/faults/plans.ts';
import type { MemberPlan, TopologyPlan } from '../../src/model/control-plane/topology.ts';
import type { PartPlan } from '../../src/model/parts/part.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const UNLIMITED_CREWS: RepairShopPlan = {
  crews: undefined,
  dispatch: undefined,
  hours: undefined,
};

export function part(name: string, kind: PartPlan['kind'], hosts: string[] = []): PartPlan {
  return { name, kind, hosts, hostsNeeded: hosts.length };
}

export function member(machine: string): MemberPlan {
  return { name: `etcd@${machine}`, machine, standsOn: [machine], attachment: undefined };
}

/** Machines `cp1..cpN`, each an etcd member, and the level `etcd.quorum`. */
export function majorityTopology(members: number): TopologyPlan {
  const names = Array.from({ length: members }, (_, index) => `cp${index + 1}`);
  return {
    parts: names.map((name) => part(name, 'machine')),
    members: names.map(member),
    levels: [{ name: 'etcd.quorum', expression: { kind: 'quorum' } }],
  };
}

export function mode(
  target: string,
  options: {
    kind?: string;
    law?: Law;
    repair?: Law;
    by?: FailureModePlan['repair']['by'];
    clock?: 'operating' | 'calendar';
    hazardFactor?: number;
    parts?: string[];
  } = {},
): FailureModePlan {
  const kind = options.kind ?? 'machine.crash';
  return {
    name: `${target}/${kind}`,
    stream: `${target}/${kind}`,
    kind,
    effect: { parts: options.parts ?? [target], cuts: [] },
    hitProbability: 1,
    law: (options.law ?? new Exponential(1000 * HOUR)).plan,
    hazardFactor: options.hazardFactor ?? 1,
    clockOf: options.clock === 'calendar' ? undefined : target,
    renews: [],
    repair: {
      law: (options.repair ?? new Exponential(10 * HOUR)).plan,
      by: options.by ?? 'itself',
      detection: undefined,
    },
  };
}

export function scenario(
  topology: TopologyPlan,
  modes: readonly FailureModePlan[],
  changes: Partial<Scenario> = {},
): Scenario {
  return {
    name: 'test',
    question: undefined,
    seed: '1',
    horizon: YEAR,
    warmUp: 0,
    stop: { kind: 'replications', count: 100 },
    confidence: 0.99,
    layout: 'stacked',
    topology,
    modes,
    events: [],
    repair: UNLIMITED_CREWS,
    objectives: [],
    parameters: [],
    placement: [],
    ...changes,
  };
}

/** Repairable machines and a majority of them. */
export function majorityScenario(members: number, changes: Partial<Scenario> = {}): Scenario {
  const topology = majorityTopology(members);
  const modes = topology.parts.map(({ name }) => mode(name));
  return scenario(topology, modes, changes);
}
