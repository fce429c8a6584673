/**
 * Stacked against external with identical independent machines, where nothing couples an API server
 * to its neighbour: exact numbers by counting machines, which whole API servers, etcd at message
 * level and balancers must land on. External wins nothing.
 */
import { describe, expect, it } from 'vitest';
import { run } from '../../src/study/run.ts';
import { scenarioOf } from '../support/stories.ts';

const MTTF_HOURS = 1000;
const MTTR_HOURS = 10;
const DOWN = MTTR_HOURS / (MTTF_HOURS + MTTR_HOURS);

/** Chance that two or three of three machines are down. */
const MAJORITY_DOWN = 3 * DOWN ** 2 * (1 - DOWN) + DOWN ** 3;

const LAYOUTS = [
  { layout: 'stacked', exact: MAJORITY_DOWN },
  // A majority of etcd's machines and at least one API machine.
  { layout: 'external', exact: 1 - (1 - MAJORITY_DOWN) * (1 - DOWN ** 3) },
] as const;

function scenario(layout: string) {
  return scenarioOf(`
quorate: 1
horizon: 1 year
replications: 60
confidence: 99 %
topology: { layout: ${layout}, controlPlanes: 3, loadBalancer: { kind: client-side } }
failures:
  use: none
  machine.crash: { mttf: ${MTTF_HOURS} h, repair: exponential ${MTTR_HOURS} h }
  apiServer.crash: none
objectives: ['availability(api.write) >= 99 %']
`);
}

describe('the unavailability of api.write', () => {
  it.each(LAYOUTS)('is that of its machines, $layout', async ({ layout, exact }) => {
    const { levels } = await run(scenario(layout));
    const { low, high } = levels['api.write']!.unavailability;
    // Fail-overs of a second or two add some thousandths.
    expect(low).toBeLessThan(1.02 * exact);
    expect(high).toBeGreaterThan(exact);
  });

  it('is hardly different between the two', () => {
    const [stacked, external] = LAYOUTS.map(({ exact }) => exact);
    expect(external! / stacked!).toBeGreaterThan(1);
    expect(external! / stacked!).toBeLessThan(1.01);
  });
});
