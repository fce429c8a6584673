/** The simulator lands on numbers that are known exactly, for MTTF 8760 h and MTTR 4 h. */

import { describe, expect, it } from 'vitest';
import { run } from '../../src/execute/run.ts';
import type { Estimate } from '../../src/statistics/intervals.ts';
import { draws } from '../support/draws.ts';
import { commonCause, independentRepair, oneCrew } from '../support/statistics/closed-forms.ts';
import {
  frequentCases,
  LAMBDA,
  layoutCases,
  MU,
  majorityCases,
  type OracleCase,
} from '../support/study/oracle-cases.ts';

/** Years simulated, in the measure of oracle-cases.ts: an interval is honest of any number. */
const SCALE = draws(0.3, 1);
const FREQUENT = draws(2, 4);

function contains(estimate: Estimate, exact: number): void {
  expect(estimate.low).toBeLessThanOrEqual(exact);
  expect(estimate.high).toBeGreaterThanOrEqual(exact);
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

describe('where losses are frequent the interval is narrow too', () => {
  it.each(frequentCases(FREQUENT))('$name', async ({ scenario, exact }) => {
    const { levels } = await run(scenario);
    const level = levels['etcd.quorum']!;
    contains(level.unavailability, exact.unavailability!);
    contains(level.outagesPerYear, exact.lossesPerYear!);
    contains(level.timeToFirstOutage, exact.firstLossHours!);
    const { low, high } = level.unavailability;
    expect(high / low).toBeLessThan(draws(1.5, 1.3));
  });
});

describe('the 99 % interval contains the exact value', () => {
  const cases: OracleCase[] = [...majorityCases(SCALE), ...layoutCases(SCALE)];

  it.each(cases)('$name', async ({ scenario, exact }) => {
    const { levels } = await run(scenario);
    const level = Object.values(levels)[0]!;
    const { unavailability, lossesPerYear, firstLossHours } = exact;
    contains(level.unavailability, unavailability!);
    if (lossesPerYear !== undefined) contains(level.outagesPerYear, lossesPerYear);
    if (firstLossHours !== undefined) contains(level.timeToFirstOutage, firstLossHours);
    if (lossesPerYear === undefined || level.seen.outages === 0) return;
    contains(level.outageLength.mean, (unavailability! / lossesPerYear) * 8760 * 3600);
  });
});
