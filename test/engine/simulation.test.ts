import { describe, expect, it } from 'vitest';
import type { Component, Effects, SimulationEvent } from '../../src/engine/effects.ts';
import { Simulation } from '../../src/engine/simulation.ts';

/** Asks for itself again, so many times, at the instant at which it is stepped. */
class Echo implements Component {
  readonly event: SimulationEvent = { kind: 'echo', target: this };
  private left: number;

  constructor(times: number) {
    this.left = times;
  }

  step(_event: SimulationEvent, effects: Effects): void {
    effects.record({ kind: 'containerWaits', subject: 'echo', seconds: this.left });
    if (this.left-- > 0) effects.at(effects.now, this.event);
  }
}

function simulationOf(echoes: number) {
  const settled: number[] = [];
  const observer = { changed: () => {}, settled: (now: number) => settled.push(now) };
  const simulation = new Simulation(observer, { neverSleep: false, tracing: false });
  simulation.restart(100);
  simulation.at(10, new Echo(echoes).event);
  return { simulation, settled };
}

describe('a simulation', () => {
  it('comes back to its caller amid an instant that never ends', () => {
    const { simulation, settled } = simulationOf(Number.POSITIVE_INFINITY);
    for (let round = 1; round <= 3; round++) {
      expect(simulation.run(50)).toBe(false);
      expect(simulation.executed).toBe(100_050 * round);
      expect(simulation.now).toBe(10);
    }
    expect(settled).toEqual([]);
  });

  it('ends an instant that it has begun, however small the budget, and settles it once', () => {
    const { simulation, settled } = simulationOf(120);
    expect(simulation.run(50)).toBe(true);
    expect({ settled, executed: simulation.executed }).toEqual({ settled: [10], executed: 121 });
  });

  it('settles one that it has left amid it only once it is over', () => {
    const { simulation, settled } = simulationOf(250_000);
    let runs = 1;
    while (!simulation.run(50)) runs++;
    expect({ runs, settled }).toEqual({ runs: 3, settled: [10] });
  });

  it('takes ends of an instant after its events and ticks, as often as they are asked for', () => {
    const said: string[] = [];
    const observer = { changed: () => {}, settled: (now: number) => said.push(`settled ${now}`) };
    const simulation = new Simulation(observer, { neverSleep: false, tracing: false });
    simulation.restart(100);
    const event = (name: string, act: (effects: Effects) => void = () => {}) => {
      const step = (_event: SimulationEvent, effects: Effects) => {
        said.push(`${name} ${effects.now}`);
        effects.record({ kind: 'containerExited', subject: name });
        act(effects);
      };
      return { kind: name, target: { step } };
    };
    const again = event('end again');
    const end = event('end', (effects) => {
      effects.atEndOfInstant(again);
      effects.at(effects.now, event('brought about'));
      said.push(`tick has passed: ${effects.tickHasPassed(7)}`);
    });
    simulation.at(
      10,
      event('first', (effects) => effects.atEndOfInstant(end)),
    );
    simulation.tickAt(10, 7, event('tick'));
    simulation.at(10, event('second'));
    simulation.at(11, event('next'));
    simulation.run(100);
    expect(said).toEqual([
      ...['first 10', 'second 10', 'tick 10', 'end 10', 'tick has passed: true'],
      ...['brought about 10', 'end again 10', 'settled 10', 'next 11', 'settled 11'],
    ]);
  });
});
