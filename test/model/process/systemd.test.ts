/** When systemd starts a unit again that is killed again and again. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, SECOND } from '../../../src/engine/clock.ts';
import type { Effects } from '../../../src/engine/effects.ts';
import { SystemdUnit } from '../../../src/model/process/systemd.ts';
import { RecordedEffects } from '../../support/recorded-effects.ts';

/** A unit whose process lives for so long each time it is started, and when it was. */
function starts(lives: number, until: number, hasFailed = false) {
  const effects = new RecordedEffects();
  const started: number[] = [];
  const process = {
    name: 'm1.etcd',
    exists: true,
    onExit: (_effects: Effects, _hasFailed?: boolean) => {},
    start: () => started.push(effects.now),
    terminate: () => {},
    kill: () => {},
  };
  const unit = new SystemdUnit(process, 'on-abnormal');
  unit.begin(effects);
  for (let count = 1; count === started.length && effects.now < until; count++) {
    effects.now += lives;
    process.onExit(effects, hasFailed);
    const [next] = effects.asked.splice(0);
    if (next === undefined) break;
    effects.now = next.time;
    unit.step(next.event, effects);
  }
  return { unit, effects, started };
}

const GAVE_UP = { kind: 'systemdGaveUp', subject: 'm1.etcd' };

describe('a unit of systemd', () => {
  it('is started again after 100 ms, five times in 10 s in all', () => {
    const { started, effects } = starts(SECOND, 60 * SECOND);
    expect(started).toEqual([0, 1, 2, 3, 4].map((count) => count * 1100 * MILLISECOND));
    expect(effects.changes).toEqual([GAVE_UP]);
  });

  it('that lives for 3 s each time is started for ever', () => {
    const { started, effects } = starts(3 * SECOND, 60 * SECOND);
    expect(started.length).toBeGreaterThan(15);
    expect(effects.changes).toEqual([]);
  });

  it('that exits with a failure is not started again', () => {
    const { started, effects } = starts(SECOND, 60 * SECOND, true);
    expect(started).toEqual([0]);
    expect(effects.changes).toEqual([GAVE_UP]);
  });

  it('that has given up is started by whoever repairs the disk, and with its machine', () => {
    const { unit, started, effects } = starts(SECOND, 60 * SECOND);
    unit.repaired(effects);
    expect(started).toHaveLength(6);
    unit.repaired(effects);
    expect(started).toHaveLength(6);
    unit.end();
    unit.begin(effects);
    expect(started).toHaveLength(7);
  });
});
