/** Random topologies with random faults, dense enough that levels are lost and regained often. */
import fc from 'fast-check';
import { DAY, HOUR, MINUTE } from '../../../src/engine/clock.ts';
import { Deterministic } from '../../../src/engine/laws/deterministic.ts';
import { Exponential } from '../../../src/engine/laws/exponential.ts';
import type { Law } from '../../../src/engine/laws/law.ts';
import { Weibull } from '../../../src/engine/laws/weibull.ts';
import type { DetectionPlan, FailureModePlan, ScriptedPlan } from '../../../src/faults/plans.ts';
import type {
  LevelPlan,
  MemberPlan,
  TopologyPlan,
} from '../../../src/model/control-plane/topology.ts';
import type { PartPlan } from '../../../src/model/parts/part.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { mode, part, scenario } from '../plans.ts';

interface Choices {
  readonly members: number;
  readonly zones: number;
  readonly disks: boolean;
  readonly networks: number;
  readonly processes: boolean;
  readonly crews: number | undefined;
  readonly detection: 'none' | 'delay' | 'inspection' | 'healthCheck';
  readonly weibull: boolean;
  readonly shock: 'none' | 'itself' | 'crew' | 'crewOnTheHour';
  readonly partition: 'none' | 'both' | 'oneWay';
  readonly roll: boolean;
  readonly renews: boolean;
  readonly clocks: 'operating' | 'calendar';
  readonly seed: number;
}

const choices: fc.Arbitrary<Choices> = fc.record({
  members: fc.integer({ min: 1, max: 7 }),
  zones: fc.integer({ min: 0, max: 3 }),
  disks: fc.boolean(),
  networks: fc.integer({ min: 0, max: 2 }),
  processes: fc.boolean(),
  crews: fc.constantFrom(1, 2, undefined),
  detection: fc.constantFrom('none', 'delay', 'inspection', 'healthCheck'),
  weibull: fc.boolean(),
  shock: fc.constantFrom('none', 'itself', 'crew', 'crewOnTheHour'),
  renews: fc.boolean(),
  partition: fc.constantFrom('none', 'both', 'oneWay'),
  roll: fc.boolean(),
  clocks: fc.constantFrom('operating', 'calendar'),
  seed: fc.nat(),
});

/** Everything may couple with everything. */
export const randomScenarios: fc.Arbitrary<Scenario> = choices.map(build);

/**
 * Independent repair, calendar clocks, and nothing by which one part's fault renews, restarts or
 * makes known another's.
 */
export const uncoupledScenarios: fc.Arbitrary<Scenario> = choices.map((chosen) =>
  build({
    ...chosen,
    crews: undefined,
    processes: false,
    roll: false,
    renews: false,
    clocks: 'calendar',
    detection: chosen.detection === 'healthCheck' ? 'delay' : chosen.detection,
  }),
);

function build(chosen: Choices): Scenario {
  const topology = topologyOf(chosen);
  return scenario(topology, modesOf(chosen, topology), {
    seed: String(chosen.seed),
    horizon: 45 * DAY,
    warmUp: chosen.seed % 2 === 0 ? 0 : 10 * DAY,
    events: eventsOf(chosen, topology),
    repair: {
      crews: chosen.crews,
      dispatch: chosen.seed % 3 === 0 ? new Exponential(HOUR).plan : undefined,
      hours:
        chosen.seed % 5 === 0
          ? { days: [0, 1, 2, 3, 4], from: 9 * HOUR, to: 17 * HOUR }
          : undefined,
    },
  });
}

function topologyOf({ members, zones, disks, networks, processes }: Choices): TopologyPlan {
  const parts: PartPlan[] = [];
  for (let zone = 0; zone < zones; zone++) parts.push(part(`zone${zone}`, 'zone'));
  const memberPlans: MemberPlan[] = [];
  for (let index = 0; index < members; index++) {
    const machine = `cp${index + 1}`;
    parts.push(part(machine, 'machine', zones === 0 ? [] : [`zone${index % zones}`]));
    if (disks) parts.push(part(`${machine}.disk`, 'disk', [machine]));
    if (processes) parts.push(part(`${machine}.etcd`, 'process', [machine]));
    const nics = Array.from({ length: networks }, (_, nic) => `${machine}.nic${nic + 1}`);
    for (const nic of nics) parts.push(part(nic, 'nic', [machine]));
    const attachment = `${machine}.attachment`;
    if (networks > 0) {
      parts.push({ name: attachment, kind: 'attachment', hosts: nics, hostsNeeded: 1 });
    }
    memberPlans.push({
      name: `etcd@${machine}`,
      machine,
      standsOn: [processes ? `${machine}.etcd` : machine, ...(disks ? [`${machine}.disk`] : [])],
      attachment: networks > 0 ? attachment : undefined,
    });
  }
  return { parts, members: memberPlans, levels: levelsOf(parts) };
}

