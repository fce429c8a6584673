/** The running model, which counts as it goes, held against the structure, which is plain. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Time } from '../../src/engine/clock.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { Structure } from '../../src/structure/structure.ts';
import { World } from '../../src/study/world.ts';
import { draws } from '../support/draws.ts';
import { randomScenarios } from '../support/random-scenarios/random-scenarios.ts';

class CheckedWorld extends World {
  instants = 0;
  losses = 0;
  private readonly structure: Structure;
  private readonly scenario: Scenario;

  constructor(scenario: Scenario) {
    super(scenario, { neverSleep: false, trace: undefined });
    this.structure = new Structure(scenario.topology);
    this.scenario = scenario;
  }

  override settled(now: Time): void {
    const { topology } = this.scenario;
    const faults = this.faults.active.list.map((fault) => ({
      parts: fault.hit.map(({ name }) => name),
      cuts: fault.cuts,
    }));
    const working = this.structure.workingParts(faults);
    for (const { name } of topology.parts) {
      if (this.controlPlane.part(name).works !== working.has(name)) this.disagree(now, name);
    }
    topology.levels.forEach(({ name, expression }, index) => {
      const value = this.controlPlane.levels[index]!.value();
      if (value !== (this.structure.holds(expression, faults) ? 1 : 0)) this.disagree(now, name);
      if (value === 0) this.losses++;
    });
    this.instants++;
    super.settled(now);
  }

  private disagree(now: Time, name: string): never {
    const active = this.faults.active.list.map(({ identity }) => identity.name);
    throw new Error(`at ${now}: model and structure disagree on ${name} under ${active}`);
  }
}

describe('structure and running model', () => {
  it('agree on every part and level at every state change', () => {
    let losses = 0;
    let instants = 0;
    fc.assert(
      fc.property(randomScenarios, (scenario) => {
        const world = new CheckedWorld(scenario);
        for (let replication = 0; replication < 2; replication++) {
          world.begin(replication);
          while (!world.advance(1000));
        }
        losses += world.losses;
        instants += world.instants;
      }),
      { seed: 3, numRuns: draws(30, 60) },
    );
    expect(instants).toBeGreaterThan(draws(5_000, 10_000));
    expect(losses).toBeGreaterThan(draws(250, 500));
  });
});
