/** What a cluster grants through an outage, and what that waits for, phase by phase. */
import { describe, expect, it } from 'vitest';
import { SECOND } from '../../../src/engine/clock.ts';
import { type Story, storyOf } from '../../support/etcd/etcd-stories.ts';

const THREE = {
  horizon: '10 min',
  topology: { controlPlanes: 3 },
  etcd: { version: 3.5, writes: '20 / second' },
};

function happening(event: object, settings: object = {}, replication = 0): Story {
  return storyOf({ ...THREE, ...settings, events: [{ at: '1 min', ...event }] }, replication);
}

/** Seconds that a level was lost for, outage by outage. */
function lengths(story: Story, level: string): number[] {
  return story.of(level).map(({ length }) => length! / SECOND);
}

describe('the leader is killed', () => {
  it('detection, election, first commit; writes and reads alike, for 0.8 to 2.2 s', () => {
    for (let replication = 0; replication < 40; replication++) {
      const story = happening({ kill: 'leader', for: '30 s' }, {}, replication);
      expect(story.phases).toEqual(['detection', 'election', 'firstCommit', 'granted']);
      const [write] = lengths(story, 'etcd.write');
      expect(story.of('etcd.write')).toMatchObject([{ time: 60 * SECOND }]);
      expect(write).toBeGreaterThan(0.8);
      expect(write).toBeLessThan(2.2);
      expect(lengths(story, 'etcd.read')).toHaveLength(1);
      expect(lengths(story, 'etcd.read')[0]).toBeLessThanOrEqual(write!);
      for (const level of ['etcd.quorum', 'data']) expect(story.of(level)).toEqual([]);
    }
  });
});

describe('a follower', () => {
  it.each([
    { kill: 'follower', for: '30 s' },
    { freeze: 'follower', for: '30 s' },
    { stallDisk: 'follower', for: '30 s' },
    { fillDisk: 'cp1', for: '5 s' },
    { stop: 'follower', for: '30 s' },
  ])('that is lost costs nothing: %j', (event) => {
    // Where cp1 leads it is no follower.
    const replication = 'fillDisk' in event ? replicationLedBy(['cp2', 'cp3']) : 0;
    const story = happening(event, {}, replication);
    expect(story.losses).toEqual([]);
  });
});

/** The first replication in which one of these leads from the start. */
function replicationLedBy(machines: readonly string[]): number {
  for (let replication = 0; ; replication++) {
    const { happenings } = storyOf({ ...THREE, horizon: '1 s' }, replication);
    const first = happenings.find(({ state }) => state.startsWith('leads,'))!;
    if (machines.includes(first.subject)) return replication;
  }
}

describe('the leader is asked to stop', () => {
  it('costs less than half a second, and is never structural', () => {
    for (let replication = 0; replication < 20; replication++) {
      const story = happening({ stop: 'leader', for: '30 s' }, {}, replication);
      for (const length of lengths(story, 'etcd.write')) expect(length).toBeLessThan(0.5);
      expect(story.phases).not.toContain('structural');
    }
  });
});

describe('the leader is frozen, or its disk stalls', () => {
  it.each([{ freeze: 'leader' }, { stallDisk: 'leader' }])('detection first: %j', (event) => {
    const story = happening({ ...event, for: '60 s' });
    expect(story.phases[0]).toBe('detection');
    expect(story.phases).toContain('firstCommit');
    const [length] = lengths(story, 'etcd.write');
    expect(length).toBeGreaterThan(0.8);
    expect(length).toBeLessThan(2.3);
  });
});

describe('both followers stall', () => {
  it('is an outage of writes until they are back, which structure knows nothing of', () => {
    const story = happening({ stallDisk: 'followers', for: '20 s' });
    const [loss] = story.of('etcd.write');
    expect(loss!.length! / SECOND).toBeGreaterThan(20);
    expect(loss!.length! / SECOND).toBeLessThan(24);
    expect(loss!.cause).toBe('event.stallDisk');
    expect(story.of('etcd.quorum')).toEqual([]);
  });
});

describe('two of three machines are down', () => {
  it('structural as long as they are, then recovery or an election until somebody leads', () => {
    const story = happening({ crash: ['cp1', 'cp2'], for: '90 s' });
    expect(story.of('etcd.quorum')).toMatchObject([{ length: 90 * SECOND }]);
    expect(story.phases).toContain('structural');
    const [write] = lengths(story, 'etcd.write');
    // Processes take 300 ms to start, and nobody may campaign before.
    expect(write).toBeGreaterThan(90.3);
    expect(write).toBeLessThan(105);
    const later = story.phases.slice(story.phases.lastIndexOf('structural') + 1);
    expect(later.at(-1)).toBe('granted');
    expect(later.length).toBeGreaterThan(1);
    for (const phase of later.slice(0, -1)) {
      expect(['recovery', 'election', 'firstCommit', 'detection']).toContain(phase);
    }
  });
});

describe('a full database', () => {
  it('takes no writes and answers reads', () => {
    const story = happening({ spaceAlarm: true, for: '45 s' });
    expect(story.of('etcd.write')).toMatchObject([{ time: 60 * SECOND, length: 45 * SECOND }]);
    expect(story.of('etcd.read')).toEqual([]);
    expect(story.phases).toEqual(['spaceAlarm', 'granted']);
  });
});

describe('a majority of disks is lost', () => {
  const lost = { loseDisk: ['cp1', 'cp2'], for: '30 s' };

  it('without a backup for good', () => {
    const story = happening(lost);
    for (const level of ['data', 'etcd.write', 'etcd.read']) {
      expect(story.of(level)).toMatchObject([{ time: 60 * SECOND, length: undefined }]);
    }
    expect(story.phases.at(-1)).toBe('restore');
  });

  it('until a backup is restored, and data before writes', () => {
    const story = happening(lost, { backup: { every: '1 h', restore: '3 min' } });
    expect(story.of('data')).toMatchObject([{ time: 60 * SECOND, length: 180 * SECOND }]);
    const [write] = lengths(story, 'etcd.write');
    expect(write).toBeGreaterThan(180.2);
    expect(write).toBeLessThan(195);
    expect(story.phases).toContain('restore');
    expect(story.phases.at(-1)).toBe('granted');
  });

  it('of a minority: its member is replaced, and nothing is lost', () => {
    const story = happening({ loseDisk: 'follower', for: '30 s' });
    expect(story.losses).toEqual([]);
    expect(story.happenings.some(({ state }) => state === 'member replaced')).toBe(true);
  });
});

describe('a network that is cut', () => {
  it('between the leader and both others is an outage of a failover, then none', () => {
    const [one, others] = [['cp1'], ['cp2', 'cp3']];
    const replication = replicationLedBy(one!);
    const event = { partition: { between: [one, others] }, for: '60 s' };
    const story = happening(event, {}, replication);
    const [first, ...more] = lengths(story, 'etcd.write');
    expect(first).toBeGreaterThan(0.8);
    expect(first).toBeLessThan(3);
    expect(more).toEqual([]);
    expect(story.of('etcd.quorum')).toEqual([]);
  });

  it('that leaves nobody a majority is structural throughout, and a while longer', () => {
    const event = { partition: { between: [['cp1'], ['cp2'], ['cp3']] }, for: '60 s' };
    const story = happening(event);
    expect(story.of('etcd.quorum')).toMatchObject([{ length: 60 * SECOND }]);
    const [write] = lengths(story, 'etcd.write');
    expect(write).toBeGreaterThan(60);
    expect(write).toBeLessThan(66);
  });
});
