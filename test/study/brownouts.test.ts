/** Levels between 0 and 1: what is lost in brownouts, beside outages, and why. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HOUR, SECOND, YEAR } from '../../src/engine/clock.ts';
import { ScriptedLevel, type ScriptedOptions } from '../support/study/scripted-level.ts';

const OUTER = { canBrownOut: true, explain: 'disturbance' } as const;

function scripted(from = 0, horizon = YEAR, options: ScriptedOptions = OUTER) {
  const lines: string[] = [];
  const level = new ScriptedLevel(
    from,
    horizon,
    {
      lost: (_level, now, cause) => lines.push(`${now / HOUR} lost by ${cause.label}`),
      regained: (_level, now, length) => lines.push(`${now / HOUR} regained ${length / HOUR}`),
      brownedOut: (_level, now, value, cause, trigger) =>
        lines.push(`${now / HOUR} ${value} by ${trigger?.identity.name ?? cause.label}`),
      restored: (_level, now, length) => lines.push(`${now / HOUR} restored ${length / HOUR}`),
    },
    options,
  );
  return { level, lines, history: level.history };
}

describe('a brownout', () => {
  it('loses 1 - level over time, however the level changes within', () => {
    const { level, history, lines } = scripted();
    level.dim(1 * HOUR, 0.75);
    level.dim(3 * HOUR, 0.5);
    level.dim(4 * HOUR, 0.875);
    level.dim(12 * HOUR, 1);
    history.finish();
    expect(history).toMatchObject({ brownouts: 1, brownoutTime: 11 * HOUR, outages: 0 });
    expect(history.brownoutLoss).toBe((2 * 0.25 + 0.5 + 8 * 0.125) * HOUR);
    expect(history).toMatchObject({ downtime: 2 * HOUR, outageTime: 0, openAtEnd: false });
    expect(history.firstOutage).toBeUndefined();
    expect(lines).toEqual(['1 0.75 by no fault', '12 restored 11']);
  });

  it('is another before and after an outage, which counts as one', () => {
    const { level, history, lines } = scripted();
    level.dim(1 * HOUR, 0.5);
    level.toggle(3 * HOUR, level.both);
    level.toggle(4 * HOUR, level.both);
    level.dim(8 * HOUR, 1);
    history.finish();
    expect(history).toMatchObject({ brownouts: 2, brownoutTime: 6 * HOUR, outages: 1 });
    expect(history).toMatchObject({ outageTime: HOUR, brownoutLoss: 3 * HOUR });
    expect(history).toMatchObject({ downtime: 4 * HOUR, totalLength: HOUR });
    expect(lines).toEqual([
      '1 0.5 by no fault',
      '3 lost by kind of both',
      '4 regained 1',
      '4 0.5 by recovery after kind of both',
      '8 restored 4',
    ]);
  });

  it('counts from the end of the warm-up, and begins in it without a count', () => {
    const { level, history } = scripted(10 * HOUR);
    level.dim(2 * HOUR, 0.5);
    level.dim(14 * HOUR, 0.75);
    level.dim(18 * HOUR, 1);
    level.dim(20 * HOUR, 0.5);
    history.finish();
    expect(history).toMatchObject({ brownouts: 1, lostAtStart: false, brownedOutAtEnd: true });
    expect(history.brownoutTime).toBe(YEAR - 2 * HOUR);
    expect(history.downtime).toBe(3 * HOUR + (YEAR - 10 * HOUR) / 2);
  });

  it('is booked in the years in which it lies, as much as was lost', () => {
    const { level, history } = scripted(0, 3 * YEAR);
    level.dim(YEAR - 4 * HOUR, 0.75);
    level.toggle(2 * YEAR - HOUR, level.both);
    level.toggle(2 * YEAR + HOUR, level.both);
    level.dim(2 * YEAR + 9 * HOUR, 1);
    history.finish();
    expect([...history.windowDowntime]).toEqual([HOUR, (YEAR - HOUR) / 4 + HOUR, 3 * HOUR]);
    expect([...history.windowOutages]).toEqual([0, 1, 0]);
  });

  it('is forgotten when another replication begins', () => {
    const { level, history } = scripted();
    level.dim(YEAR, 0.5);
    history.finish();
    level.restart();
    history.finish();
    expect(history).toMatchObject({ brownouts: 0, brownoutTime: 0, brownoutLoss: 0, downtime: 0 });
    expect(history).toMatchObject({ brownedOutAtEnd: false });
    expect(history.tally.causes()).toEqual([]);
  });

  it('is refused of a level that cannot have one, as is what is no level', () => {
    const whole = scripted(0, YEAR, {});
    expect(() => whole.level.dim(HOUR, 0.5)).toThrow('served cannot brown out, and is 0.5');
    for (const value of [-0.1, 1.1, Number.NaN]) {
      expect(() => scripted().level.dim(HOUR, value)).toThrow('served is not from 0 to 1');
    }
  });
});

describe('the cause of a brownout', () => {
  it('is what began or ended last, told by what the level waits for', () => {
    const { level, history } = scripted();
    level.prepare(0.5, 'probeKill');
    level.toggle(1 * HOUR, level.one);
    level.dim(3 * HOUR, 0.5, 'backOff');
    level.dim(4 * HOUR, 1);
    level.prepare(0.75, 'failover');
    level.toggle(5 * HOUR, level.one, level.other);
    level.dim(7 * HOUR, 1);
    history.finish();
    const { tally } = history;
    expect(tally.downtime).toBe(2 * HOUR);
    expect(tally.phases()).toMatchObject({ probeKill: 0.5, backOff: 0.25, failover: 0.25 });
    expect(tally.causes(true)).toEqual([
      { ...ofCause('kind of one', 0.75), example: ['one'] },
      { ...ofCause('failover after kind of other', 0.25), example: ['other'] },
    ]);
  });

  it('is sought anew as the level falls, and is what is left as it rises', () => {
    const { level, history } = scripted(0, YEAR, { ...OUTER, hasStructure: false });
    level.prepare(0.5, 'structural');
    level.toggle(1 * HOUR, level.one);
    level.prepare(0.25, 'structural');
    level.toggle(2 * HOUR, level.harmless);
    level.prepare(0.5, 'structural');
    level.toggle(3 * HOUR, level.harmless);
    level.prepare(1);
    level.toggle(5 * HOUR, level.one);
    history.finish();
    const shares = history.tally.causes().map(({ cause, downtimeShare }) => [cause, downtimeShare]);
    expect(shares[0]).toEqual(['kind of one', 1.5 / 2.25]);
    expect(shares[1]).toEqual(['kind of harmless', 0.75 / 2.25]);
  });

  it('is of several faults those that are still active', () => {
    const { level, history } = scripted();
    level.toggle(1 * HOUR, level.one, level.other);
    level.prepare(0.5, 'structural');
    level.toggle(2 * HOUR, level.other);
    level.prepare(1);
    level.toggle(4 * HOUR, level.one);
    history.finish();
    const causes = history.tally.causes(true);
    expect(causes.map(({ cause, outages, brownouts }) => [cause, outages, brownouts])).toEqual([
      ['kind of one + kind of other', 1, 0],
      ['kind of one', 0, 1],
    ]);
    expect(causes.map(({ downtimeShare }) => downtimeShare)).toEqual([0.5, 0.5]);
  });

  it('is a fault that lasts where none began lately, and none where none is active', () => {
    const { level, lines } = scripted();
    level.toggle(1 * HOUR, level.one);
    level.dim(2 * HOUR, 0.5);
    level.dim(3 * HOUR, 1);
    level.toggle(3 * HOUR, level.one);
    level.dim(4 * HOUR, 0.5);
    expect(lines[0]).toBe('2 0.5 by kind of one');
    expect(lines[2]).toBe('4 0.5 by no fault');
  });

  it('without a phase is known or not, or planned', () => {
    const { level, history } = scripted();
    level.prepare(0.5);
    level.toggle(1 * HOUR, level.one);
    level.notice(2 * HOUR, level.one);
    level.dim(4 * HOUR, 1);
    level.toggle(5 * HOUR, level.one);
    level.toggle(6 * HOUR, level.work);
    level.toggle(7 * HOUR, level.work);
    history.finish();
    const phases = { detection: 0.2, structural: 0.4, planned: 0.4 };
    expect(history.tally.phases()).toMatchObject(phases);
  });

  it('of a level that the structure must explain may be what disturbs; an outage may not', () => {
    const { level, lines } = scripted(0, YEAR, { canBrownOut: true });
    level.dim(1 * HOUR, 0.5);
    expect(lines).toEqual(['1 0.5 by etcd by itself']);
    expect(() => level.dim(2 * HOUR, 0)).toThrow('does not explain a loss by: no fault');
  });
});

function ofCause(cause: string, downtimeShare: number) {
  return { cause, downtimeShare, outages: 0, brownouts: 1 };
}

describe('time', () => {
  it('is that of outages, of brownouts and of neither; what is lost adds up by hand', () => {
    const step = fc.tuple(
      fc.integer({ min: 1, max: 90 * SECOND }),
      fc.constantFrom(0, 0.25, 0.5, 1),
      fc.boolean(),
    );
    const script = fc.array(step, { minLength: 5, maxLength: 40 });
    fc.assert(
      fc.property(script, fc.integer({ min: 0, max: 600 * SECOND }), (steps, from) => {
        const horizon = 900 * SECOND;
        const { level, history } = scripted(from, horizon, OUTER);
        const time = { out: 0, dim: 0, whole: 0 };
        let lost = 0;
        let now = 0;
        let value = 1;
        const pass = (until: number) => {
          const length = Math.max(0, Math.min(until, from + horizon) - Math.max(now, from));
          time[value === 0 ? 'out' : value < 1 ? 'dim' : 'whole'] += length;
          lost += length * (1 - value);
          now = until;
        };
        for (const [length, next, isFault] of steps) {
          if (now + length > from + horizon) break;
          pass(now + length);
          level.prepare(next);
          if (isFault) level.toggle(now, level.both);
          else level.dim(now, next);
          value = level.both.active ? 0 : next;
        }
        pass(from + horizon);
        history.finish();
        expect(history.outageTime).toBe(time.out);
        expect(history.brownoutTime).toBe(time.dim);
        expect(time.out + time.dim + time.whole).toBe(horizon);
        expect(history.downtime).toBe(lost);
        expect(history.tally.downtime).toBe(lost);
        expect(history.windowDowntime[0]).toBe(lost);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});
