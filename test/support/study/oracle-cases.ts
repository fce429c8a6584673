/**
 * Scenarios whose figures are known exactly: a majority of n machines, MTTF 8760 h and MTTR 4 h,
 * and stacked against external control planes of such machines.
 */
import { HOUR, YEAR } from '../../../src/engine/clock.ts';
import { Exponential } from '../../../src/engine/laws/exponential.ts';
import {
  lognormalFromMeanAndMedian,
  weibullFromMean,
} from '../../../src/engine/laws/from-known.ts';
import type { FailureModePlan } from '../../../src/faults/plans.ts';
import type { LevelExpression } from '../../../src/model/control-plane/topology.ts';
import type { Scenario } from '../../../src/scenario/scenario.ts';
import { majorityTopology, member, mode, part, scenario } from '../plans.ts';
import {
  commonCause,
  independentRepair,
  type MajorityFigures,
  oneCrew,
} from '../statistics/closed-forms.ts';

export interface OracleCase {
  readonly name: string;
  readonly scenario: Scenario;
  /** Figures of the scenario's first level. */
  readonly exact: Partial<MajorityFigures>;
}

export const LAMBDA = 1 / 8760;
export const MU = 1 / 4;
const MTTF = 8760 * HOUR;
const MTTR = 4 * HOUR;
/** Nearly as long as a clock holds with a warm-up before it: so starting one costs little. */
const HORIZON = 200 * YEAR;
/** Until Weibull machines that all start new have settled. */
const WARM_UP = 40 * YEAR;
const exponential = { law: new Exponential(MTTF), repair: new Exponential(MTTR) };

/**
 * Replications of 200 years for each unit of scale: of 3 members some 700 losses. Of 5 only a
 * handful is to be had, and an interval that is honest of so few is what they test; 5 that fail
 * often are known well.
 */
const REPLICATIONS: Readonly<Record<number, number>> = { 1: 125, 3: 1_250, 5: 2_500 };

/** Majority of 1, 3 and 5 under every way of repair; `scale` multiplies the years simulated. */
export function majorityCases(scale: number): OracleCase[] {
  return [1, 3, 5].flatMap((members) => [
    independent(members, scale),
    weibullAndLognormal(members, scale),
    sharedCrew(members, scale),
    shock(members, scale, 0.02),
    shock(members, scale, 0.1),
  ]);
}

function runs(members: number, scale: number) {
  const count = Math.ceil(REPLICATIONS[members]! * scale);
  return { horizon: HORIZON, stop: { kind: 'replications', count } } as const;
}

function machineModes(members: number, options: Parameters<typeof mode>[1]): FailureModePlan[] {
  return majorityTopology(members).parts.map(({ name }) => mode(name, options));
}

function independent(members: number, scale: number): OracleCase {
  const modes = machineModes(members, exponential);
  return {
    name: `majority of ${members}, independent repair, exponential`,
    scenario: scenario(majorityTopology(members), modes, runs(members, scale)),
    exact: independentRepair(members, LAMBDA, MU),
  };
}

function weibullAndLognormal(members: number, scale: number): OracleCase {
  const law = weibullFromMean(MTTF, 0.7);
  const repair = lognormalFromMeanAndMedian(MTTR, MTTR / 2);
  const modes = machineModes(members, { law, repair });
  const changes = { ...runs(members, scale / 4), warmUp: WARM_UP };
  const { unavailability, lossesPerYear } = independentRepair(members, LAMBDA, MU);
  return {
    name: `majority of ${members}, independent repair, Weibull and lognormal`,
    scenario: scenario(majorityTopology(members), modes, changes),
    exact: { unavailability, lossesPerYear },
  };
}

function sharedCrew(members: number, scale: number): OracleCase {
  const repair = { crews: 1, dispatch: undefined, hours: undefined };
  const modes = machineModes(members, { ...exponential, by: 'crew' });
  return {
    name: `majority of ${members}, one crew`,
    scenario: scenario(majorityTopology(members), modes, { ...runs(members, scale), repair }),
    exact: oneCrew(members, LAMBDA, MU),
  };
}

function shock(members: number, scale: number, beta: number): OracleCase {
  const machines = majorityTopology(members).parts.map(({ name }) => name);
  const group = { kind: 'machine.crash.common', hazardFactor: beta, clock: 'calendar' } as const;
  const own = { ...exponential, hazardFactor: 1 - beta, clock: 'calendar' } as const;
  const modes = [
    ...machineModes(members, own),
    mode('group', { ...exponential, ...group, parts: machines }),
  ];
  return {
    name: `majority of ${members}, common cause, beta ${beta * 100} %`,
    scenario: scenario(majorityTopology(members), modes, runs(members, scale)),
    exact: { unavailability: commonCause(members, LAMBDA, MU, beta) },
  };
}

/** Five members that fail often enough (1000 h, 10 h) for their losses to be known well. */
export function frequentCases(scale: number): OracleCase[] {
  const laws = { law: new Exponential(1000 * HOUR), repair: new Exponential(10 * HOUR) };
  const topology = majorityTopology(5);
  const span = { horizon: HORIZON, stop: { kind: 'replications', count: 100 * scale } } as const;
  const oneCrewOnly = { crews: 1, dispatch: undefined, hours: undefined };
  const crewed = { ...span, repair: oneCrewOnly };
  return [
    {
      name: 'majority of 5 that fail often, independent repair',
      scenario: scenario(topology, machineModes(5, laws), span),
      exact: independentRepair(5, 1 / 1000, 1 / 10),
    },
    {
      name: 'majority of 5 that fail often, one crew',
      scenario: scenario(topology, machineModes(5, { ...laws, by: 'crew' }), crewed),
      exact: oneCrew(5, 1 / 1000, 1 / 10),
    },
  ];
}

/** A majority of etcd machines and at least one API machine, and a balancer where there is one. */
export function layoutCases(scale: number): OracleCase[] {
  return [
    layout('stacked 3', 0, 0, 6.247472232e-7, scale),
    layout('external 3 etcd + 2 API', 2, 0, 8.330595518e-7, scale),
    layout('external 3 etcd + 3 API', 3, 0, 6.248422996e-7, scale),
    layout('stacked 3 + one load balancer machine', 0, 1, 4.570370591e-4, scale),
  ];
}

function layout(
  name: string,
  apiMachines: number,
  balancers: number,
  unavailability: number,
  scale: number,
): OracleCase {
  const works = (machine: string) => ({ kind: 'part', name: machine }) as const;
  const atLeast = (count: number, of: readonly LevelExpression[]) =>
    ({ kind: 'atLeast', count, of }) as const;
  const numbered = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
  const etcd = numbered('m', 3);
  const api = numbered('api', apiMachines);
  const lb = numbered('lb', balancers);
  const all = [...etcd, ...api, ...lb];
  const servers = api.length === 0 ? etcd : api;
  const quorum = { kind: 'quorum' } as const;
  const terms = [quorum, atLeast(1, servers.map(works)), ...lb.map(works)];
  const topology = {
    parts: all.map((machine) => part(machine, 'machine')),
    members: etcd.map(member),
    levels: [{ name: 'controlPlane', expression: atLeast(terms.length, terms) }],
  };
  const modes = all.map((machine) => mode(machine, exponential));
  return { name, scenario: scenario(topology, modes, runs(3, scale)), exact: { unavailability } };
}
