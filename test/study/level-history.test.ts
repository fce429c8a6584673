/** One level over one replication, instant by instant. */
import { describe, expect, it } from 'vitest';
import { HOUR, type Time, YEAR } from '../../src/engine/clock.ts';
import { QuantileSketch } from '../../src/statistics/quantile-sketch.ts';
import { ScriptedLevel } from '../support/study/scripted-level.ts';

function lengthsOf({ history }: ScriptedLevel): QuantileSketch {
  const sketch = new QuantileSketch();
  history.lengths.addTo(sketch);
  return sketch;
}

describe('downtime', () => {
  it('is booked in the years in which it lies', () => {
    const level = new ScriptedLevel(0, 3 * YEAR);
    level.toggle(YEAR - 2 * HOUR, level.both);
    level.toggle(2 * YEAR + 5 * HOUR, level.both);
    level.toggle(3 * YEAR - HOUR, level.both);
    level.history.finish();
    expect([...level.history.windowDowntime]).toEqual([2 * HOUR, YEAR, 6 * HOUR]);
    expect([...level.history.windowOutages]).toEqual([1, 0, 1]);
    expect(level.history.downtime).toBe(YEAR + 8 * HOUR);
  });

  it('begins only while no part is left that is enough', () => {
    const level = new ScriptedLevel(0, YEAR);
    level.toggle(1 * HOUR, level.one);
    level.toggle(2 * HOUR, level.other);
    level.toggle(5 * HOUR, level.one);
    level.history.finish();
    expect(level.history.downtime).toBe(3 * HOUR);
    expect(lengthsOf(level).max).toBe(3 * HOUR);
  });

  it('counts years, and the time to the first outage, from the end of the warm-up', () => {
    const level = new ScriptedLevel(YEAR / 2, 2 * YEAR);
    level.toggle(YEAR / 2 + 7 * HOUR, level.both);
    level.toggle(YEAR / 2 + 8 * HOUR, level.both);
    level.toggle(1.5 * YEAR + HOUR, level.both);
    level.history.finish();
    expect(level.history.firstOutage).toBe(7 * HOUR);
    expect([...level.history.windowDowntime]).toEqual([HOUR, YEAR - HOUR]);
    expect(level.history.lostAtStart).toBe(false);
  });

  it('is structural once all who explain it are noticed, detection before, or planned', () => {
    const level = new ScriptedLevel(0, YEAR);
    level.toggle(0, level.both);
    level.notice(3 * HOUR, level.both);
    level.toggle(5 * HOUR, level.both);
    level.toggle(6 * HOUR, level.work);
    level.toggle(11 * HOUR, level.work);
    const { tally } = level.history;
    expect(tally.phases()).toMatchObject({ detection: 0.3, structural: 0.2, planned: 0.5 });
    expect(tally.involved()).toEqual([
      { fault: 'both', downtimeShare: 0.5 },
      { fault: 'work', downtimeShare: 0.5 },
    ]);
  });
});

