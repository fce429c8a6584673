import { describe, expect, it } from 'vitest';
import { HOUR, YEAR } from '../../src/engine/clock.ts';
import { Exponential } from '../../src/engine/laws/exponential.ts';
import { run } from '../../src/execute/run.ts';
import { stateWords } from '../../src/report/state-words.ts';
import type { Objective, Scenario } from '../../src/scenario/scenario.ts';
import { trace } from '../../src/study/run.ts';
import { majorityScenario, majorityTopology, mode, part, scenario } from '../support/plans.ts';

function lines(asked: Scenario, replication: number, keep: (subject: string) => boolean): string[] {
  const kept: string[] = [];
  trace(asked, replication, {
    changed: (change, now) => {
      const { subject } = change;
      if (keep(subject)) kept.push(`${now} ${subject} ${stateWords(change)}`);
    },
    lost: () => {},
    regained: () => {},
  });
  return kept;
}

function withoutTime(result: Awaited<ReturnType<typeof run>>) {
  return { ...result, run: { ...result.run, wallSeconds: 0 } };
}

describe('run', () => {
  it('gives the same result for one seed and another for another', async () => {
    const one = withoutTime(await run(majorityScenario(3)));
    expect(withoutTime(await run(majorityScenario(3)))).toEqual(one);
    const other = withoutTime(await run(majorityScenario(3, { seed: '2' })));
    expect(other.levels).not.toEqual(one.levels);
  });

  it('gives the same figures awake and asleep', async () => {
    const detection = { kind: 'healthCheck', interval: HOUR, fall: 2, rise: 1 } as const;
    const modes = majorityTopology(3).parts.map(({ name }) => {
      const plan = mode(name, { by: 'crew' });
      return { ...plan, repair: { ...plan.repair, detection } };
    });
    const asked = scenario(majorityTopology(3), modes, { horizon: YEAR / 4 });
    const asleep = await run(asked);
    const awake = await run(asked, { awake: true });
    expect(awake.levels).toEqual(asleep.levels);
    expect(awake.run.eventsExecuted).toBe(asleep.run.eventsExecuted + asleep.run.ticksElided);
    expect(asleep.run.ticksElided).toBeGreaterThan(100_000);
  });

  it('does not move the faults of a part when another part is added', () => {
    const three = majorityScenario(3);
    const { topology, modes } = three;
    const parts = [part('kms', 'component'), ...topology.parts];
    const added = { ...topology, parts };
    const more = { ...three, topology: added, modes: [mode('kms'), ...modes] };
    const five = majorityScenario(5);
    for (let replication = 0; replication < 5; replication++) {
      const ofThree = lines(three, replication, (subject) => subject !== 'kms');
      expect(ofThree.length).toBeGreaterThan(50);
      expect(lines(more, replication, (subject) => !subject.startsWith('kms'))).toEqual(ofThree);
      expect(lines(five, replication, (subject) => /^cp[123]\b/.test(subject))).toEqual(ofThree);
    }
  });

  it('stops at the precision asked for, and says when it was not reached', async () => {
    const precise = {
      kind: 'precision',
      relativeHalfWidth: 0.1,
      maximumReplications: 1e6,
    } as const;
    const reached = await run(majorityScenario(3, { stop: precise }));
    expect(reached.run.precisionReached).toBe(true);
    expect(reached.run.complete).toBe(true);
    const { estimate, low, high } = reached.levels['etcd.quorum']!.unavailability;
    expect((high - low) / 2 / estimate).toBeLessThanOrEqual(0.1);
    const capped = { ...precise, maximumReplications: 300 };
    const missed = await run(majorityScenario(3, { stop: capped }));
    expect(missed.run.precisionReached).toBe(false);
    expect(missed.run.replications).toBe(300);
  });

  it('reports what it had when interrupted, marked as incomplete', async () => {
    const controller = new AbortController();
    const stop = { kind: 'replications', count: 1e9 } as const;
    const result = await run(majorityScenario(3, { stop }), {
      signal: controller.signal,
      onProgress: ({ replications }) => {
        if (replications > 10) controller.abort();
      },
    });
    expect(result.run.complete).toBe(false);
    expect(result.run.replications).toBeGreaterThan(10);
    expect(result.run.replicationsAsked).toBe(1e9);
    const whole = await run(
      majorityScenario(3, { stop: { kind: 'replications', count: result.run.replications } }),
    );
    expect(result.levels).toEqual(whole.levels);
  });

  it('gives bounds and no estimate where nothing was lost', async () => {
    const modes = majorityTopology(3).parts.map(({ name }) =>
      mode(name, { law: new Exponential(1e6 * YEAR) }),
    );
    const { levels } = await run(scenario(majorityTopology(3), modes));
    const level = levels['etcd.quorum']!;
    expect(level.availability.estimate).toBeNaN();
    expect(level.availability.low).toBeGreaterThan(0.9);
    expect(level.availability.low).toBeLessThan(1);
    expect(level.outagesPerYear.high).toBeGreaterThan(0);
  });

  it('judges objectives by the whole interval', async () => {
    const objective = (
      figure: Objective['figure'],
      comparison: Objective['comparison'],
      value: number,
    ) => ({ text: figure, figure, level: 'etcd.quorum', comparison, value, line: 1 }) as const;
    const objectives = [
      objective('availability', '>=', 0.99),
      objective('availability', '>=', 0.99999),
      objective('unavailability', '<=', 0.00029),
      objective('timeToFirstOutage', '>', HOUR),
      objective('meanOutage', '<', HOUR),
    ];
    const stop = { kind: 'replications', count: 1000 } as const;
    const result = await run(majorityScenario(3, { objectives, stop }));
    const verdicts = result.objectives.map(({ verdict }) => verdict);
    expect(verdicts).toEqual(['met', 'missed', 'undecided', 'met', 'missed']);
    expect(result.objectives[0]!.chanceOfAYear!.estimate).toBeGreaterThan(0.5);
    expect(result.objectives[4]!.chanceOfAYear).toBeUndefined();
  });
});
