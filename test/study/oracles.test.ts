/** The simulator lands on numbers that are known exactly, for MTTF 8760 h and MTTR 4 h. */
import { describe, expect, it } from 'vitest';
import { HOUR, YEAR } from '../../src/engine/clock.ts';
import { Exponential } from '../../src/engine/laws/exponential.ts';
import { lognormalFromMeanAndMedian, weibullFromMean } from '../../src/engine/laws/from-known.ts';
import type { LevelExpression } from '../../src/model/topology.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import type { Estimate } from '../../src/statistics/intervals.ts';
import type { LevelResult } from '../../src/study/result.ts';
import { run } from '../../src/study/run.ts';
import { commonCause, independentRepair, oneCrew } from '../support/closed-forms.ts';
import { majorityTopology, member, mode, part, scenario } from '../support/plans.ts';

const MTTF = 8760 * HOUR;
const MTTR = 4 * HOUR;
const LAMBDA = 1 / 8760;
const MU = 1 / 4;
const CENTURIES = 200 * YEAR;
const exponential = { law: new Exponential(MTTF), repair: new Exponential(MTTR) };

/** Years to simulate for `members`, so that losses are seen where they can be. */
function replications(members: number): number {
  return { 1: 500, 3: 5_000, 5: 10_000 }[members]!;
}

function contains(estimate: Estimate, exact: number): void {
  expect(estimate.low).toBeLessThanOrEqual(exact);
  expect(estimate.high).toBeGreaterThanOrEqual(exact);
}

async function quorumOf(
  members: number,
  options: Parameters<typeof mode>[1],
  changes: Partial<Scenario> = {},
): Promise<LevelResult> {
  const topology = majorityTopology(members);
  const modes = topology.parts.map(({ name }) => mode(name, options));
  const years = {
    horizon: CENTURIES,
    stop: { kind: 'replications', count: replications(members) },
  };
  const asked = { ...years, ...changes, modes: [...modes, ...(changes.modes ?? [])] } as Scenario;
  const { levels } = await run(scenario(topology, asked.modes, asked));
  return levels['etcd.quorum']!;
}

describe('closed forms', () => {
  it.each([
    [1, 4.56412597e-4, 9.995435874e-1, 8.76e3],
    [3, 6.247472232e-7, 2.735976403e-3, 3.2047e6],
    [5, 9.501135102e-10, 6.240820787e-6, 1.404624682e9],
  ])('independent repair of %i members', (members, unavailability, losses, firstHours) => {
    const exact = independentRepair(members, LAMBDA, MU);
    expect(exact.unavailability / unavailability).toBeCloseTo(1, 8);
    expect(exact.lossesPerYear / losses).toBeCloseTo(1, 8);
    expect(exact.firstLossHours / firstHours).toBeCloseTo(1, 4);
  });

  it.each([
    [3, 1.249873971e-6],
    [5, 5.704575109e-9],
  ])('one crew for %i members', (members, unavailability) => {
    expect(oneCrew(members, LAMBDA, MU).unavailability / unavailability).toBeCloseTo(1, 8);
  });

  it.each([
    [1, 0.02, 4.564166799e-4],
    [3, 0.02, 9.73235305e-6],
    [5, 0.02, 9.133230959e-6],
    [1, 0.1, 4.564313451e-4],
    [3, 0.1, 4.616609926e-5],
    [5, 0.1, 4.566070827e-5],
  ])('common cause of %i members, beta %d', (members, beta, unavailability) => {
    expect(commonCause(members, LAMBDA, MU, beta) / unavailability).toBeCloseTo(1, 8);
  });
});

describe.each([1, 3, 5])('majority of %i members', (members) => {
  it('independent repair, exponential: share lost, losses a year, first loss', async () => {
    const exact = independentRepair(members, LAMBDA, MU);
    const level = await quorumOf(members, exponential);
    contains(level.unavailability, exact.unavailability);
    contains(level.outagesPerYear, exact.lossesPerYear);
    contains(level.timeToFirstOutage, exact.firstLossHours);
    if (level.seen.outages === 0) return;
    const meanHours = (exact.unavailability / exact.lossesPerYear) * 8760;
    contains(level.outageLength.mean, meanHours * 3600);
  });

  it('independent repair, Weibull failures and lognormal repairs of the same means', async () => {
    const exact = independentRepair(members, LAMBDA, MU);
    const law = weibullFromMean(MTTF, 0.7);
    const repair = lognormalFromMeanAndMedian(MTTR, MTTR / 2);
    const stop = { kind: 'replications', count: replications(members) / 5 } as const;
    const level = await quorumOf(members, { law, repair }, { warmUp: 40 * YEAR, stop });
    contains(level.unavailability, exact.unavailability);
    contains(level.outagesPerYear, exact.lossesPerYear);
  });

  it('one crew', async () => {
    const exact = oneCrew(members, LAMBDA, MU);
    const repair = { crews: 1, dispatch: undefined, hours: undefined };
    const level = await quorumOf(members, { ...exponential, by: 'crew' }, { repair });
    contains(level.unavailability, exact.unavailability);
    contains(level.outagesPerYear, exact.lossesPerYear);
    contains(level.timeToFirstOutage, exact.firstLossHours);
  });

  it.each([0.02, 0.1])('common cause, beta %d', async (beta) => {
    const machines = majorityTopology(members).parts.map(({ name }) => name);
    const group = { kind: 'machine.crash.common', hazardFactor: beta, clock: 'calendar' } as const;
    const shock = mode('group', { ...exponential, ...group, parts: machines });
    const own = { ...exponential, hazardFactor: 1 - beta, clock: 'calendar' } as const;
    const level = await quorumOf(members, own, { modes: [shock] });
    contains(level.unavailability, commonCause(members, LAMBDA, MU, beta));
  });
});

describe('stacked against external, identical independent machines', () => {
  const works = (name: string) => ({ kind: 'part', name }) as const;
  const atLeast = (count: number, of: LevelExpression[]) =>
    ({ kind: 'atLeast', count, of }) as const;
  const quorum = { kind: 'quorum' } as const;

  it.each([
    ['stacked 3', 6.247472232e-7, 0, 0],
    ['external 3 etcd + 2 API', 8.330595518e-7, 2, 0],
    ['external 3 etcd + 3 API', 6.248422996e-7, 3, 0],
    ['stacked 3 + one load balancer machine in series', 4.570370591e-4, 0, 1],
  ])('%s', async (_, exact, apiMachines, balancers) => {
    const etcd = ['m1', 'm2', 'm3'];
    const api = Array.from({ length: apiMachines }, (_unused, index) => `api${index + 1}`);
    const lb = Array.from({ length: balancers }, (_unused, index) => `lb${index + 1}`);
    const all = [...etcd, ...api, ...lb];
    const servers = api.length === 0 ? etcd : api;
    const terms = [quorum, atLeast(1, servers.map(works)), ...lb.map(works)];
    const topology = {
      parts: all.map((name) => part(name, 'machine')),
      members: etcd.map(member),
      levels: [{ name: 'controlPlane', expression: atLeast(terms.length, terms) }],
    };
    const modes = all.map((name) => mode(name, exponential));
    const stop = { kind: 'replications', count: 5000 } as const;
    const { levels } = await run(scenario(topology, modes, { horizon: CENTURIES, stop }));
    contains(levels.controlPlane!.unavailability, exact);
  });
});