describe('outages', () => {
  it('of the warm-up have no length, and leave those of others as they are', () => {
    const level = new ScriptedLevel(10 * HOUR, YEAR);
    level.toggle(HOUR, level.both);
    level.toggle(12 * HOUR, level.both);
    level.toggle(20 * HOUR, level.both);
    level.toggle(23 * HOUR, level.both);
    level.history.finish();
    const { history } = level;
    expect(history).toMatchObject({ outages: 1, downtime: 5 * HOUR, totalLength: 3 * HOUR });
    expect(history).toMatchObject({ openAtEnd: false, openLength: undefined, lostAtStart: true });
    expect(lengthsOf(level)).toMatchObject({ count: 1, min: 3 * HOUR });
  });

  it('that end with the warm-up are not of the measured span', () => {
    const level = new ScriptedLevel(10 * HOUR, YEAR);
    level.toggle(HOUR, level.both);
    level.toggle(10 * HOUR, level.both);
    level.history.finish();
    expect(level.history).toMatchObject({ outages: 0, downtime: 0, lostAtStart: false });
    expect(level.history.firstOutage).toBeUndefined();
  });

  it('that are open at the end are kept apart from those that ended', () => {
    const level = new ScriptedLevel(10 * HOUR, YEAR);
    level.toggle(20 * HOUR, level.both);
    level.toggle(22 * HOUR, level.both);
    level.toggle(YEAR, level.both);
    level.history.finish();
    const { history } = level;
    expect(history).toMatchObject({ outages: 2, openAtEnd: true, openLength: 10 * HOUR });
    expect(history.totalLength).toBe(12 * HOUR);
    expect(lengthsOf(level)).toMatchObject({ count: 1, max: 2 * HOUR });
  });

  it('that last from the warm-up to the end are open, and began in no year', () => {
    const level = new ScriptedLevel(10 * HOUR, YEAR);
    level.toggle(HOUR, level.both);
    level.history.finish();
    expect(level.history).toMatchObject({ outages: 0, openAtEnd: true, openLength: undefined });
    expect(level.history).toMatchObject({ downtime: YEAR, totalLength: 0, lostAtStart: true });
  });

  it('are forgotten when another replication begins', () => {
    const level = new ScriptedLevel(10 * HOUR, YEAR);
    level.toggle(HOUR, level.both);
    level.toggle(12 * HOUR, level.both);
    for (let hour = 20; hour < 5000; hour++) level.toggle(hour * HOUR, level.both);
    level.toggle(6000 * HOUR, level.one, level.other);
    level.history.finish();
    expect(level.history.openAtEnd).toBe(true);
    level.restart();
    level.history.finish();
    const { history } = level;
    expect(history).toMatchObject({ outages: 0, downtime: 0, totalLength: 0, openAtEnd: false });
    expect(history).toMatchObject({ lostAtStart: false, openLength: undefined });
    expect(history.firstOutage).toBeUndefined();
    expect([...history.windowDowntime, ...history.windowOutages]).toEqual([0, 0]);
    expect(lengthsOf(level).count).toBe(0);
    expect(history.tally.downtime).toBe(0);
    expect([...history.tally.causes(), ...history.tally.triggers()]).toEqual([]);
    expect(history.tally.involved()).toEqual([]);
  });

  it('keep their lengths, however many there are', () => {
    const level = new ScriptedLevel(0, YEAR);
    const expected = new QuantileSketch();
    for (let outage = 1; outage <= 3000; outage++) {
      level.toggle(2 * outage * HOUR, level.both);
      level.toggle(2 * outage * HOUR + outage, level.both);
      expected.add(outage);
    }
    level.history.finish();
    expect(lengthsOf(level)).toEqual(expected);
    expect(level.history.totalLength).toBe((3000 * 3001) / 2);
    expect(level.history.tally.causes()[0]).toMatchObject({ cause: 'kind of both', outages: 3000 });
  });
});

describe('the trigger', () => {
  function triggersOf(script: (level: ScriptedLevel) => void): (string | undefined)[] {
    const triggers: (string | undefined)[] = [];
    const level = new ScriptedLevel(0, YEAR, {
      lost: (_level, _now: Time, _cause, trigger) => triggers.push(trigger?.identity.name),
      regained: () => {},
    });
    script(level);
    level.history.finish();
    return triggers;
  }

  it('is the fault that broke the level, not the oldest of those that explain it', () => {
    const triggers = triggersOf((level) => {
      level.toggle(HOUR, level.other);
      level.toggle(2 * HOUR, level.one);
    });
    expect(triggers).toEqual(['one']);
  });

  it('is not an older fault that the list of active ones now has behind it', () => {
    const triggers = triggersOf((level) => {
      level.toggle(HOUR, level.harmless);
      level.toggle(2 * HOUR, level.other);
      level.toggle(3 * HOUR, level.one, level.harmless);
    });
    expect(triggers).toEqual(['one']);
  });

  it('is none that began with it and does not explain it', () => {
    const triggers = triggersOf((level) => level.toggle(HOUR, level.both, level.one));
    expect(triggers).toEqual(['both']);
  });

  it('is the last to begin of those that began at one instant', () => {
    const triggers = triggersOf((level) => {
      level.toggle(HOUR, level.one, level.other);
      level.toggle(2 * HOUR, level.one, level.other);
      level.toggle(3 * HOUR, level.other, level.one);
    });
    expect(triggers).toEqual(['other', 'one']);
  });
});
