import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Component, Effects, SimulationEvent } from '../../src/engine/effects.ts';
import { PeriodicTimer } from '../../src/engine/periodic-timer.ts';
import { Simulation } from '../../src/engine/simulation.ts';

/** Counts down from what `poke` sets, one a tick, and sleeps at zero. */
class Countdown implements Component {
  readonly timer: PeriodicTimer;
  readonly poked: SimulationEvent = { kind: 'poked', target: this };
  private readonly name: string;
  private readonly neighbour: () => Countdown | undefined;
  private left = 0;

  constructor(name: string, period: number, rank: number, neighbour: () => Countdown | undefined) {
    this.name = name;
    this.timer = new PeriodicTimer(this, 'tick', period, rank);
    this.neighbour = neighbour;
  }

  poke(effects: Effects): void {
    this.left = 3;
    effects.record({ kind: 'containerStarted', subject: this.name });
    this.timer.wake(effects);
  }

  step(event: SimulationEvent, effects: Effects): void {
    if (event === this.poked) {
      this.poke(effects);
      return;
    }
    if (this.left > 0) {
      this.left--;
      effects.record({ kind: 'containerWaits', subject: this.name, seconds: this.left });
      if (this.left === 1) this.neighbour()?.poke(effects);
    }
    if (this.left === 0) this.timer.sleep(effects);
    else this.timer.tickAgain(effects);
  }
}

function traceOf(neverSleep: boolean, periods: number[], pokes: [number, number][]) {
  const lines: string[] = [];
  const simulation = new Simulation(
    {
      changed: (change, now) => lines.push(`${now} ${JSON.stringify(change)}`),
      settled: () => lines.push('settled'),
    },
    { neverSleep, tracing: true },
  );
  const timers: Countdown[] = periods.map(
    (period, index) => new Countdown(`t${index}`, period, index, () => timers[index + 1]),
  );
  simulation.restart(1000);
  timers.forEach((each, index) => {
    each.timer.start(index % periods[index]!, simulation);
  });
  for (const [time, index] of pokes) {
    simulation.at(time, timers[index % timers.length]!.poked);
  }
  while (!simulation.run(50));
  const elided = timers.reduce((sum, each) => sum + each.timer.elided(1000), 0);
  return { lines, elided, executed: simulation.executed };
}

describe('PeriodicTimer', () => {
  it('asleep and awake give the same changes, and every tick is executed or elided', () => {
    const periods = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });
    const pokes = fc.array(fc.tuple(fc.nat(999), fc.nat(3)), { maxLength: 30 });
    fc.assert(
      fc.property(periods, pokes, (chosenPeriods, chosenPokes) => {
        const asleep = traceOf(false, chosenPeriods, chosenPokes);
        const awake = traceOf(true, chosenPeriods, chosenPokes);
        expect(asleep.lines).toEqual(awake.lines);
        expect(asleep.executed + asleep.elided).toBe(awake.executed);
        expect(awake.elided).toBe(0);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  it('sleeps through almost everything when nothing happens', () => {
    const { elided, executed } = traceOf(false, [1], []);
    expect(executed).toBe(1);
    expect(elided).toBe(999);
  });
});
