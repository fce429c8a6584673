/**
 * Causes of outages that the structure does not explain: etcd has a quorum by the book and does not
 * serve, because it fails over, is impaired, or is on its way back.
 */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../src/engine/clock.ts';
import { run } from '../../src/execute/run.ts';
import { parseScenario } from '../../src/scenario/parse-scenario.ts';
import { storyOf } from '../support/etcd/etcd-stories.ts';

const THREE = {
  horizon: '5 min',
  topology: { controlPlanes: 3 },
  etcd: { version: 3.5, writes: '10 / second' },
};

const LEADER_CUT = 'failover after event.partition';

function storyAfter(event: object, settings: object = {}) {
  return storyOf({ ...THREE, ...settings, events: [{ at: '1 min', ...event }] });
}

/** Causes of lost writes with their shares of the downtime, and the phases with theirs. */
async function figures(events: readonly object[], settings: object = {}) {
  const scenario = { quorate: 1, failures: {}, ...THREE, ...settings, replications: 20, events };
  const parsed = parseScenario(JSON.stringify(scenario), { file: 'causes.yaml' });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const { causes, phases } = (await run(parsed.scenario)).levels['etcd.write']!;
  return { causes, phases };
}

describe('the cause of an outage of writes', () => {
  it.each([
    [{ kill: 'leader', for: '20 s' }, 'failover after event.kill'],
    [{ crash: 'leader', for: '20 s' }, 'failover after event.crash'],
    [{ partition: { between: [['leader'], ['followers']] }, for: '20 s' }, LEADER_CUT],
    [{ freeze: 'leader', for: '20 s' }, 'event.freeze'],
    [{ stallDisk: 'leader', for: '20 s' }, 'event.stallDisk'],
    [{ stallDisk: 'followers', for: '20 s' }, 'event.stallDisk'],
    [{ spaceAlarm: true, for: '20 s' }, 'event.spaceAlarm'],
    [{ kill: 'followers', for: '20 s' }, 'event.kill'],
  ])('%j: %s', (event, cause) => {
    const story = storyAfter(event);
    const [loss] = story.of('etcd.write');
    expect(loss!.cause).toBe(cause);
    const isByStructure = story.of('etcd.quorum').length > 0;
    expect(isByStructure).toBe('kill' in event && event.kill === 'followers');
  });

  it('is the end of a cut, where the outage begins with it', () => {
    // Without PreVote the member that was cut off comes back with terms and deposes the leader.
    const story = storyAfter(
      { partition: { between: [['follower'], ['leader']] }, for: '30 s' },
      { etcd: { version: 3.4, writes: '10 / second' } },
    );
    const [loss, ...more] = story.of('etcd.write');
    expect(loss).toMatchObject({ cause: 'end of event.partition', planned: false });
    expect(loss!.time).toBeGreaterThanOrEqual(90 * SECOND);
    expect(more).toEqual([]);
  });

  it('of planned work is planned, by the book or not', () => {
    const story = storyOf({
      ...THREE,
      horizon: '30 min',
      events: [{ at: '1 min', rollingReboot: { machines: 'all', down: '1 min', gap: '1 min' } }],
    });
    const losses = story.of('etcd.write');
    expect(losses.length).toBeGreaterThan(0);
    for (const { planned } of losses) expect(planned).toBe(true);
    expect(story.of('etcd.quorum')).toEqual([]);
  });

  it('is etcd itself where nothing began or ended for a minute', () => {
    // Some fsyncs are too long for so short an election time-out.
    const story = storyOf({
      ...THREE,
      horizon: '30 min',
      etcd: { version: 3.5, writes: '10 / second', electionTimeout: '500 ms' },
      disk: { fsync: { exponential: { mean: '120 ms' } } },
    });
    const losses = story.of('etcd.write');
    expect(losses.length).toBeGreaterThan(0);
    for (const { cause, planned } of losses) {
      expect(cause).toBe('etcd by itself');
      expect(planned).toBe(false);
    }
  });
});

describe('an outage that begins by the book', () => {
  it('goes on as a recovery from it until etcd serves again', async () => {
    const crash = { at: '1 min', crash: ['cp1', 'cp2'], for: '20 s' };
    const { causes, phases } = await figures([crash]);
    expect(causes.map(({ cause }) => cause)).toEqual(['event.crash', 'recovery after event.crash']);
    expect(causes.map(({ outages }) => outages)).toEqual([20, 0]);
    const [structural, recovery] = causes.map(({ downtimeShare }) => downtimeShare);
    expect(structural! + recovery!).toBeCloseTo(1, 9);
    expect(structural).toBeGreaterThan(0.8);
    const sum = Object.values(phases).reduce((total, share) => total + share, 0);
    expect(sum).toBeCloseTo(1, 9);
    expect(phases.structural + phases.detection).toBeGreaterThan(0.8);
    expect(phases.recovery + phases.election + phases.firstCommit).toBeGreaterThan(0.01);
  });
});

describe('the phases of a failover', () => {
  it('are detection most of the time, then an election and a first commit', async () => {
    const { causes, phases } = await figures([{ at: '1 min', kill: 'leader', for: '20 s' }]);
    expect(causes.map(({ cause }) => cause)).toEqual(['failover after event.kill']);
    expect(phases.detection).toBeGreaterThan(0.6);
    expect(phases.election).toBeGreaterThan(0);
    expect(phases.firstCommit).toBeGreaterThan(0);
    expect(phases.detection + phases.election + phases.firstCommit).toBeCloseTo(1, 9);
  });
});