function levelsOf(parts: readonly PartPlan[]): LevelPlan[] {
  const machines = parts.filter(({ kind }) => kind === 'machine');
  const working = machines.map(({ name }) => ({ kind: 'part', name }) as const);
  const any = { kind: 'atLeast', count: 1, of: working } as const;
  return [
    { name: 'etcd.quorum', expression: { kind: 'quorum' } },
    {
      name: 'controlPlane',
      expression: { kind: 'atLeast', count: 2, of: [{ kind: 'quorum' }, any] },
    },
  ];
}

function modesOf(chosen: Choices, topology: TopologyPlan): FailureModePlan[] {
  const { parts, members } = topology;
  const { clocks: clock } = chosen;
  const law =
    chosen.shock === 'crewOnTheHour'
      ? new Deterministic(60 * HOUR)
      : chosen.weibull
        ? new Weibull(0.8, 200 * HOUR)
        : new Exponential(200 * HOUR);
  const modes: FailureModePlan[] = [];
  for (const { name, kind } of parts) {
    if (kind === 'attachment') continue;
    if (kind === 'process') {
      const repair = new Deterministic(15e6);
      modes.push(
        mode(name, {
          kind: 'etcd.crash',
          law: new Exponential(3 * HOUR),
          repair,
          by: 'supervisor',
          clock,
        }),
      );
    } else {
      const onTheHour = chosen.shock === 'crewOnTheHour';
      const repair = onTheHour ? new Deterministic(5 * HOUR) : new Exponential(20 * HOUR);
      modes.push(
        withDetection(mode(name, { kind: `${kind}.loss`, law, repair, by: 'crew', clock }), chosen),
      );
    }
    if (kind === 'machine') modes.push(mode(name, { law, clock }));
  }
  const machines = members.map(({ machine }) => machine);
  if (chosen.shock !== 'none') modes.push(shockOf(chosen, machines, law));
  if (chosen.partition !== 'none' && machines.length > 1) {
    const cut = { from: machines.slice(0, 1), to: machines.slice(1) };
    const back = { from: cut.to, to: cut.from };
    const cuts = chosen.partition === 'both' ? [cut, back] : [cut];
    const partition = mode('split', { kind: 'partition', parts: [], law, clock: 'calendar' });
    modes.push({ ...partition, effect: { parts: [], cuts } });
  }
  return renewing(chosen, modes);
}

/** Hits each machine with a chance; on the hour, so that events of several modes meet. */
function shockOf({ shock, detection }: Choices, machines: string[], law: Law): FailureModePlan {
  const onTheHour = shock === 'crewOnTheHour';
  const options = onTheHour
    ? { law: new Deterministic(70 * HOUR), repair: new Deterministic(7 * HOUR) }
    : { law };
  const by = shock === 'itself' ? 'itself' : 'crew';
  const group = { kind: 'shock', parts: machines, clock: 'calendar', by } as const;
  const plan = mode('group', { ...options, ...group });
  const found = detection === 'healthCheck' || by === 'itself' ? 'none' : detection;
  const repair = { ...plan.repair, detection: detectionPlan(found) };
  return { ...plan, hitProbability: 0.6, repair };
}

/** A machine that is replaced comes with new parts. */
function renewing({ renews: renewed }: Choices, modes: FailureModePlan[]): FailureModePlan[] {
  if (!renewed) return modes;
  const names = modes.map(({ name }) => name);
  return modes.map((plan) => {
    if (plan.kind !== 'machine.loss') return plan;
    const machine = plan.effect.parts[0]!;
    const renews = names.filter(
      (name) =>
        name !== plan.name &&
        !name.includes('etcd') &&
        (name.startsWith(`${machine}/`) || name.startsWith(`${machine}.`)),
    );
    return { ...plan, renews };
  });
}

function withDetection(plan: FailureModePlan, { detection }: Choices): FailureModePlan {
  return { ...plan, repair: { ...plan.repair, detection: detectionPlan(detection) } };
}

function detectionPlan(detection: Choices['detection']): DetectionPlan | undefined {
  switch (detection) {
    case 'none':
      return undefined;
    case 'delay':
      return { kind: 'delay', law: new Exponential(HOUR).plan };
    case 'inspection':
      return { kind: 'inspection', every: 7 * DAY, offset: DAY };
    case 'healthCheck':
      return { kind: 'healthCheck', interval: 5 * MINUTE, fall: 3, rise: 2 };
  }
}

function eventsOf({ roll, seed }: Choices, topology: TopologyPlan): ScriptedPlan[] {
  if (!roll) return [];
  const machines = topology.members.map(({ machine }) => machine);
  return [
    {
      type: 'rollingReboot',
      name: 'patches',
      kind: 'rollingReboot',
      machines,
      at: DAY,
      every: 30 * DAY,
      down: 5 * MINUTE,
      gap: 10 * MINUTE,
      careful: seed % 2 === 0,
      graceful: true,
    },
    {
      type: 'fault',
      name: 'cut of power',
      kind: 'scripted',
      effect: { parts: machines.slice(0, 2), cuts: [] },
      at: 2 * DAY,
      every: 20 * DAY,
      for: 2 * HOUR,
      planned: false,
    },
  ];
}
