/** What a candidate answers its kubelet, and how long it may lead without a renewal. */
import { describe, expect, it } from 'vitest';
import { MILLISECOND, MINUTE, SECOND } from '../../../src/engine/clock.ts';
import { CandidateHealth } from '../../../src/model/lease/candidate-health.ts';
import { LEASE_TIMES, WATCHDOG } from '../../../src/model/lease/lease-settings.ts';
import { HANG, LeaseBench, type LeaseBenchSettings } from '../../support/lease/lease-bench.ts';

/** A leader so patient that it leads without a renewal for longer than its kubelet lets it. */
const PATIENT = { ...LEASE_TIMES, leaseDuration: 15 * SECOND, renewDeadline: 60 * SECOND };

function healthOf(settings: LeaseBenchSettings) {
  const bench = new LeaseBench({ candidates: 1, ...settings }, 1);
  const health = new CandidateHealth(bench.holder(0), bench.election.settings, 5 * MILLISECOND);
  health.startWarm();
  return { bench, holder: bench.holder(0), answer: () => health.endpoint.answer.kind };
}

describe.each([false, true])('a candidate, awake at all times: %s', (neverSleep) => {
  it('is well while it leads, hangs while it is frozen, and refuses while there is none', () => {
    const { bench, holder, answer } = healthOf({ neverSleep, watchdog: WATCHDOG });
    bench.run(10 * MINUTE);
    expect(answer()).toBe('ok');
    holder.freeze(bench.simulation);
    expect(answer()).toBe('hang');
    holder.kill(bench.simulation);
    expect(answer()).toBe('refusal');
    bench.run(MINUTE);
    expect(answer()).toBe('ok');
  });

  it('that leads and has not renewed for 35 s is not well, until it hears of the record', () => {
    const { bench, holder, answer } = healthOf({ neverSleep, watchdog: WATCHDOG, times: PATIENT });
    bench.run(10 * MINUTE);
    bench.answer(HANG);
    const renewed = bench.election.lease.changedAt;
    expect(bench.until(() => answer() === 'error', MINUTE)).toBeGreaterThan(30 * SECOND);
    expect(bench.now - renewed).toBe(35 * SECOND + 1);
    expect(holder.leads).toBe(true);
    bench.answer({ kind: 'ok', after: 5000 });
    // A Get that shows its own last Update is news to it, as its Updates are not (observedTime).
    expect(bench.until(() => answer() === 'ok', 3 * SECOND)).toBe(5000);
  });

  it('that goes on after a long freeze is not well before it has renewed', () => {
    const { bench, holder, answer } = healthOf({ neverSleep, watchdog: WATCHDOG });
    bench.run(10 * MINUTE);
    holder.freeze(bench.simulation);
    bench.run(MINUTE);
    holder.thaw(bench.simulation);
    expect(answer()).toBe('error');
    bench.run(SECOND);
    expect(answer()).toBe('ok');
  });

  it('of whom nobody asks it is well however long it leads so', () => {
    const { bench, answer } = healthOf({ neverSleep, times: PATIENT });
    bench.run(10 * MINUTE);
    bench.answer(HANG);
    bench.run(50 * SECOND);
    expect(answer()).toBe('ok');
  });
});
