import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FailureClock } from '../../src/engine/failure-clock.ts';
import type { Law } from '../../src/engine/laws/law.ts';
import { Weibull } from '../../src/engine/laws/weibull.ts';
import { RandomStreams } from '../../src/engine/random-streams.ts';
import { RecordedEffects } from '../support/recorded-effects.ts';

const failure = { kind: 'failure', target: { step: () => {} } };

/** The unit exponential that the clock's stream gives first. */
function firstUnitExponential(seed: string): number {
  return -Math.log(1 - new RandomStreams(seed).stream('clock').double());
}

function clockOf(law: Law, seed: string, factor = 1) {
  const clock = new FailureClock(law, factor, new RandomStreams(seed).stream('clock'), failure);
  clock.renew();
  return clock;
}

describe('FailureClock', () => {
  const law = new Weibull(1.7, 1e9);

  it('fails when the hazard used up reaches the unit exponential drawn', () => {
    const effects = new RecordedEffects();
    clockOf(law, '1').run(effects);
    const used = law.cumulativeHazard(effects.asked[0]!.time);
    expect(used).toBeCloseTo(firstUnitExponential('1'), 6);
  });

  it('fails after the same running time however often it is paused', () => {
    const pauses = fc.array(fc.tuple(fc.integer({ min: 1, max: 1e7 }), fc.nat(1e9)), {
      maxLength: 9,
    });
    fc.assert(
      fc.property(pauses, fc.nat(), (spells, seed) => {
        const plain = new RecordedEffects();
        clockOf(law, String(seed)).run(plain);
        const lifetime = plain.asked[0]!.time;
        const effects = new RecordedEffects();
        const clock = clockOf(law, String(seed));
        let ran = 0;
        for (const [running, paused] of spells) {
          if (ran + running >= lifetime) break;
          clock.run(effects);
          effects.now += running;
          clock.pause(effects);
          effects.now += paused;
          ran += running;
        }
        clock.run(effects);
        const last = effects.asked.at(-1)!.time;
        expect(last - effects.now + ran).toBe(lifetime);
        expect(clock.expires(last)).toBe(true);
        expect(clock.expires(last)).toBe(false);
      }),
      { seed: 7, numRuns: 200 },
    );
  });

  it('ignores failure events of lives and spells that are over', () => {
    const effects = new RecordedEffects();
    const clock = clockOf(law, '2');
    clock.run(effects);
    const stale = effects.asked[0]!.time;
    effects.now = 5;
    clock.pause(effects);
    expect(clock.expires(stale)).toBe(false);
  });

  it('never asks for a failure while its factor is 0', () => {
    const effects = new RecordedEffects();
    clockOf(law, '4', 0).run(effects);
    expect(effects.asked).toEqual([]);
  });

  it('starts a new life at age 0 when renewed', () => {
    const effects = new RecordedEffects();
    const streams = new RandomStreams('5');
    const clock = new FailureClock(law, 1, streams.stream('clock'), failure);
    clock.renew();
    clock.run(effects);
    effects.now = 1000;
    clock.renew();
    clock.run(effects);
    const again = new RandomStreams('5').stream('clock');
    again.double();
    const lifetime = law.inverseHazard(-Math.log(1 - again.double()));
    expect(effects.asked.at(-1)!.time).toBe(1000 + Math.round(lifetime));
  });
});
